import { leftOutOf, loadResolvers } from '../../config/resolvers.ts';
import { type Learnt } from '../../propagation/learnt.ts';
import { learntView } from '../../view/learnt.ts';
import { resolversText } from '../../view/resolvers-text.ts';
import { type Context } from '../context.ts';
import { oddAddresses } from '../list-file.ts';
import { textOption } from '../parse.ts';
import { type Run } from '../spec.ts';

/** Of the cutovers of this state directory; a store that is not there has learnt nothing. */
const learntHere = async ({ hasStore, app }: Context): Promise<readonly Learnt[]> =>
  hasStore() ? (await app()).environment.store.learnt() : [];

export const run: Run = async (context, input) => {
  const { terminal, json } = context;
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
