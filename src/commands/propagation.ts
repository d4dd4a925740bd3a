import { explainJson, explainText } from '../view/propagation-explain.ts';
import { propagationCsv } from '../view/propagation-csv.ts';
import { propagationText } from '../view/propagation-text.ts';
import { propagationJson } from '../view/propagation-json.ts';
import { type Standing, standingOf } from '../view/propagation.ts';
import { systemHostLookup } from '../machine/host-lookup.ts';
import { type Context } from './context.ts';
import { session, type Seen } from './propagation-session.ts';
import { showingFor } from './propagation-show.ts';
import { readTerms, type Terms } from './propagation-terms.ts';
import { chooseResolvers } from './propagation-whom.ts';
import { openWorld } from './propagation-world.ts';
import { type Run } from './spec.ts';

const exits: Record<Standing, number> = {
  reached: 0,
  pending: 8,
  'no authority': 69,
  'no resolver': 69,
};

const apologies: Partial<Record<Standing, string>> = {
  'no authority':
    'no authoritative server could be asked: without them nothing can be called new. See above what was tried; --authority names servers.',
  'no resolver':
    'no resolver could tell: see above what was tried. Does this network let DNS out? @ADDRESS and --resolvers name others.',
};

const distrusted = 'nothing that resolvers say here can be trusted: see above why, and what helps.';

export const run: Run = async (context, input) => {
  const { terminal, signal } = context;
  const terms = readTerms(input, context.json);
  const { list, only, explain } = terms;
  const resolvers = await chooseResolvers(
    list,
    explain === null ? only : [explain],
    systemHostLookup,
  );
  const world = await openWorld();
  try {
    const showing = showingFor(context, terms);
    const told = ({ picture }: Seen): void => {
      showing.show(picture);
    };
    const seen = await session({ terms, resolvers, world }, told, signal).finally(showing.close);
    print(context, terms, seen);
    const standing = standingOf(seen.picture, terms.until ?? 'new');
    const doubtful = standing === 'no resolver' && seen.picture.distrust != null;
    const apology = doubtful ? distrusted : apologies[standing];
    if (apology !== undefined) terminal.talk(apology);
    return exits[standing];
  } finally {
    await world.close();
  }
};

function print(context: Context, terms: Terms, { picture, watched, at }: Seen): void {
  const { terminal } = context;
  const { form, explain, watch, by } = terms;
  if (watch && form === 'json') return;
  if (form === 'csv') terminal.out(propagationCsv(picture));
  else if (explain === null)
    terminal.out(
      form === 'json'
        ? JSON.stringify(propagationJson(picture))
        : propagationText(picture, terminal.look(), by),
    );
  else {
    const [one] = watched;
    const [row] = picture.rows;
    if (form === 'json') {
      const evidence = one === undefined ? null : explainJson(one, at);
      terminal.out(JSON.stringify({ ...propagationJson(picture), evidence }));
    } else
      terminal.out(
        one === undefined || row === undefined
          ? propagationText(picture, terminal.look())
          : explainText(one, { row, at }, terminal.look()),
      );
  }
}
