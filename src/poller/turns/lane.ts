import { type Bucket, readyAt, take } from '../../bucket.ts';
import { type Heap, heapOf, type Slotted } from './heap.ts';
import { type Claim, type Course, course, type Flow, placeOf } from './turns.ts';

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
  /** What the question is that it waits for. */
  claim: Claim;
  readonly flow: Flow;
  readonly lane: Lane;
  /** It is its turn. */
  ask(self: this, now: number): void;
}

/** A resolver, an operator or all of them: nothing goes out past an empty bucket on the way. */
export interface Lane extends Timed {
  /** In the lane above: that of the first who waits in it, or of when it could ask. */
  rank: number;
  order: number;
  readonly bucket: Bucket | null;
  readonly ready: Heap<Turn | Lane>;
  readonly above: Lane | null;
  readonly timers: Heap<Timed>;
  /** In which turns are taken: that of the lane above, unless they are scarce here. */
  readonly course: Course;
  /** How many wait in it and below it. */
  waiting: number;
}

/** The rank of a first question where turns are scarce: nobody is asked again before it. */
const foremost = -1;
/** And of what is before all of these: what none of their answers counts without. */
const ahead = -2;

const byRank = (one: Turn | Lane, other: Turn | Lane): boolean =>
  one.rank < other.rank || (one.rank === other.rank && one.order < other.order);

/** `scarce`: its sessions take turns among themselves, whatever else is asked for the same RRset. */
export function laneOf(
  bucket: Bucket | null,
  above: Lane | null,
  { timers, scarce = false }: { readonly timers: Heap<Timed>; readonly scarce?: boolean },
): Lane {
  return {
    ...{ slot: -1, at: 0, rank: 0, order: 0, bucket, above, timers, waiting: 0 },
    course: above === null || scarce ? course() : above.course,
    ready: heapOf<Turn | Lane>(byRank),
    fire: refresh,
  };
}

/** Whether its sessions take turns among themselves. */
export const isScarce = ({ course: own, above }: Lane): boolean =>
  above !== null && own !== above.course;

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
    lane.at = at;
    if (at > now) timers.put(lane);
    else if (above !== null) {
      rankLane(lane, above, first);
      above.ready.put(lane);
    }
  }
}

/**
 * A lane whose turns are scarce may ask so rarely that it stands in the course above by itself: it comes as
 * soon as it may, behind those who could ask before. Were it ranked by who waits in it, a question that is far
 * behind in the course of its RRset would keep all the others waiting there.
 */
function rankLane(lane: Lane, above: Lane, first: Turn | Lane): void {
  const { course: its } = above;
  if (isScarce(lane)) {
    if (above.ready.has(lane)) return;
    lane.rank = its.place;
    lane.order = its.came++;
  } else {
    lane.rank = first.rank;
    lane.order = first.order;
  }
}

/** Its time has come: it asks as soon as there are tokens. `goesAhead`: where turns are scarce, before all others. */
export function enter(turn: Turn, now: number, goesAhead = false): void {
  const { lane, claim } = turn;
  const its = lane.course;
  const first = claim.kind === 'first' ? foremost : null;
  const rank = isScarce(lane) ? (goesAhead ? ahead : first) : null;
  turn.rank = rank ?? placeOf(its, turn.flow, claim);
  turn.order = rank === foremost ? its.firstCame++ : its.came++;
  lane.ready.put(turn);
  count(lane, 1);
  refresh(lane, now);
}

/** It wants no turn any more; harmless where it had none. */
export function leave(turn: Turn, now: number): void {
  const { lane, rank } = turn;
  if (!lane.ready.remove(turn)) return;
  if (rank === foremost) lane.course.firstGone++;
  count(lane, -1);
  refresh(lane, now);
}

/** Of those who wait where turns are scarce only one can ask at a time, so they count as one above. */
function count(from: Lane, by: 1 | -1): void {
  for (let lane: Lane | null = from; lane !== null; lane = lane.above) {
    lane.waiting += by;
    if (isScarce(lane) && lane.waiting !== (by === 1 ? 1 : 0)) return;
  }
}

/** Who may ask now, with the tokens for it taken; null: nobody. */
export function nextTurn(root: Lane, now: number): Turn | null {
  if (root.bucket !== null && readyAt(root.bucket) > now) return null;
  let first: Turn | Lane | undefined = root;
  while (first !== undefined && 'ready' in first) first = first.ready.first();
  if (first === undefined) return null;
  for (let lane: Lane | null = first.lane; lane !== null; lane = lane.above)
    if (lane.bucket !== null) take(lane.bucket, now);
  first.lane.course.place = Math.max(first.lane.course.place, first.rank);
  leave(first, now);
  return first;
}

/**
 * How long it may be until this turn, which waits, if those who wait now are asked first: as much as its lane,
 * its operator and all of them together may ask in that time.
 */
export function waitMs(turn: Turn): number {
  const { lane, rank, order } = turn;
  const its = lane.course;
  let longest = 0;
  for (let at: Lane | null = lane; at !== null; at = at.above) {
    const before =
      at === lane && rank === foremost ? Math.max(1, order - its.firstGone + 1) : at.waiting;
    if (at.bucket !== null) longest = Math.max(longest, before * at.bucket.intervalMs);
  }
  return longest;
}
