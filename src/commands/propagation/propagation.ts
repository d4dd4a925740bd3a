import { explainJson, explainText } from '../../view/propagation/explain.ts';
import { propagationCsv } from '../../view/propagation/csv.ts';
import { propagationText } from '../../view/propagation/text.ts';
import { propagationJson } from '../../view/propagation/json.ts';
import { wrap } from '../../view/table.ts';
import { tookText } from '../../view/words.ts';
import { type Picture, type Standing, standingOf } from '../../view/propagation/propagation.ts';
import { systemHostLookup } from '../../machine/host-lookup.ts';
import { type Context } from '../context.ts';
import { session, type Seen } from './session.ts';
import { showingFor } from './show.ts';
import { readTerms, type Terms } from './terms.ts';
import { chooseResolvers } from './whom.ts';
import { openWorld } from './world.ts';
import { type Run } from '../spec.ts';

const exits: Record<Standing, number> = {
  reached: 0,
  pending: 8,
  'no authority': 69,
  'no resolver': 69,
};

/** Why nothing can be said of the resolvers, and what to try. */
const muteTexts = {
  distrusted: 'nothing that resolvers say here can be trusted: see above why, and what helps.',
  bogus:
    'nobody gives the data, since those that validate find the signatures wrong: see above. Mend the signing, or the DS at the parent: the records are not the trouble.',
  secure:
    'no resolver could tell: see above what is wrong. @tls://ADDRESS#NAME says which name stands in a certificate; NODE_EXTRA_CA_CERTS trusts an authority of your own (help environment).',
  usual:
    'no resolver could tell: see above what was tried. Does this network let DNS out? @ADDRESS and --resolvers name others.',
};

function muteText({ distrust, rows }: Picture): string {
  if (distrust != null) return muteTexts.distrusted;
  if (rows.some(({ dnssec }) => dnssec === 'bogus')) return muteTexts.bogus;
  const secure = rows.every(({ transport }) => transport === 'tls' || transport === 'https');
  return secure ? muteTexts.secure : muteTexts.usual;
}

/** What is said besides the picture; null: the picture says it all. */
function apologyFor(standing: Standing, picture: Picture): string | null {
  if (standing === 'no resolver') return muteText(picture);
  if (standing !== 'no authority') return null;
  const why =
    'no authoritative server could be asked: without them nothing can be called new. See above what was tried; --authority names servers';
  return picture.key.type === 'DS' ? `${why}, for a DS those of the zone above.` : `${why}.`;
}

/** That a wait ended for want of time, and not because it came to pass; null: it did not. */
function lateFor(standing: Standing, terms: Terms, signal: AbortSignal): string | null {
  const { until, timeoutMs } = terms;
  if (standing !== 'pending' || until === null || timeoutMs === null || signal.aborted) return null;
  const goal = typeof until === 'number' ? `${String(Math.round(until * 100))} %` : 'new';
  return `gave up after ${tookText(timeoutMs)} (--timeout): ${goal} (--until) is not reached.`;
}

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
    const apology = apologyFor(standing, seen.picture) ?? lateFor(standing, terms, signal);
    if (apology !== null) terminal.talk(wrap(apology, terminal.look().width).join('\n'));
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
