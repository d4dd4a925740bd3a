import { type ServerAddress } from '../../cutover/survey.ts';
import { type Validation } from '../../cutover/validation.ts';
import { withDeadline } from '../../deadline.ts';
import { displayName } from '../../dns/name.ts';
import { isFault } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { anchorFor } from './anchors.ts';
import { rawAsker } from './asking.ts';
import { type ChainOf, remedies, walk, type ZoneChain } from './walk.ts';

/** The zone whose chain is kept; its servers are named whenever it is needed. */
type Kept = Omit<ChainOf, 'servers'>;

/** Walks a chain of trust when somebody needs it, and remembers what came of it for a while. */
export interface ChainKeeper {
  readonly of: Kept;
  readonly chain: (need: Need, signal: AbortSignal) => Promise<ZoneChain>;
}

interface Need {
  /** Does anybody sign the zone, as far as its servers show? */
  readonly signed: boolean;
  /** Those that answer now: to ask the silent ones for keys would take all the time there is. */
  readonly servers: readonly ServerAddress[];
  /** Something did not validate: what was learnt before this uptime does not count, if it can be learnt anew. */
  readonly fresh?: number;
}

/** A verdict that no walk has led to. */
const unwalked = ({ zone }: Kept, about: Pick<Validation, 'is' | 'why' | 'remedy'>) => ({
  verdict: { ...about, at: displayName(zone), lasts: null },
  keys: [],
  bad: new Map<string, Validation>(),
});

const unsigned = (of: Kept, why: string): ZoneChain =>
  unwalked(of, { is: 'insecure', why, remedy: null });

/** Rounds wait for a walk: where resolvers are silent it is given up, and nobody can tell. */
async function inTime(
  of: Kept,
  signal: AbortSignal,
  walking: (signal: AbortSignal) => Promise<ZoneChain>,
): Promise<ZoneChain> {
  const what = `walking to ${displayName(of.zone)}`;
  try {
    return await withDeadline(of.clock, { ms: limits.dnssecWalkMs, what, signal }, walking);
  } catch (error) {
    if (signal.aborted || !isFault(error, 'UNAVAILABLE')) throw error;
    const why = `it took more than ${limits.dnssecWalkMs / 1000} s to ask about the zones above`;
    return unwalked(of, { is: 'indeterminate', why, remedy: remedies.indeterminate });
  }
}

/**
 * Nobody signs the zone, as far as its servers show: it is walked only where a DS or an anchor says that
 * it ought to be signed. One question, and none where the configuration forbids to look above.
 */
async function unsignedChain(of: ChainOf, signal: AbortSignal): Promise<ZoneChain> {
  if (anchorFor(of.zone, of.trustAnchors).from === 'configured') return walk(of, signal);
  const question = { name: of.zone, type: 'DS' };
  const askRaw = rawAsker(of.ask, signal);
  for (const server of of.lookups ?? []) {
    const message = await askRaw(question, server, true);
    if (typeof message === 'string') continue;
    const found = message.answer.some(({ name, type }) => type === 'DS' && name === of.zone);
    if (found) return walk(of, signal);
    return unsigned(of, 'it is unsigned, and no DS says that it ought to be signed');
  }
  return unsigned(of, 'it is unsigned; whether a DS says that it ought to be signed was not asked');
}

/** What is bogus is looked at again soon, since somebody mends it; all else holds for minutes. */
const lastsMs = ({ verdict, bad }: ZoneChain): number =>
  verdict.is === 'bogus' || bad.size > 0 ? limits.dnssecKeysAgainMs : limits.dnssecKeysMs;

const sameServer = (one: ServerAddress, other: ServerAddress): boolean =>
  one.address === other.address && one.port === other.port;

export function chainKeeper(of: Kept): ChainKeeper {
  // While something is bogus each round would have everything asked anew.
  let freshened = -Infinity;
  let known: (Pick<Need, 'signed' | 'servers'> & { chain: ZoneChain; up: number }) | null = null;
  return {
    of,
    chain: async ({ signed, servers, fresh }, signal) => {
      const { up } = of.clock.now();
      const stands =
        known !== null &&
        known.signed === signed &&
        servers.every(server => known?.servers.some(one => sameServer(one, server))) &&
        up - known.up < lastsMs(known.chain) &&
        (fresh === undefined || known.up >= fresh || up - freshened < limits.dnssecKeysAgainMs);
      if (known !== null && stands) return known.chain;
      if (fresh !== undefined) freshened = up;
      const chain = await inTime(of, signal, inner =>
        signed ? walk({ ...of, servers }, inner) : unsignedChain({ ...of, servers }, inner),
      );
      known = { chain, signed, servers, up };
      return chain;
    },
  };
}
