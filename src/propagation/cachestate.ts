import { type Instant, type Seconds } from '../clock.ts';
import { type Observation } from './observation.ts';
import { type Series } from './series.ts';
import { type Verdict } from './verdict.ts';

/** What the observations of one resolver add up to. Bounded in size; survives JSON. */
export interface CacheState {
  readonly resolver: string;
  /** Null before anything was heard or given up. */
  readonly verdict: Verdict | null;
  /** The entries seen, oldest first; the most recent 12 at most. */
  readonly series: readonly Series[];
  /** Until when entries lived that found no place among `series`. */
  readonly dropped: { readonly new: Instant; readonly old: Instant; readonly other: Instant };
  /** The new set as JSON: another aim, other counters. */
  readonly aim: string;
  /** Answers, silences included. */
  readonly samples: number;
  /** Answers in a row that said new, since no other entry can be alive. */
  readonly clean: number;
  /** `cold`: new at first sight. `flipped`: an old entry was seen that lived at the swap or after it. */
  readonly arrival: 'cold' | 'flipped' | null;
  /** When the verdict became `new` (and stayed it). */
  readonly newSince: Instant | null;
  readonly firstNewAt: Instant | null;
  readonly lastNewAt: Instant | null;
  readonly lastOldAt: Instant | null;
  /** Longest TTL shown that the authoritative servers cannot have given: the resolver's floor. */
  readonly floor: Seconds | null;
  /** Longest TTL shown at the start of two entries, below what the servers give: its ceiling. */
  readonly ceiling: Seconds | null;
  /** Longest TTL that an entry began with, and how many entries did. */
  readonly longest: { readonly ttl: Seconds; readonly entries: number } | null;
  /** Stale answers (EDE 3 or 19, or what looks like it): in all, in a row, and the last. */
  readonly stale: { readonly count: number; readonly streak: number; readonly at: Instant } | null;
  /** New, and then an old entry that was not there before. */
  readonly regressions: number;
  /** Old fetched again after an old entry ended, since the swap. */
  readonly refetchedOld: number;
  /** Answers from several entries in turn: more than one cache behind the address. */
  readonly interleaved: boolean;
  /** The same TTL again and again, while time passes. */
  readonly frozen: boolean;
  readonly sameTtl: {
    readonly ttl: Seconds;
    readonly since: Instant;
    readonly count: number;
  } | null;
  readonly nsids: readonly string[];
  /** Silences, refusals and empty answers in a row. */
  readonly mute: number;
  /** It said REFUSED: not asked again in this session. */
  readonly refused: boolean;
  /** It answered the new set before that was written anywhere. */
  readonly lied: boolean;
  readonly last: Observation;
  /** The observations that show what it is, oldest first; 6 at most. */
  readonly recent: readonly Observation[];
}
