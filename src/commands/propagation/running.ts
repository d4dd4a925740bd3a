import { type Instant } from '../../clock.ts';
import { type Fault } from '../../errors.ts';
import { type Hearings } from '../../poller/hearings/hearings.ts';
import { type Subject } from '../../poller/subject.ts';
import { type CacheState } from '../../propagation/cachestate.ts';
import { type Expectation, valueOf } from '../../propagation/expectation.ts';
import { type Fitness } from '../../propagation/fitness.ts';
import { type Resolver, type Steady } from '../../propagation/watched.ts';
import { authorityIsNew, placeText } from '../../view/propagation/propagation.ts';
import { type Look } from './authority.ts';
import {
  type Belief,
  beliefOf,
  expectationOf,
  judgedAnew,
  strangeSet,
  verdictsOf,
  withSeen,
} from './belief.ts';
import { type AuthorityOf, type Found } from './finding.ts';
import { type Terms } from './terms.ts';
import { type World } from './world.ts';

export interface SessionOf {
  readonly terms: Terms;
  readonly resolvers: readonly Resolver[];
  readonly world: World;
}

/** What a session knows so far; all instants on its own clock. */
export interface Known {
  found: Found;
  look: Look;
  belief: Belief;
  /** When all servers were first seen to be new; null while one is not. */
  since: Instant | null;
  /** What each address of a server gave last, whether it answers now or not. */
  readonly given: Map<string, readonly string[]>;
  readonly states: Map<string, CacheState>;
  /** Whom this machine cannot ask at all. */
  readonly left: Map<string, Fault>;
  /** Who fails, and gives the data when it is told not to validate. */
  readonly unvalidated: Set<string>;
  /** What was heard of the resolvers where a session goes on; null: nothing yet. */
  fitness: Fitness | null;
  /** See `interceptedAt`. */
  intercepted: string | null;
  /** What counts as old or new may be another now: whoever asks has to know. */
  changed: () => void;
}

/** A session that runs. */
export interface Running extends SessionOf {
  readonly known: Known;
  readonly steady: Steady;
  readonly authority: AuthorityOf;
  /** Aborted at the end, whatever it is. */
  readonly ending: AbortSignal;
  readonly stop: () => void;
  /** More is known. */
  readonly tell: () => void;
  /** It was heard: it may be due to be asked whether it can be believed. */
  readonly hearings: Hearings | null;
}

/** True where one look is not enough. */
export const goesOn = ({ watch, until }: Terms): boolean => watch || until !== null;

/** Ends a session after a while, unless it ended before. */
export const endAfter = (
  { world, ending, stop }: Pick<Running, 'world' | 'ending' | 'stop'>,
  ms: number,
): Promise<void> => world.clock.sleep(ms, ending).then(stop, () => undefined);

/** Takes in what the servers show now. */
export function believe(running: Running, look: Look): void {
  const { known, terms } = running;
  const before = known.belief;
  known.look = look;
  known.belief = beliefOf(terms, look, before);
  // When they were new for another set says nothing of this one.
  if (aimBy(known.belief) !== aimBy(before)) known.since = null;
  turn(running);
}

const aimBy = ({ expected }: Belief): string => JSON.stringify(expected);

/** What the servers give, as far as it is known: it decides whether resolvers may be asked on. */
export type Giving = 'new' | 'not new' | 'unknown';

/**
 * Whoever is asked while a server still gives old fetches old, and keeps it for a TTL: so resolvers are
 * asked again only once every server that ever answered gave the new set last.
 */
export function givingOf({ known, terms }: Pick<Running, 'known' | 'terms'>): Giving {
  const sets = [...known.given.values()];
  if (sets.length === 0) return 'unknown';
  const expectation = expectationNow({ known, terms });
  return sets.every(set => valueOf(set, expectation) === 'new') ? 'new' : 'not new';
}

/** How resolvers are asked now; `baseline`: once, for a start. */
export function modeOf(running: Pick<Running, 'known' | 'terms'>): Subject['mode'] {
  if (!goesOn(running.terms)) return 'look';
  return givingOf(running) === 'new' ? 'watch' : 'baseline';
}

/** Notes when the last server turned, and forgets it when one turned back. */
export function turn({ known, terms, world, steady }: Running): void {
  for (const { address, port, rdata } of known.look.rows)
    if (rdata !== null) known.given.set(placeText(address, port), rdata);
  const authority = verdictsOf(known.look, terms.key, known.belief);
  const now = world.clock.now().up + steady.offset;
  known.since = authorityIsNew({ authority }) ? (known.since ?? now) : null;
}

export const expectationNow = ({ known, terms }: Pick<Running, 'known' | 'terms'>): Expectation =>
  expectationOf(terms.key, known.belief, known);

/** Judges one that was just heard; the others too, where it showed another old set. */
export function judgeOne(running: Running, id: string, state: CacheState): void {
  const { known } = running;
  const strange = strangeSet(state);
  const belief = strange === null ? known.belief : withSeen(known.belief, strange);
  if (belief === known.belief) known.states.set(id, judgedAnew(state, expectationNow(running)));
  else judgeAll(running);
}

/** What else was seen counts as old where nobody said what is; then everybody is judged by that. */
export function judgeAll(running: Running): void {
  const { known } = running;
  for (const state of known.states.values()) {
    const strange = strangeSet(state);
    if (strange !== null) known.belief = withSeen(known.belief, strange);
  }
  const expectation = expectationNow(running);
  for (const [id, state] of known.states) known.states.set(id, judgedAnew(state, expectation));
}
