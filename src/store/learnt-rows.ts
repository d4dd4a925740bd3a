import { forgottenBefore, type Learnt, placeOfLearnt, replaces } from '../propagation/learnt.ts';

/** By resolver, address and source; by code unit and never by the order of a database. */
export const inOrderLearnt = (rows: readonly Learnt[]): readonly Learnt[] =>
  rows.toSorted(
    (one, other) =>
      compare(one.resolver, other.resolver) ||
      compare(one.address, other.address) ||
      compare(one.from, other.from),
  );

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

/** Puts rows into what is kept by place, and lets go what is too old by then. */
export function keepLearnt(kept: Map<string, Learnt>, rows: readonly Learnt[]): void {
  if (rows.length === 0) return;
  for (const row of rows)
    if (replaces(row, kept.get(placeOfLearnt(row)))) kept.set(placeOfLearnt(row), row);
  const since = forgottenBefore(Math.max(...rows.map(({ at }) => at)));
  for (const [place, { at }] of kept) if (at < since) kept.delete(place);
}
