import { type Instant } from '../clock.ts';
import { type CacheState } from './cachestate.ts';
import { type Fitness } from './fitness.ts';
import { type Forecast } from './forecast.ts';
import { type Cause, type Straggler } from './straggler.ts';
import { type Slice } from './tally.ts';

/** What a resolver is asked over, where that is not UDP with TCP behind it. */
export type Over =
  | { readonly transport: 'tcp' }
  /** DNS over TLS (RFC 7858); the certificate has to be for this host, a name or an address. */
  | { readonly transport: 'tls'; readonly host: string }
  /** DNS over HTTPS (RFC 8484), by its URI template; the certificate has to be for the host in it. */
  | { readonly transport: 'https'; readonly template: string };

/** One way to ask a resolver. */
export interface Way {
  readonly port: number;
  /** Absent: UDP with TCP behind it. */
  readonly over?: Over;
}

/** Who is asked: of a resolver list, what is needed to ask, to count and to show. */
export interface Resolver extends Way {
  readonly id: string;
  readonly name: string;
  readonly operator: string;
  /** Two capital letters (ISO 3166); null: not known. */
  readonly country: string | null;
  /** Tried in this order when one is silent; never empty. */
  readonly addresses: readonly string[];
  /** The ways in which it is asked where nobody answers this way, in this order. Absent: none. */
  readonly otherwise?: readonly Way[];
  readonly tier: 'core' | 'regional';
  /** An estimate of its part of the world's questions; positive. */
  readonly weight: number;
  /** Many machines answer at one address; null: not known. */
  readonly anycast: boolean | null;
  /** A page where a person can ask it to forget a name. Absent or null: none is known. */
  readonly flushUrl?: string | null;
}

/** A time in which one cause explained why a resolver was not `new`. */
export interface Spell {
  readonly cause: Cause;
  readonly from: Instant;
  /** Null while it lasts. */
  readonly to: Instant | null;
  /** The `until` that was told last; compared with `to` it shows how well. */
  readonly until: Instant | null;
}

/** What is known of one resolver in one watch of one RRset. Survives JSON. */
export interface Watched {
  /** `keyText` of the RRset. */
  readonly key: string;
  readonly resolver: Resolver;
  readonly state: CacheState;
  /** Null when it is `new`. */
  readonly straggler: Straggler | null;
  /** Why it was not `new`, oldest first; 8 at most. */
  readonly spells: readonly Spell[];
}

/** Resolvers that wait for a first question since something else is expected. */
export interface Waiting {
  readonly count: number;
  /** When the turn of the last of them comes, about; the budget is shared with other watches. */
  readonly by: Instant;
}

/** Where the watch of one RRset stood at a moment. Survives JSON. */
export interface Minute {
  readonly at: Instant;
  readonly key: string;
  readonly slice: Slice;
  /** Of the baseline before the swap: when the world was expected to turn. Null: nothing to tell from. */
  readonly forecast: Forecast | null;
  /** Null: nobody waits. Absent in records of before it was kept. */
  readonly waiting?: Waiting | null;
}

/**
 * The clock of a watch: instants are `up + offset` as long as this boot lasts. A wall clock that is
 * set while caches count down must not move their ends.
 */
export interface Steady {
  readonly boot: string;
  readonly offset: number;
  /**
   * `wall - up` when it was kept last: by how much the wall clock had been set since the offset was
   * taken, which is to be known after a reboot. Absent in records of before it was kept.
   */
  readonly wallOffset?: number;
}

/** All that is kept of the watch of one cutover, beside its journal. */
export interface WatchRecord {
  /** Null before anything was kept. */
  readonly steady: Steady | null;
  readonly watched: readonly Watched[];
  /** By time; a minute that shows what the one before it does is left out. */
  readonly minutes: readonly Minute[];
  /** Who can be believed. Left out: nobody was heard, as by earlier versions, where everybody counted. */
  readonly fitness?: Fitness;
}
