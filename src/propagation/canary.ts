import { type Instant, type Seconds } from '../clock.ts';
import { sameSet } from '../dns/rrset.ts';
import { type CacheState } from './cachestate.ts';
import { type Expectation } from './expectation.ts';
import { type Learnt } from './learnt.ts';
import { type Series } from './series.ts';
import { type Resolver } from './watched.ts';

// What resolvers show of themselves at a name that nobody has ever asked for.

/** What such a name is held against. */
export interface CanaryAim {
  readonly key: Expectation['key'];
  readonly first: readonly string[];
  readonly second: readonly string[];
  /** What the servers give. */
  readonly ttl: Seconds;
  /** When every server gave the first value. */
  readonly since: Instant;
}

const ttls = (ttl: Seconds) => ({ ttl: { old: ttl, low: ttl } });

/** While the first value stands: whatever shows it, and longer than was given, raises TTLs. */
export const firstExpected = ({ key, first, ttl, since }: CanaryAim): Expectation => ({
  ...{ key, old: [], new: first, ...ttls(ttl), lowSince: since, swappedAt: since },
  ...{ firstSentAt: null, authorityNewSince: since },
});

/** Once it was changed, which is the swap that is rehearsed. */
export const secondExpected = (
  { key, first, second, ttl, since }: CanaryAim,
  { changedAt, turnedAt }: { readonly changedAt: Instant; readonly turnedAt: Instant },
): Expectation => ({
  ...{ key, old: [first], new: second, ...ttls(ttl), lowSince: since, swappedAt: changedAt },
  ...{ firstSentAt: null, authorityNewSince: turnedAt },
});

/** Did it give what the zone has? */
export const gaveIt = (state: CacheState): boolean => state.firstNewAt !== null;

/** What was seen of one resolver, with the TTL of the first answer for another name, if one was asked. */
export interface CanarySeen {
  readonly resolver: Resolver;
  readonly state: CacheState;
  readonly again: Seconds | null;
}

/**
 * The first answer showed less than was given: either the resolver cuts TTLs, or another one of the list has
 * asked the same cache before. A name of its own tells, asked once more.
 */
export const wantsAgain = ({ longest }: CacheState, { ttl }: CanaryAim): boolean =>
  longest !== null && longest.ttl < ttl;

function ceilingOf({ state, again }: CanarySeen, { ttl }: CanaryAim): Seconds | null {
  const first = state.longest?.ttl ?? null;
  return again !== null && again === first && again < ttl ? again : state.ceiling;
}

/** The entries of the first value: of the second there is one in each cache after the one before it. */
const firstOf = ({ series }: CacheState, { first }: CanaryAim): readonly Series[] =>
  series.filter(({ rdata }) => sameSet(rdata, first));

/**
 * The floor of a cache that passes on what it fetches as it came, and applies its floor to what it keeps
 * (dnsmasq): the entry began with the first answer. Null: nothing looks like that.
 */
function floorBehind(state: CacheState, aim: CanaryAim): Seconds | null {
  const [passed, kept, ...more] = firstOf(state, aim);
  if (passed === undefined || kept === undefined || more.length > 0) return null;
  const once = passed.count === 1 && passed.ttl === aim.ttl;
  if (!once || kept.ttl <= aim.ttl || kept.count < 2) return null;
  return Math.round((kept.expiresAt - passed.firstSeen) / 1000);
}

/** Caches fetch anew in the last tenth of an entry's life, or its last 2 s: that is no other cache. */
const isYoung = ({ expiresAt, ttl }: Series, at: Instant): boolean =>
  expiresAt - at > (Math.max(2, ttl / 10) + 1) * 1000;

/** Entries of one name that were alive at once, or machines that named themselves. */
function cachesOf(state: CacheState, aim: CanaryAim): number {
  const { nsids, interleaved } = state;
  if (floorBehind(state, aim) !== null) return Math.max(1, nsids.length);
  const series = firstOf(state, aim);
  const alive = series.map(
    ({ firstSeen }) =>
      1 + series.filter(other => other.firstSeen < firstSeen && isYoung(other, firstSeen)).length,
  );
  return Math.max(interleaved ? 2 : 1, nsids.length, ...alive);
}

/** What a canary learnt of those that gave it. */
export const learntFrom = (
  seen: readonly CanarySeen[],
  aim: CanaryAim,
  at: Instant,
): readonly Learnt[] =>
  seen.flatMap(one => {
    const { resolver, state } = one;
    const [address] = resolver.addresses;
    if (!gaveIt(state) || address === undefined) return [];
    return [
      {
        ...{ resolver: resolver.id, address, ceiling: ceilingOf(one, aim) },
        floor: floorBehind(state, aim) ?? state.floor,
        ...{ caches: cachesOf(state, aim), given: aim.ttl, at, from: 'canary' },
      } as const,
    ];
  });

/** When one of them had turned, in seconds after all servers had; null: it had not. */
export interface Turn {
  readonly resolver: string;
  readonly weight: number;
  readonly after: Seconds | null;
}

/** By when this share of the weight had turned; null: it had not. */
export function turnedBy(turns: readonly Turn[], share: number): Seconds | null {
  const all = turns.reduce((sum, { weight }) => sum + weight, 0);
  let sum = 0;
  for (const { after, weight } of slowestLast(turns)) {
    sum += weight;
    if (sum >= all * share - 1e-9) return after;
  }
  return null;
}

/** Those that had not turned come last. */
export const slowestLast = (turns: readonly Turn[]): readonly Turn[] =>
  turns.toSorted((one, other) => (one.after ?? Infinity) - (other.after ?? Infinity) || 0);
