import { type Bucket, readyAt, take } from '../bucket.ts';
import { type Heap, heapOf, type Slotted } from './heap.ts';

/** What is to happen at a moment of `up`. */
export interface Timed extends Slotted {
  at: number;
  /** Handed itself, so that one function does for all: there may be a hundred thousand of them. */
  fire(self: this, now: number): void;
}

/** Who waits for its turn to ask. */
export interface Turn extends Timed {
  /** Who has the lowest goes first; among those who have the same, who came first. */
  rank: number;
  order: number;
  readonly lane: Lane;
  /** It is its turn. */
  ask(self: this, now: number): void;
}

/** A resolver, an operator or all of them: nothing goes out past an empty bucket on the way. */
export interface Lane extends Timed {
  /** Those of the first who waits in it. */
  rank: number;
  order: number;
  readonly bucket: Bucket | null;
  readonly ready: Heap<Turn | Lane>;
  readonly above: Lane | null;
  readonly timers: Heap<Timed>;
}

const byRank = (one: Turn | Lane, other: Turn | Lane): boolean =>
  one.rank < other.rank || (one.rank === other.rank && one.order < other.order);

let orders = 0;

export function laneOf(bucket: Bucket | null, above: Lane | null, timers: Heap<Timed>): Lane {
  return {
    ...{ slot: -1, at: 0, rank: 0, order: 0, bucket, above, timers },
    ready: heapOf<Turn | Lane>(byRank),
    fire: refresh,
  };
}

/**
 * Puts it where it belongs now, and those above it. Waiting costs nothing: a lane with an empty bucket
 * stands among the timers until its next token, any other in the lane above.
 */
export function refresh(from: Lane, now: number): void {
  for (let lane: Lane | null = from; lane !== null; lane = lane.above) {
    const { above, timers, bucket } = lane;
    const first = lane.ready.first();
    const at = bucket === null ? now : readyAt(bucket);
    if (first === undefined || at > now) above?.ready.remove(lane);
    if (first === undefined || at <= now) timers.remove(lane);
    if (first === undefined) continue;
    lane.rank = first.rank;
    lane.order = first.order;
    lane.at = at;
    if (at > now) timers.put(lane);
    else above?.ready.put(lane);
  }
}

/** Its time has come: it asks as soon as there are tokens. */
export function enter(turn: Turn, now: number): void {
  turn.order = orders++;
  turn.lane.ready.put(turn);
  refresh(turn.lane, now);
}

/** It wants no turn any more; harmless where it had none. */
export function leave(turn: Turn, now: number): void {
  if (turn.lane.ready.remove(turn)) refresh(turn.lane, now);
}

/** Who may ask now, with the tokens for it taken; null: nobody. */
export function nextTurn(root: Lane, now: number): Turn | null {
  if (root.bucket !== null && readyAt(root.bucket) > now) return null;
  let first: Turn | Lane | undefined = root;
  while (first !== undefined && 'ready' in first) first = first.ready.first();
  if (first === undefined) return null;
  for (let lane: Lane | null = first.lane; lane !== null; lane = lane.above)
    if (lane.bucket !== null) take(lane.bucket, now);
  leave(first, now);
  return first;
}
