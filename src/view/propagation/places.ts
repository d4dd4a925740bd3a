import { type Instant } from '../../clock.ts';
import { sliceOf, type Slice } from '../../propagation/tally.ts';
import { continentOf } from '../resolvers/continents.ts';
import { placeOf } from './answers.ts';
import { attentionOf, ballotOf, type PropagationRow } from './rows.ts';

/** By what resolvers can be counted together. */
export const dimensions = ['operator', 'country', 'continent'] as const;
export type Dimension = (typeof dimensions)[number];

/** Those that belong together, and how they stand. */
export interface Place {
  readonly name: string;
  readonly rows: readonly PropagationRow[];
  readonly slice: Slice;
  /** The last known end of what is old in it; null: nothing is, or nothing seen tells. */
  readonly until: Instant | null;
}

/**
 * Anycast services count apart from countries and continents: theirs is where the operator sits, not
 * where the question was answered.
 */
function nameOf(row: PropagationRow, by: Dimension): string {
  if (by === 'operator') return row.operator;
  const place = placeOf(row);
  return by === 'country' || place === 'anycast' ? place : (continentOf(place) ?? 'unknown');
}

/** Who lags comes first, then by name; what has no place comes last. */
export function placesOf(rows: readonly PropagationRow[], by: Dimension): readonly Place[] {
  const odd = (name: string) => (by === 'operator' ? 0 : ['anycast', 'unknown'].indexOf(name) + 1);
  return [...Map.groupBy(rows, row => nameOf(row, by))]
    .map(([name, some]) => {
      const lagging = some.filter(row => attentionOf(row) === 'straggler');
      const ends = lagging.flatMap(({ until }) => (until === null ? [] : [until]));
      const until = ends.length === 0 ? null : Math.max(...ends);
      return { name, rows: some, slice: sliceOf(some.map(ballotOf)), until };
    })
    .sort(
      (one, other) =>
        odd(one.name) - odd(other.name) ||
        (by === 'operator' ? laggingIn(other) - laggingIn(one) : 0) ||
        (one.name < other.name ? -1 : 1),
    );
}

const laggingIn = ({ slice: { counts } }: Place): number =>
  counts.old + counts.mixed + counts.other;

/** For programs; additions only. `shared`: false where no share means anything. */
export const placesJson = (places: readonly Place[], shared: boolean) =>
  Object.fromEntries(
    places.map(({ name, slice: { counts, total, share, ableToTell, unasked } }) => [
      name,
      { ...counts, total, share: shared ? share : null, ableToTell, unasked },
    ]),
  );
