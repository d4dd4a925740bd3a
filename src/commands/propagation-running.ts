import { type Instant } from '../clock.ts';
import { type Fault } from '../errors.ts';
import { type CacheState } from '../propagation/cachestate.ts';
import { type Expectation } from '../propagation/expectation.ts';
import { type Resolver, type Steady } from '../propagation/watched.ts';
import { authorityIsNew } from '../view/propagation.ts';
import { type AuthorityOf, type Found, type Look } from './propagation-authority.ts';
import {
  type Belief,
  expectationOf,
  judgedAnew,
  strangeSet,
  verdictsOf,
  withSeen,
} from './propagation-belief.ts';
import { type Terms } from './propagation-terms.ts';
import { type World } from './propagation-world.ts';

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
  readonly states: Map<string, CacheState>;
  /** Whom this machine cannot ask at all. */
  readonly left: Map<string, Fault>;
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
}

/** True where one look is not enough. */
export const goesOn = ({ watch, until }: Terms): boolean => watch || until !== null;

/** Ends a session after a while, unless it ended before. */
export const endAfter = (
  { world, ending, stop }: Pick<Running, 'world' | 'ending' | 'stop'>,
  ms: number,
): Promise<void> => world.clock.sleep(ms, ending).then(stop, () => undefined);

/** Notes when the last server turned, and forgets it when one turned back. */
export function turn({ known, terms, world, steady }: Running): void {
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
