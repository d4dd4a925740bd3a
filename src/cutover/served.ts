import { type Seconds } from '../clock.ts';
import { type Cutover } from './cutover.ts';
import { LOW, moves, stepPosition, valueAt, type Track } from './path.ts';
import { observedTracks, serverLabel } from './standing.ts';
import { type Round } from './survey.ts';
import { isAt } from './write.ts';

/**
 * Nothing of the swap is out: what caches hold now decides when it may be. Also while a swap is held by a
 * conflict, and after a rollback: the next attempt rests on the same proof.
 */
export const beforeFirstSwap = (cutover: Cutover): boolean => {
  const { stage, plan } = cutover;
  if (stage === 'lower' || stage === 'drain') return true;
  if (stage !== 'gate' && stage !== 'swap' && stage !== 'rollback') return false;
  // Sets that are written one by one: as long as one of them is not out, its old value counts.
  return plan.tracks.some(
    track => track.swapped && moves(track, LOW, stepPosition(0)) && isAt(cutover, track, LOW),
  );
};

interface ServedTtl {
  readonly server: string;
  readonly key: string;
  /** The TTL, or for a set that was denied how long its absence may be remembered. */
  readonly ttl: Seconds;
  readonly denied: boolean;
}

const served = (
  cutover: Cutover,
  round: Round,
  tracks: readonly Track[] = observedTracks(cutover),
): readonly ServedTtl[] =>
  round.readings.flatMap(reading =>
    tracks.flatMap(({ key }) => {
      const one = reading.served.find(answer => answer.key === key);
      const ttl = one?.rrset?.ttl ?? one?.negativeTtl ?? null;
      return ttl === null
        ? []
        : [{ server: serverLabel(reading), key, ttl, denied: one?.rrset === null }];
    }),
  );

/** The longest that anybody may remember what these servers gave; null when none answered. */
export const longestServed = (
  cutover: Cutover,
  round: Round,
  tracks?: readonly Track[],
): Omit<ServedTtl, 'denied'> | null =>
  served(cutover, round, tracks).reduce<Omit<ServedTtl, 'denied'> | null>(
    (longest, { server, key, ttl }) =>
      longest === null || ttl > longest.ttl ? { server, key, ttl } : longest,
    null,
  );

/** A server that gives one of our RRsets a longer TTL than was written, whatever else it gives. */
export function longServed(
  cutover: Cutover,
  round: Round,
): { readonly server: string; readonly detail: string } | null {
  const low = new Map(cutover.plan.tracks.map(track => [track.key, valueAt(track, LOW)]));
  const long = served(cutover, round).find(({ key, ttl, denied }) => {
    const value = low.get(key) ?? null;
    // What does not exist before the swap is denied for as long as the zone says.
    if (value === null) return !denied && ttl > cutover.plan.policy.ttl.low;
    return ttl > value.ttl;
  });
  if (long === undefined) return null;
  return { server: long.server, detail: `gives ${long.key} a TTL of ${String(long.ttl)} s` };
}
