import { type Instant, type Seconds } from '../clock.ts';
import { type Key } from '../dns/rrset.ts';
import { type Answered } from './observation.ts';

/**
 * What the answers are held against. Sets are canonical and sorted, as `rrset()` makes them; an
 * empty set stands for "does not exist". A query that expects nothing has `old: []` and `new: null`:
 * every answer is `other` then.
 */
export interface Expectation {
  readonly key: Key;
  /** Every set that counts as old. */
  readonly old: readonly (readonly string[])[];
  /** Null as long as nothing new can honestly be answered: before the swap. */
  readonly new: readonly string[] | null;
  /** What the authoritative servers gave the old set before it was lowered, and what they give now. */
  readonly ttl: { readonly old: Seconds; readonly low: Seconds };
  /** When every authoritative address served the low TTL; null: not known. */
  readonly lowSince: Instant | null;
  /**
   * When the new set was first sent to the provider: who answered it before is no cache. Null: not
   * known, and then nobody is called a liar.
   */
  readonly swappedAt: Instant | null;
  /** When the last authoritative address had turned to the new set; null while one has not. */
  readonly authorityNewSince: Instant | null;
}

export type Value = 'new' | 'old' | 'other';

const sameSet = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((text, index) => text === other[index]);

/** What this set is; rdata is canonical, so names compare without regard to case. */
export function valueOf(rdata: readonly string[], expectation: Expectation): Value {
  if (expectation.new !== null && sameSet(rdata, expectation.new)) return 'new';
  return expectation.old.some(set => sameSet(set, rdata)) ? 'old' : 'other';
}

/**
 * The set that an answer states; null where it states none. A negative answer states absence only
 * if it has its SOA and absence is old or new: else an empty answer is no knowledge.
 */
export function statedSet(answer: Answered, expectation: Expectation): readonly string[] | null {
  if (answer.rdata !== null) return answer.rdata;
  return answer.ttl !== null && valueOf([], expectation) !== 'other' ? [] : null;
}
