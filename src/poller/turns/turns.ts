import { type Pace, paces } from '../../propagation/pace.ts';

/**
 * Fair turns by start times (Goyal, Vin and Cheng, "Start-time Fair Queueing", SIGCOMM 1996): each question
 * is given the place at which it begins in a course of turns, one behind the place of the question before it
 * of the same flow, and never behind where the course has come to. The lowest place goes first. So who has
 * many questions waiting is as far behind with its last as it has of them, and who has one waits for one
 * question of each of the others.
 */
export interface Course {
  /** Where it has come to: the place of the question that was asked last. */
  place: number;
  /** Counts who came, so that of those with the same place the first goes first. */
  came: number;
  /** Of those who came for a first question: how many came, and how many do not wait any more. */
  firstCame: number;
  firstGone: number;
}

export const course = (): Course => ({ place: 0, came: 0, firstCame: 0, firstGone: 0 });

/** Who shares a course evenly with the others in it: all questions for one RRset, or one session. */
export interface Flow {
  /**
   * The place of its next question of each kind. A hundred first questions that wait must not keep the one
   * waiting that meets the end of an entry, nor looks at what is settled any other.
   */
  readonly next: Record<Kind, number>;
}

export const flow = (): Flow => ({ next: { first: 0, again: 0, idle: 0 } });

/**
 * `first`: nothing was heard of this resolver towards what is expected now. `idle`: only a look at what is
 * settled.
 */
export type Kind = 'first' | 'again' | 'idle';

/** What a question is, as far as its turn goes. There are few, so each stands here once. */
export interface Claim {
  readonly kind: Kind;
  /** How many turns it counts as. */
  readonly cost: number;
}

/** A look at what is settled counts as so many questions that may change something. */
const idleCost = 20;

const ofTimes = (times: number): Readonly<Record<Kind, Claim>> => ({
  first: { kind: 'first', cost: times },
  again: { kind: 'again', cost: times },
  idle: { kind: 'idle', cost: times * idleCost },
});

const claims: ReadonlyMap<number, Readonly<Record<Kind, Claim>>> = new Map(
  paces.map(({ times }) => [times, ofTimes(times)]),
);

/** By the pace of its watch: who was swapped long ago is asked less when turns are scarce. */
export const claimOf = (kind: Kind, { times }: Pick<Pace, 'times'>): Claim =>
  (claims.get(times) ?? ofTimes(times))[kind];

/** The place of the next question of a flow, which the one after it comes behind. */
export function placeOf({ place }: Course, { next }: Flow, { kind, cost }: Claim): number {
  const mine = Math.max(place, next[kind]);
  next[kind] = mine + cost;
  return mine;
}
