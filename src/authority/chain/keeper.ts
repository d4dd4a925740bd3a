import { type ServerAddress } from '../../cutover/survey.ts';
import { type Validation } from '../../cutover/validation.ts';
import { withDeadline } from '../../deadline.ts';
import { displayName } from '../../dns/name.ts';
import { isFault } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { anchorFor } from './anchors.ts';
import { rawAsker } from './asking.ts';
import {
  type ChainOf,
  keysBy,
  remedies,
  type Vouched,
  vouchedFor,
  type ZoneChain,
} from './walk.ts';

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

const tookLong = `it took more than ${limits.dnssecWalkMs / 1000} s to ask`;

/** Rounds wait for a walk: where nobody answers it is given up (null), and nobody can tell. */
async function inTime<Result>(
  of: Kept,
  signal: AbortSignal,
  walking: (signal: AbortSignal) => Promise<Result>,
): Promise<Result | null> {
  const what = `walking to ${displayName(of.zone)}`;
  try {
    return await withDeadline(of.clock, { ms: limits.dnssecWalkMs, what, signal }, walking);
  } catch (error) {
    if (signal.aborted || !isFault(error, 'UNAVAILABLE')) throw error;
    return null;
  }
}

/** What the last walk found out about the zones above, and when by the uptime. */
interface Remembered {
  readonly vouched: Vouched;
  readonly up: number;
}

const unsure = (vouched: Vouched): boolean =>
  'stop' in vouched && vouched.stop.is === 'indeterminate';

/**
 * Walks the zones above. Where that leads nowhere, as while resolvers are silent, what an earlier walk found
 * stands for a while: a DS is cached for as long by the whole world, and what is bogus is not mended so.
 */
async function lookAbove(
  of: ChainOf,
  before: Remembered | null,
  signal: AbortSignal,
): Promise<Remembered> {
  const at = displayName(of.zone);
  const why = `${tookLong} about the zones above`;
  const late: Vouched = { stop: { is: 'indeterminate', at, why } };
  const vouched = (await inTime(of, signal, inner => vouchedFor(of, inner))) ?? late;
  const { up } = of.clock.now();
  const stands = before !== null && up - before.up < limits.dnssecRememberedMs;
  return stands && unsure(vouched) ? before : { vouched, up };
}

/**
 * Nobody signs the zone, as far as its servers show: it is walked only where a DS or an anchor says that
 * it ought to be signed. One question, and none where the configuration forbids to look above.
 */
async function unsignedChain(
  of: ChainOf,
  signal: AbortSignal,
): Promise<ZoneChain | 'ought to be signed'> {
  if (anchorFor(of.zone, of.trustAnchors).from === 'configured') return 'ought to be signed';
  const question = { name: of.zone, type: 'DS' };
  const askRaw = rawAsker(of.ask, signal);
  for (const server of of.lookups ?? []) {
    const message = await askRaw(question, server, true);
    if (typeof message === 'string') continue;
    const found = message.answer.some(({ name, type }) => type === 'DS' && name === of.zone);
    if (found) return 'ought to be signed';
    return unsigned(of, 'it is unsigned, and no DS says that it ought to be signed');
  }
  return unsigned(of, 'it is unsigned; whether a DS says that it ought to be signed was not asked');
}

/** What is bogus is looked at again soon, since somebody mends it; what is known holds for minutes. */
function lastsMs({ verdict, bad }: ZoneChain): number {
  if (verdict.is === 'bogus' || bad.size > 0) return limits.dnssecKeysAgainMs;
  return verdict.is === 'indeterminate' ? limits.dnssecUnknownMs : limits.dnssecKeysMs;
}

const sameServer = (one: ServerAddress, other: ServerAddress): boolean =>
  one.address === other.address && one.port === other.port;

export function chainKeeper(of: Kept): ChainKeeper {
  // While something is bogus each round would have everything asked anew.
  let freshened = -Infinity;
  let known: (Pick<Need, 'signed' | 'servers'> & { chain: ZoneChain; up: number }) | null = null;
  let remembered: Remembered | null = null;
  const walk = async (now: ChainOf, signal: AbortSignal): Promise<ZoneChain> => {
    const above = await lookAbove(now, remembered, signal);
    if (!unsure(above.vouched)) remembered = above;
    const chain = await inTime(of, signal, inner => keysBy(above.vouched, now, inner));
    const why = `${tookLong} for its keys`;
    return chain ?? unwalked(of, { is: 'indeterminate', why, remedy: remedies.indeterminate });
  };
  const look = async (now: ChainOf, signed: boolean, signal: AbortSignal): Promise<ZoneChain> => {
    if (signed) return walk(now, signal);
    const unsure = unsigned(of, `${tookLong} whether a DS says that it ought to be signed`);
    const chain = (await inTime(of, signal, inner => unsignedChain(now, inner))) ?? unsure;
    return chain === 'ought to be signed' ? walk(now, signal) : chain;
  };
  return {
    of,
    chain: async ({ signed, servers, fresh }, signal) => {
      const { up } = of.clock.now();
      const stands =
        known?.signed === signed &&
        servers.every(server => known?.servers.some(one => sameServer(one, server))) &&
        up - known.up < lastsMs(known.chain) &&
        (fresh === undefined || known.up >= fresh || up - freshened < limits.dnssecKeysAgainMs);
      if (known !== null && stands) return known.chain;
      if (fresh !== undefined) freshened = up;
      const chain = await look({ ...of, servers }, signed, signal);
      known = { chain, signed, servers, up };
      return chain;
    },
  };
}
