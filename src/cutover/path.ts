import { type Name } from '../dns/name.ts';
import { type RRset, type RecordType, sameRRset } from '../dns/rrset.ts';

/**
 * One managed RRset and its value at every position of the path:
 * snapshot, low, one per step, (restored,) final. How far we are is an index.
 */
export interface Track {
  /** `keyText` of the RRset. */
  readonly key: string;
  readonly name: Name;
  readonly type: RecordType;
  /** Written before the swap, in the order of the plan. */
  readonly prepared: boolean;
  /** Written by a step. */
  readonly swapped: boolean;
  /** Written at its own time after the swap. */
  readonly afterwards: boolean;
  readonly positions: readonly (RRset | null)[];
}

/** Where the path begins. */
export const SNAPSHOT = 0;
/** Where TTLs are low and the prepare records are in place. */
export const LOW = 1;
/** Where step `step` (0-based) has swapped. */
export const stepPosition = (step: number): number => LOW + 1 + step;

/** The value of a track at a position; beyond the end is a bug. */
export function valueAt(track: Track, position: number): RRset | null {
  const value = track.positions[position];
  if (value === undefined) throw new RangeError(`${track.key} has no position ${String(position)}`);
  return value;
}

/** The positions at which the path has exactly this value. */
export function positionsOf(track: Track, found: RRset | null): readonly number[] {
  return track.positions.flatMap((value, index) => (sameRRset(value, found) ? [index] : []));
}

/** True when going from one position to the other changes this RRset. */
export const moves = (track: Track, from: number, to: number): boolean =>
  !sameRRset(valueAt(track, from), valueAt(track, to));
