import { sharePath } from '../access/share-path.ts';
import { Fault } from '../errors.ts';
import { shown, whenText } from '../view/table.ts';
import { isoText } from '../view/words.ts';
import { expiresOption, localAccess, localPrincipal } from './access.ts';
import { type Context } from './context.ts';
import { findCutover } from './find.ts';
import { nameArgument, textOption } from './parse.ts';
import { type Input, type Run } from './spec.ts';

/** Where the page is, without what stands behind its host; null where nobody said. */
function originOption(input: Input): string | null {
  const text = textOption(input, 'url');
  if (text === null) return null;
  const url = URL.parse(text);
  const plain = url?.pathname === '/' && url.search === '' && url.hash === '';
  if (url !== null && plain && /^https?:$/.test(url.protocol) && url.username === '')
    return url.origin;
  throw new Fault('USAGE', 'that is no address of a server', {
    where: '--url',
    fix: 'write where people open the page, such as https://cutover.example.org',
  });
}

interface Made {
  readonly secret: string;
  readonly id: string;
  readonly cutover: string;
  readonly expiresAt: number;
  /** Where the page is, as far as that is known. */
  readonly origin: string;
}

async function makeHere(context: Context, name: string, lastsMs: number): Promise<Made> {
  const { app, cutover } = await findCutover(context, name);
  const expiresAt = app.environment.clock.now().wall + lastsMs;
  const access = await localAccess(context);
  const order = { cutover: cutover.id, by: localPrincipal(context), expiresAt };
  const { secret, share } = await access.createShare(order);
  return { secret, id: share.id, cutover: share.cutover, expiresAt, origin: '' };
}

export const run: Run = async (context, input) => {
  const { terminal, json, remote } = context;
  const given = originOption(input);
  const lastsMs = expiresOption(input, '24h');
  const name = nameArgument(input);
  const { secret, id, cutover, expiresAt, origin } =
    remote === undefined
      ? await makeHere(context, name, lastsMs)
      : { ...(await remote.share({ name, lastsMs })), origin: remote.server };
  const link = `${given ?? origin}${sharePath(secret)}`;
  if (json) {
    terminal.out(JSON.stringify({ link, id, cutover, expiresAt: isoText(expiresAt) }));
    return 0;
  }
  const look = terminal.look();
  terminal.talk(`whoever has this link sees ${shown(cutover, look)}, and may do nothing`);
  terminal.talk(`good until ${whenText(expiresAt, look)}`);
  terminal.out(link);
  return 0;
};
