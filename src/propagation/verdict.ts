import { type Instant } from '../clock.ts';
import { type Value } from './expectation.ts';
import { aliveAt, type Series } from './series.ts';

/**
 * What a resolver is, as far as its answers tell. `mixed`: old (or other) and new at once. `empty`,
 * `refused` (any RCODE but NOERROR and NXDOMAIN) and `silent`: cannot tell.
 */
export type Verdict = 'new' | 'old' | 'mixed' | 'other' | 'empty' | 'refused' | 'silent';

export const verdicts: readonly Verdict[] = [
  ...(['new', 'old', 'mixed', 'other'] as const),
  ...(['empty', 'refused', 'silent'] as const),
];

/** True for the verdicts that count in a share. */
export const tells = (verdict: Verdict): boolean =>
  verdict === 'new' || verdict === 'old' || verdict === 'mixed' || verdict === 'other';

/** Until when entries lived that are no longer listed one by one; null: none was let go. */
export type Dropped = Readonly<Record<Value, Instant | null>>;

export const droppedAlive = (dropped: Dropped, value: Value, at: Instant): boolean => {
  const until = dropped[value];
  return until !== null && until > at;
};

/** What a verdict on an answer with data is made from. */
export interface Grounds {
  readonly series: readonly Series[];
  readonly dropped: Dropped;
  /** Answers in a row that said new while nothing else could be alive. */
  readonly clean: number;
  readonly interleaved: boolean;
  readonly nsids: readonly string[];
  readonly stale: { readonly count: number } | null;
  /** The verdict so far. */
  readonly verdict: Verdict | null;
}

/** Eleven clean answers leave less than one part in four stale, with 95 % confidence. */
export const cleanOfMany = 11;
const cleanAfterStale = 3;

/** More than one cache answers from this address. */
export const isFarm = ({ interleaved, nsids }: Pick<Grounds, 'interleaved' | 'nsids'>): boolean =>
  interleaved || nsids.length > 1;

/**
 * How many clean answers make it `new`. One entry that ended and one answer will do for one cache;
 * where stale data was served, or several caches answer, the next answer may be another's.
 */
export function cleanWanted(grounds: Pick<Grounds, 'interleaved' | 'nsids' | 'stale'>): number {
  if (isFarm(grounds)) return cleanOfMany;
  return grounds.stale === null ? 1 : cleanAfterStale;
}

/** True while an entry can be alive that is not new. What looks stale is disregarded if asked to. */
export function othersAlive(
  { series, dropped }: Pick<Grounds, 'series' | 'dropped'>,
  at: Instant,
  disregardStale: boolean,
): boolean {
  if (droppedAlive(dropped, 'old', at) || droppedAlive(dropped, 'other', at)) return true;
  return series.some(
    one => one.value !== 'new' && aliveAt(one, at) && !(disregardStale && one.looksStale),
  );
}

/**
 * The verdict at the moment of an answer that says `said`. It is never `new` while an entry that was
 * seen may still be answered old, whoever answered just now.
 */
export function verdictOf(
  grounds: Grounds,
  said: { readonly value: Value; readonly rdata: readonly string[] },
  at: Instant,
): Verdict {
  const { series, dropped, clean, verdict } = grounds;
  if (said.value === 'new') {
    if (othersAlive(grounds, at, clean >= cleanOfMany)) return 'mixed';
    // Another member that says new is no reason to doubt the first, unless they are counted anew.
    const holds = verdict === 'new' && clean > 1;
    return holds || clean >= cleanWanted(grounds) ? 'new' : 'mixed';
  }
  const mark = (value: Value, rdata: readonly string[]) =>
    value === 'other' ? JSON.stringify(rdata) : value;
  const marks = new Set([mark(said.value, said.rdata)]);
  for (const one of series) if (aliveAt(one, at)) marks.add(mark(one.value, one.rdata));
  if (droppedAlive(dropped, 'new', at)) marks.add('new');
  if (droppedAlive(dropped, 'old', at)) marks.add('old');
  if (droppedAlive(dropped, 'other', at)) marks.add('other');
  return marks.size > 1 ? 'mixed' : said.value;
}
