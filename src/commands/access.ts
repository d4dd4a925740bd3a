import { type Access } from '../access/access.ts';
import { makeAccess } from '../access/make-access.ts';
import { type Principal } from '../access/principal.ts';
import { parseDuration } from '../config/duration.ts';
import { Fault } from '../errors.ts';
import { type Context } from './context.ts';
import { textOption } from './parse.ts';
import { type Input } from './spec.ts';

/** Access over the store of this machine: whoever may read and write its files may do everything. */
export async function localAccess({ app }: Context): Promise<Access> {
  const { store, clock, chance } = (await app()).environment;
  return makeAccess({ documents: store.documents, clock, chance });
}

/** Whoever acts here, for what asks who that is. */
export const localPrincipal = ({ user }: Context): Principal => ({
  ...{ id: 'local', kind: 'token', token: null, name: user, role: 'admin' },
  ...{ cutovers: null, expiresAt: Number.MAX_SAFE_INTEGER },
});

/** `--expires`, as milliseconds; `usual` where it is left out. */
export function expiresOption(input: Input, usual: string): number {
  const text = textOption(input, 'expires') ?? usual;
  const seconds = parseDuration(text);
  if (seconds === null || seconds === 0)
    throw new Fault('USAGE', `${text} is not a duration`, {
      where: '--expires',
      fix: 'write such as 8h or 30d',
    });
  return seconds * 1000;
}
