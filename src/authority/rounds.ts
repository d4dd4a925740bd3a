import { type Clock } from '../clock.ts';
import { type Round, type ServerAddress } from '../cutover/survey.ts';
import { formatRRset } from '../dns/rrset.ts';
import { inParallel } from './parallel.ts';
import { type ChainKeeper } from './chain/keeper.ts';
import { validateRound } from './chain/round.ts';
import { type ZoneChain } from './chain/walk.ts';
import { type FullReading, read, type ReadingOf } from './reading.ts';

export interface RoundOf extends ReadingOf {
  readonly servers: readonly ServerAddress[];
  /** Has every answer validated; absent where nobody needs it. */
  readonly keeper?: ChainKeeper;
}

/** Servers that are asked at the same time. */
const SERVERS_AT_ONCE = 16;
/** Rounds nearer than this would be one look, not several. */
const SPACING_MS = 1000;

/** A round with what its servers said besides. */
export async function fullRound(
  of: RoundOf,
  signal: AbortSignal,
): Promise<{
  readonly round: Round;
  readonly full: readonly FullReading[];
  readonly chain: ZoneChain | null;
}> {
  const full = await inParallel(of.servers, SERVERS_AT_ONCE, server => read(server, of, signal));
  const nameServers = [...new Set(full.flatMap(one => one.nameServers))].sort();
  // The time is taken last: what a server serves, it served until it answered, not a moment less.
  const at = of.clock.now();
  if (of.keeper === undefined) {
    const round = { at, nameServers, readings: full.map(one => one.reading) };
    return { round, full, chain: null };
  }
  const { readings, chain } = await validateRound(full, of.keeper, signal);
  return { round: { at, nameServers, readings }, full, chain };
}

/** Asks every address once for every key. Silence is in the readings, never an error. */
export const round = async (of: RoundOf, signal: AbortSignal): Promise<Round> =>
  (await fullRound(of, signal)).round;

/** What two rounds must share to be identical: all but times and serials. */
function contentOf({ nameServers, readings }: Round): string {
  return JSON.stringify([
    nameServers,
    readings.map(({ name, address, port, state, served, validated }) => [
      ...[name, address, port, state, validated?.map(({ key, is }) => [key, is])],
      served.map(({ key, rrset, signature }) => [
        ...[key, rrset === null ? null : formatRRset(rrset), signature],
      ]),
    ]),
  ]);
}

/**
 * Makes rounds until the signal is aborted, at least `everyMs` (never less than a second) from the
 * end of one to the start of the next, and hands each over with how many in a row, itself included,
 * showed the same.
 * @throws Fault ABORTED, and whatever `onRound` throws
 */
export async function watchRounds(
  of: RoundOf & { readonly everyMs: number },
  onRound: (round: Round, identical: number) => Promise<void>,
  signal: AbortSignal,
): Promise<never> {
  const clock: Clock = of.clock;
  let last: string | null = null;
  for (let identical = 1; ;) {
    const next = await round(of, signal);
    const content = contentOf(next);
    identical = content === last ? identical + 1 : 1;
    last = content;
    await onRound(next, identical);
    await clock.sleep(Math.max(SPACING_MS, of.everyMs), signal);
  }
}
