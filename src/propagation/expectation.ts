import { type Instant, type Seconds } from '../clock.ts';
import { type Key, sameSet } from '../dns/rrset.ts';
import { type Answered, keptSet, type Link } from './observation.ts';

/**
 * What the answers are held against. Sets are canonical and sorted, as `rrset()` makes them; an
 * empty set stands for "does not exist". A query that expects nothing has `old: []` and `new: null`:
 * every answer is `other` then.
 */
export interface Expectation {
  readonly key: Key;
  /** How the servers lead from its name to the records now. Left out: not at all. */
  readonly aliases?: readonly Link[];
  /** Every set that counts as old. */
  readonly old: readonly (readonly string[])[];
  /** Null as long as nothing new can honestly be answered: before the swap. */
  readonly new: readonly string[] | null;
  /** What the authoritative servers gave before it was lowered, and what they give now; null: not known. */
  readonly ttl: { readonly old: Seconds | null; readonly low: Seconds | null };
  /** When every authoritative address served the low TTL; null: not known. */
  readonly lowSince: Instant | null;
  /** When the new set was written; null: not known. */
  readonly swappedAt: Instant | null;
  /**
   * When the new set was first sent to the provider, in whatever attempt: who answered it before is no
   * cache. Null: not known, and then nobody is called a liar. Left out: `swappedAt`.
   */
  readonly firstSentAt?: Instant | null;
  /** When the last authoritative address had turned to the new set; null while one has not. */
  readonly authorityNewSince: Instant | null;
}

/** Names what is expected to become new; what was counted towards another aim says nothing of this one. */
export function aimOf({ new: set }: Expectation): string {
  if (set === null) return 'null';
  const known = aims.get(set);
  if (known !== undefined) return known;
  const aim = JSON.stringify(set);
  aims.set(set, aim);
  return aim;
}

/** It is asked for with each answer and each question, and stands in the state of each resolver. */
const aims = new WeakMap<readonly string[], string>();

export type Value = 'new' | 'old' | 'other';

/** What is kept of an answer is compared with what would be kept of the set. */
const isKept = (kept: readonly string[], expected: readonly string[]): boolean =>
  sameSet(kept, keptSet(expected));

/** What this set is; rdata is canonical, so names compare without regard to case. */
export function valueOf(rdata: readonly string[], expectation: Expectation): Value {
  if (expectation.new !== null && isKept(rdata, expectation.new)) return 'new';
  return expectation.old.some(set => isKept(rdata, set)) ? 'old' : 'other';
}

/** The longest an entry of before the swap can have been given by the authoritative servers. */
export function ttlBeforeSwap({ ttl, lowSince, swappedAt }: Expectation): Seconds | null {
  if (ttl.low === null) return null;
  const before = Math.max(ttl.old ?? ttl.low, ttl.low);
  const drained = lowSince !== null && swappedAt !== null && swappedAt >= lowSince + before * 1000;
  return drained ? ttl.low : before;
}

/** Forged Answer, Blocked, Censored, Filtered, Prohibited (RFC 8914 4.5 and 4.16 to 4.19). */
const filterCodes = [4, 15, 16, 17, 18];

/** It says itself that it does not say what it holds. */
export const isFiltered = ({ ede }: Pick<Answered, 'ede'>): boolean =>
  ede.some(({ code }) => filterCodes.includes(code));

/**
 * The set that an answer states; null where it states none. A negative answer states absence only
 * if it has its SOA, is no filter's, and absence is old or new: else an empty answer is no knowledge.
 */
export function statedSet(answer: Answered, expectation: Expectation): readonly string[] | null {
  if (answer.rdata !== null) return answer.rdata;
  if (answer.ttl === null || isFiltered(answer)) return null;
  return valueOf([], expectation) === 'other' ? null : [];
}
