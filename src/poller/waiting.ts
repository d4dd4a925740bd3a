import { type Instant } from '../clock.ts';
import { type Waiting } from '../propagation/watched.ts';
import { type Aim, type Row, verdictTowards } from './row.ts';

/**
 * Who waits for a first question towards what is expected now, and until about when; null: nobody.
 * `turns`: milliseconds from `now` until about the turn of those that wait, by id.
 */
export function waitingOf(
  rows: readonly Row[],
  { expectation }: Aim,
  { turns, now }: { readonly turns: ReadonlyMap<string, number>; readonly now: Instant },
): Waiting | null {
  let [count, longest] = [0, 0];
  for (const row of rows) {
    const ms = turns.get(row.resolver.id);
    if (ms === undefined || row.leftOut || verdictTowards(row, expectation) !== null) continue;
    count += 1;
    longest = Math.max(longest, ms);
  }
  return count === 0 ? null : { count, by: now + longest };
}
