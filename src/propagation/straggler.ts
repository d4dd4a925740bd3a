import { type Instant, type Seconds } from '../clock.ts';
import { type CacheState, oldUntil } from './cachestate.ts';
import { type Expectation, isFiltered, ttlBeforeSwap } from './expectation.ts';
import { boundOf } from './forecast.ts';
import { type Observation } from './observation.ts';
import { isRevived } from './revived.ts';
import { isFarm } from './verdict.ts';

export type Cause =
  | 'waiting for its TTL'
  | 'raises TTLs'
  | 'does not count down'
  | 'serves stale'
  | 'several caches disagree'
  | 'fetched old again'
  | 'filtered or rewritten'
  | 'silent or refused'
  | 'other';

/** A resolver that is not `new`, and why. */
export interface Straggler {
  readonly resolver: string;
  readonly cause: Cause;
  /** The last moment at which an entry that was seen can be answered; null: nothing seen tells. */
  readonly until: Instant | null;
  /** False while an authoritative server may still hand out old: then another entry may follow. */
  readonly final: boolean;
  /** The observations that show it, oldest first; 6 at most. */
  readonly evidence: readonly Observation[];
}

/** Why this resolver is not `new`, as of its last observation; null when it is, or nothing is known. */
export function stragglerOf(state: CacheState, expectation: Expectation): Straggler | null {
  const { resolver, verdict, recent: evidence } = state;
  if (verdict === null || verdict === 'new') return null;
  const cause = causeOf(state, expectation);
  // Once it has said new, what was old can be answered no longer than its entries live.
  const turning = verdict === 'mixed' && state.lastNewAt === state.last.received;
  const isStale = cause === 'serves stale' && state.stale?.streak !== 0;
  const counts = turning || (!isStale && cause !== 'does not count down');
  const until = counted.includes(cause) && counts ? oldUntil(state, state.last.received) : null;
  const final = expectation.authorityNewSince !== null;
  return { resolver, cause, until, final, evidence };
}

/** What an honest cache may do, for as long as its TTLs let it. */
const honest: readonly Cause[] = [
  ...(['waiting for its TTL', 'raises TTLs'] as const),
  ...(['several caches disagree', 'fetched old again'] as const),
];

/**
 * Whether what was seen accounts for it. A cause that TTLs bound accounts for nothing once its bound
 * has passed; `now` is on the clock of the expectation. `floor`: that of the resolver.
 */
export function isExplained(
  straggler: Straggler,
  expectation: Expectation,
  { floor, now }: { readonly floor: Seconds | null; readonly now: Instant },
): boolean {
  if (straggler.cause === 'other') return false;
  const until = explainedUntil(straggler, expectation, floor);
  return until === null || now < until;
}

/** The moment from which it is explained no more; null: none is known. */
export function explainedUntil(
  { cause, until }: Straggler,
  expectation: Expectation,
  floor: Seconds | null,
): Instant | null {
  const { authorityNewSince, ttl } = expectation;
  if (!honest.includes(cause)) return null;
  const bound = boundOf(authorityNewSince, ttlBeforeSwap(expectation) ?? ttl.old ?? 0, [floor]);
  // Of a floor one has seen what was left of it: an entry of before the swap may outlive that.
  const single = cause === 'waiting for its TTL' || cause === 'raises TTLs';
  return bound === null || !single ? bound : Math.max(bound, until ?? bound);
}

/** Causes whose end the TTLs tell. */
const counted: readonly Cause[] = [
  ...(['waiting for its TTL', 'raises TTLs', 'fetched old again'] as const),
  ...(['several caches disagree', 'serves stale', 'does not count down'] as const),
];

function causeOf(state: CacheState, expectation: Expectation): Cause {
  const { verdict, last, stale, frozen, lied } = state;
  if (verdict === 'silent' || verdict === 'refused') return 'silent or refused';
  if (lied || ('ede' in last.outcome && isFiltered(last.outcome))) return 'filtered or rewritten';
  if (verdict === 'empty') return 'other';
  // With nothing expected there is nothing that a resolver could have rewritten.
  if (verdict === 'other')
    return expectation.old.length > 0 || expectation.new !== null
      ? 'filtered or rewritten'
      : 'other';
  if (stale !== null && (stale.streak > 0 || (verdict === 'mixed' && !disagrees(state))))
    return 'serves stale';
  if (frozen) return 'does not count down';
  if (isRevived(state, expectation)) return 'serves stale';
  if (disagrees(state)) return 'several caches disagree';
  if (state.refetchedOld > 0) return 'fetched old again';
  return state.floor === null ? 'waiting for its TTL' : 'raises TTLs';
}

/**
 * Old and new in turn, or both alive for longer than a cache that fetches early explains: in the
 * last tenth, or the last two seconds, one cache may have replaced its own entry (a second is lost to
 * truncation).
 */
function disagrees(state: CacheState): boolean {
  if (state.verdict !== 'mixed') return false;
  if (isFarm(state)) return true;
  const { firstNewAt, series } = state;
  return series.some(
    ({ value, looksStale, expiresAt, firstSeen, ttl }) =>
      value !== 'new' &&
      !looksStale &&
      firstNewAt !== null &&
      firstSeen < firstNewAt &&
      expiresAt - firstNewAt > (Math.max(2, ttl / 10) + 1) * 1000,
  );
}
