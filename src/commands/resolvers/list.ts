import { leftOutOf, loadResolvers } from '../../config/resolvers.ts';
import { Fault } from '../../errors.ts';
import { type Learnt } from '../../propagation/learnt.ts';
import type { Desk } from '../../remote/desk.ts';
import { learntView } from '../../view/resolvers/learnt.ts';
import { resolversText } from '../../view/resolvers/text.ts';
import { type Context } from '../context.ts';
import { oddAddresses } from '../../config/list-file.ts';
import { textOption } from '../parse.ts';
import { type Run } from '../spec.ts';

/** Of the cutovers of this state directory; a store that is not there has learnt nothing. */
const learntHere = async ({ hasStore, app }: Context): Promise<readonly Learnt[]> =>
  hasStore() ? (await app()).environment.store.learnt() : [];

/** The list that a server keeps, and what came along with it; a list that is named lies on this machine. */
async function listThere(
  { terminal, json }: Context,
  desk: Desk,
  list: string | null,
): Promise<number> {
  if (list !== null)
    throw new Fault('USAGE', 'a server shows all that it can ask', {
      where: '--resolvers',
      fix: 'leave it out, or give the command without --server',
    });
  const resolvers = await desk.resolvers();
  terminal.out(
    json
      ? JSON.stringify({ list: desk.server, resolvers, leftOut: [] })
      : resolversText(resolvers, [], terminal.look()),
  );
  return 0;
}

export const run: Run = async (context, input) => {
  const { terminal, json, remote } = context;
  if (remote !== undefined) return listThere(context, remote, textOption(input, 'resolvers'));
  const list = textOption(input, 'resolvers') ?? 'default';
  const [loaded, rows] = [await loadResolvers(list), await learntHere(context)];
  const { now } = terminal.look();
  const resolvers = loaded.map(one => ({ ...one, learnt: learntView(rows, one, now) }));
  const leftOut = leftOutOf(list);
  for (const sentence of oddAddresses(resolvers)) terminal.talk(`note: ${sentence}`);
  terminal.out(
    json
      ? JSON.stringify({ list, resolvers, leftOut })
      : resolversText(resolvers, leftOut, terminal.look()),
  );
  return 0;
};
