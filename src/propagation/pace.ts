import { type Instant } from '../clock.ts';
import { type Expectation } from './expectation.ts';

/** How much rarer questions are than in the first hour. */
export interface Pace {
  /** So many times longer are the pauses that nothing but habit sets; so much rarer is its turn. */
  readonly times: number;
  /** Until so long after the end of an entry it may be looked at; by chance, as many end together. */
  readonly lateMs: number;
  /** Pause at least, also where an entry ends sooner: who fetches old again each minute is asked less. */
  readonly leastMs: number;
}

const hourMs = 3_600_000;

/** The end of an entry is by chance already; more would only be learnt later. */
const swift: Pace = { times: 1, lateMs: 100, leastMs: 0 };

/**
 * The low TTLs of a swap are minutes, so that nearly everybody has turned within the hour. Who has not
 * holds an entry for hours, makes its answers up, or is silent: nothing that is worth a question each few
 * minutes, while others have just been swapped and share the budget. After a day floors of days are left,
 * stale data (RFC 8767 5 suggests to keep it for one to three days), and operators who have to be written to.
 */
const slower: readonly (readonly [after: number, Pace])[] = [
  [24 * hourMs, { times: 20, lateMs: 300_000, leastMs: 300_000 }],
  [hourMs, { times: 4, lateMs: 60_000, leastMs: 60_000 }],
];

/** By how long ago the swap was; before it, and where nobody knows when it was, nothing is slowed. */
export function paceOf({ swappedAt }: Pick<Expectation, 'swappedAt'>, now: Instant): Pace {
  if (swappedAt === null) return swift;
  return slower.find(([after]) => now - swappedAt >= after)?.[1] ?? swift;
}

/** All that there are, the swiftest first. */
export const paces: readonly Pace[] = [swift, ...slower.map(([, pace]) => pace).toReversed()];
