import { resolve } from 'node:path';
import { type Access, type TokenOrder } from '../../access/access.ts';
import { ranks, type Role } from '../../access/principal.ts';
import { Fault } from '../../errors.ts';
import { whenText } from '../../view/table.ts';
import { expiresOption, localAccess } from '../access.ts';
import { type Context } from '../context.ts';
import { textOption, textsOption } from '../parse.ts';
import { reserveSecretFile } from '../secret-file.ts';
import { type Input, type Run } from '../spec.ts';
import { scopeText, tokenJson } from './words.ts';

const roles: readonly Role[] = [...ranks, 'agent'];

function roleOption(input: Input): Role {
  const text = textOption(input, 'role');
  const role = roles.find(one => one === text);
  if (role !== undefined) return role;
  const said = text === null ? 'which role?' : `there is no role ${text}`;
  throw new Fault('USAGE', said, { where: '--role', fix: `one of: ${roles.join(', ')}` });
}

async function orderOf(context: Context, input: Input): Promise<TokenOrder> {
  const role = roleOption(input);
  const lastsMs = expiresOption(input, '8h');
  const scope = textsOption(input, 'cutover');
  const { clock } = (await context.app()).environment;
  return {
    ...{ name: textOption(input, 'name') ?? context.user, role, by: context.user },
    cutovers: scope.length === 0 ? null : [...new Set(scope)],
    expiresAt: clock.now().wall + lastsMs,
  };
}

/** Into the file, or nowhere: a token whose secret was lost is revoked at once. */
async function createInto(
  access: Access,
  order: TokenOrder,
  path: string,
): ReturnType<Access['createToken']> {
  const file = await reserveSecretFile(path);
  const made = await access.createToken(order).catch(async (error: unknown) => {
    await file.discard();
    throw error;
  });
  await file.keep(made.secret).catch(async (error: unknown) => {
    await access.revokeToken(made.token.id);
    throw error;
  });
  return made;
}

export const run: Run = async (context, input) => {
  const { terminal, json } = context;
  const order = await orderOf(context, input);
  const access = await localAccess(context);
  const out = textOption(input, 'out');
  const path = out === null ? null : resolve(out);
  const { secret, token } =
    path === null ? await access.createToken(order) : await createInto(access, order, path);
  if (json) {
    const where = path === null ? { secret } : { out: path };
    terminal.out(JSON.stringify({ ...where, token: tokenJson(token) }));
    return 0;
  }
  const look = terminal.look();
  const scope = scopeText(token, look);
  terminal.talk(`token ${token.id} for ${token.name}: ${token.role}, ${scope}`);
  terminal.talk(`good until ${whenText(token.expiresAt, look)}`);
  if (path !== null) terminal.talk(`its secret is in ${path}`);
  else {
    terminal.talk('its secret, which is shown this once:');
    terminal.out(secret);
  }
  return 0;
};
