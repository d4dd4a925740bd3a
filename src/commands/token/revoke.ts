import { Fault } from '../../errors.ts';
import { localAccess } from '../access.ts';
import { type Run } from '../spec.ts';

export const run: Run = async (context, { args }) => {
  const [id = ''] = args;
  const revoked = context.hasStore() && (await (await localAccess(context)).revokeToken(id));
  // It may be a whole secret that was pasted, so it is not said again.
  if (!revoked)
    throw new Fault('NOT_FOUND', 'there is no such token', {
      where: context.places.state,
      fix: 'dns-cutover token list shows their ids',
    });
  if (context.json) context.terminal.out(JSON.stringify({ revoked: id }));
  else context.terminal.talk(`revoked ${id}: its sessions and share links have ended, too`);
  return 0;
};
