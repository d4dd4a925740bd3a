import { type Chance, type Clock } from '../clock.ts';
import { type Key } from '../dns/rrset.ts';
import { type Fault } from '../errors.ts';
import { type CacheState } from '../propagation/cachestate.ts';
import { type Expectation } from '../propagation/expectation.ts';
import { type Observation } from '../propagation/observation.ts';
import { type Resolver } from '../propagation/watched.ts';
import { type Ask } from '../transport/transport.ts';

/** Questions a second, sustained: in all, and to the resolvers of one operator. Both positive. */
export interface Politeness {
  readonly total: number;
  readonly operator: number;
}

/** What a poller works with. */
export interface PollerParts {
  readonly clock: Clock;
  readonly chance: Chance;
  /** `renew`: questions from now on come from other source ports, or not over this connection. */
  readonly sweep: { readonly ask: Ask; readonly renew: (connection?: number) => void };
  /** Read anew whenever a watch begins; where it fails, 20 in all and 1 for each operator. */
  readonly politeness: () => Promise<Politeness>;
  /** Hears once what this machine lacks: an address family, source ports. It must not throw. */
  readonly tell?: (fault: Fault) => void;
}

/** One RRset, and whom to ask for it. */
export interface Subject {
  readonly key: Key;
  /** Their ids differ. */
  readonly resolvers: readonly Resolver[];
  /**
   * `baseline`: one answer of each before the swap, and then silence. `look`: one answer of each, asked
   * again shortly where it was stale, and at its other places where it was silent. Both ask three times
   * at most. `watch`: until aborted.
   */
  readonly mode: 'baseline' | 'look' | 'watch';
  /** Its instants are `up + offset`, as are those of the observations and states. */
  readonly expectation: Expectation;
  /** In milliseconds; it makes an instant of `clock.now().up`. */
  readonly offset: number;
  /** What is known already, by id of the resolver; its instants are `up + offset` too. */
  readonly known?: ReadonlyMap<string, CacheState>;
  /** Hears who cannot be asked from this machine, as no address of theirs can be reached from it. */
  readonly leftOut?: (resolver: Resolver, why: Fault) => void;
}

/** Called for each observation, at once: what is known of the resolver now, and what it said last. */
export type Heard = (resolver: Resolver, state: CacheState, observation: Observation) => void;

/**
 * Asks resolvers within one budget of politeness. Watches of the same RRset share their questions.
 */
export interface Poller {
  /**
   * Asks until nothing is left to ask (`baseline`, `look`) or the signal is aborted: ABORTED.
   * What `heard` throws ends this watch, and no other one, and is thrown.
   */
  watch(subject: Subject, heard: Heard, signal: AbortSignal): Promise<void>;
  /** Of those whose question waits for its turn: in how many milliseconds about that comes, by id. */
  turns?(subject: Pick<Subject, 'key' | 'resolvers'>): ReadonlyMap<string, number>;
}
