import { type Instant } from '../clock.ts';
import { limits } from '../limits.ts';
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

/**
 * The rows as decisions see them. Where hundreds of domains are watched, it takes hours until a resolver that
 * may be asked once a minute was asked for each of them: nothing more is to be asked of it for now. That
 * holds once those that were heard are half of the world, or whoever answers first would be all of it, and only
 * for who is a small part of it: of the others each may decide whether a share is reached.
 */
export function forNow(rows: readonly Row[], turns: ReadonlyMap<string, number>): readonly Row[] {
  let [heard, all] = [0, 0];
  for (const { resolver, current, leftOut } of rows) {
    if (leftOut) continue;
    all += resolver.weight;
    if (current) heard += resolver.weight;
  }
  if (heard * 2 < all) return rows;
  const small = all * limits.pollFarPart;
  const letGo = (row: Row): boolean => row.resolver.weight <= small && isFar(row, turns);
  return rows.map(row => (row.current || !letGo(row) ? row : { ...row, current: true }));
}

const isFar = ({ resolver }: Row, turns: ReadonlyMap<string, number>): boolean =>
  resolver.tier === 'regional' && (turns.get(resolver.id) ?? 0) > limits.pollFarMs;
