import { type Instant } from '../clock.ts';

/** How one resolver is to be asked. */
export interface SchedulePolicy {
  /** `baseline`: one answer before the swap and then silence. `watch`: until it is known. */
  readonly mode: 'baseline' | 'watch';
  /** In [0, 1), fresh for every call. */
  readonly chance: number;
  /** Clean answers that are enough: 1 for one cache, 11 for an anycast address. */
  readonly samples: number;
  /** Between two questions (or bursts) to this resolver. */
  readonly gapMs: number;
  /** Never leave a resolver that is not settled unasked for longer. */
  readonly longestMs: number;
  /** How often a settled resolver is looked at again; null: never. */
  readonly settledMs: number | null;
}

/** When to ask next, and how many questions then; odd, since an even burst sees half a round robin. */
export interface NextAsk {
  readonly at: Instant;
  readonly burst: number;
}
