import { type Seconds } from '../clock.ts';
import { type Cutover } from '../cutover/cutover.ts';
import { SNAPSHOT } from '../cutover/path.ts';
import { type Plan } from '../cutover/plan.ts';
import { isAt } from '../cutover/write.ts';

/** What an RRset is at one position of the path. */
export interface PositionView {
  readonly label: string;
  readonly ttl: Seconds;
  readonly rdata: readonly string[];
}

/** One managed RRset along the path; null where it does not exist. */
export interface TrackView {
  readonly key: string;
  readonly positions: readonly (PositionView | null)[];
}

/** The same, with the index of the position that the provider confirmed last. */
export interface PlacedTrackView extends TrackView {
  readonly place: number;
}

export const labelAt = (plan: Plan, position: number): string =>
  plan.positions[position] ?? `position ${position}`;

export const pathOf = (plan: Plan): readonly TrackView[] =>
  plan.tracks.map(({ key, positions }) => ({
    key,
    positions: positions.map((value, position) =>
      value === null
        ? null
        : { label: labelAt(plan, position), ttl: value.ttl, rdata: value.rdata },
    ),
  }));

export const placedPathOf = ({ plan, places }: Cutover): readonly PlacedTrackView[] =>
  pathOf(plan).map(track => ({ ...track, place: places[track.key] ?? SNAPSHOT }));

/**
 * Where the cutover as a whole stands: the furthest position that every RRset of the steps is at. While
 * they move one by one, that of the one that is behind.
 */
export function positionOf(cutover: Cutover): number {
  const { plan, places } = cutover;
  const steps = plan.tracks.filter(({ swapped }) => swapped);
  const tracks = steps.length === 0 ? plan.tracks : steps;
  const reached = tracks.map(({ key }) => places[key] ?? SNAPSHOT);
  const furthest = Math.max(SNAPSHOT, ...reached);
  // An RRset that a step leaves alone is at several positions at once.
  for (let position = furthest; position >= SNAPSHOT; position--)
    if (tracks.every(track => isAt(cutover, track, position))) return position;
  return Math.min(furthest, ...reached);
}
