import { type Instant, type Seconds } from '../clock.ts';
import { type CacheState, oldUntil } from './cachestate.ts';

/** One resolver of a forecast. */
export interface Participant {
  /** Positive. */
  readonly weight: number;
  /** The least TTL it was seen to use; null: none. */
  readonly floor: Seconds | null;
}

/** Seconds after the swap by which that part of the world is expected to have turned. */
export interface Forecast {
  readonly p50: Seconds;
  readonly p95: Seconds;
  /** By then every resolver with the floors seen has turned. */
  readonly worst: Seconds;
}

/**
 * The share (0 to 1) that is expected to have turned `t` seconds after every authoritative server
 * did: entries are of any age, so a resolver turns at any moment of its longest entry's life.
 */
export function shareAt(participants: readonly Participant[], low: Seconds, t: Seconds): number {
  const all = participants.reduce((sum, { weight }) => sum + weight, 0);
  if (all === 0) return 0;
  const turned = participants.map(({ weight, floor }) => {
    const longest = Math.max(low, floor ?? 0);
    if (t < 0) return 0;
    return weight * (t >= longest ? 1 : t / longest);
  });
  return Math.min(1, turned.reduce((sum, part) => sum + part, 0) / all);
}

/** When half and 95 % are expected, and the last; null without participants. */
export function forecastOf(participants: readonly Participant[], low: Seconds): Forecast | null {
  const some = participants.filter(({ weight }) => weight > 0);
  if (some.length === 0) return null;
  const worst = Math.max(low, ...some.map(({ floor }) => floor ?? 0));
  const when = (share: number) => firstAt(some, { low, share, worst });
  return { p50: when(0.5), p95: when(0.95), worst };
}

/** The inverse of `shareAt`, which rises evenly between the TTLs: 50 halvings are exact enough. */
function firstAt(
  participants: readonly Participant[],
  { low, share, worst }: { low: Seconds; share: number; worst: Seconds },
): Seconds {
  let [from, to] = [0, worst];
  for (let step = 0; step < 50; step++) {
    const middle = (from + to) / 2;
    if (shareAt(participants, low, middle) >= share) to = middle;
    else from = middle;
  }
  return Math.max(0, Math.ceil(to - 1e-6));
}

/**
 * The moment after which an honest resolver cannot answer old, whatever was seen: the longest it can
 * hold an entry, from the last authoritative address that turned. Null while one has not.
 * `ttl`: the longest that an entry fetched just before can have been given.
 */
export function boundOf(
  authorityNewSince: Instant | null,
  ttl: Seconds,
  floors: readonly (Seconds | null)[],
): Instant | null {
  if (authorityNewSince === null) return null;
  // A second more: TTLs are whole seconds, and some caches serve the last one to its end.
  return authorityNewSince + (Math.max(ttl, ...floors.map(floor => floor ?? 0)) + 1) * 1000;
}

/** One resolver of an outlook. */
export interface Holder {
  readonly weight: number;
  readonly state: CacheState | null;
}

/**
 * The moment by which a share (0 to 1) of the weight that can tell is `new`, from the entries seen;
 * null where what stands in the way has no known end.
 */
export function turningOf(
  rows: readonly Holder[],
  now: Instant,
): (share: number) => Instant | null {
  const ends: { readonly weight: number; readonly at: Instant }[] = [];
  for (const { weight, state } of rows) {
    const verdict = state?.verdict ?? null;
    if (state === null || (verdict !== 'new' && verdict !== 'old' && verdict !== 'mixed')) {
      if (verdict === 'other') ends.push({ weight, at: Infinity });
      continue;
    }
    // Not heard of since its entry ended: it may turn at any moment.
    const at = verdict === 'new' ? now : endless(state) ? Infinity : (oldUntil(state, now) ?? now);
    ends.push({ weight, at });
  }
  ends.sort((one, other) => one.at - other.at);
  const all = ends.reduce((sum, { weight }) => sum + weight, 0);
  return share => {
    let sum = 0;
    const last = ends.find(({ weight }) => (sum += weight) >= all * share - 1e-9);
    return last === undefined || last.at === Infinity ? null : last.at;
  };
}

const endless = ({ frozen, stale }: CacheState): boolean => frozen || (stale?.streak ?? 0) > 0;
