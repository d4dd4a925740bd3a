import { type Chance, type Clock } from '../clock.ts';
import { type Provider } from '../provider.ts';
import { type Measured, type Rehearsed } from '../cutover/canary.ts';
import { type News, type Watch } from '../cutover/news.ts';
import { type Name } from '../dns/name.ts';
import { type RRset } from '../dns/rrset.ts';
import { type Converse } from '../mail/conversation.ts';
import { type FetchPolicy } from '../mail/probe.ts';
import { type Resolver } from '../propagation/watched.ts';
import { type Store } from '../store/store.ts';
import { type Ask, type Server } from '../transport/transport.ts';

/** Questions a second, sustained: in all, and to the resolvers of one operator. */
export interface Politeness {
  readonly total: number;
  readonly operator: number;
}

/** All that the outside world is to the product: everything that is not here is computed. */
export interface Environment {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly store: Store;
  /** The provider of this name in the configuration; opened once. */
  readonly provider: (name: string) => Promise<Provider>;
  readonly ask: Ask;
  /** Recursive servers of this machine, for finding the delegation. */
  readonly lookups: () => Promise<readonly Server[]>;
  /**
   * A transport for asking many resolvers often; `renew` takes other source ports from then on, or with the
   * `connection` of a reply another connection than that.
   */
  readonly sweep: { readonly ask: Ask; readonly renew: (connection?: number) => void };
  /** Talks to one address of a mail host (SMTP). */
  readonly converse: Converse;
  /** Fetches an MTA-STS policy. */
  readonly fetchPolicy: FetchPolicy;
  /** The resolvers of a list: `default`, `core`, `none` or the path of a file. */
  readonly resolvers: (list: string) => Promise<readonly Resolver[]>;
  /** How often resolvers may be asked. */
  readonly politeness: () => Promise<Politeness>;
  /** Tells whoever watches from outside that a controller is at work; absent: nobody is told. */
  readonly heartbeat?: (signal: AbortSignal) => Promise<void>;
  /** Keeps a file outside the store, so that an undo by hand needs nothing else. */
  readonly backup: (name: string, text: string) => Promise<void>;
  /** Where this process runs, for claims and messages. */
  readonly host: string;
}

/**
 * Watches the caches of the world for a cutover until the signal is aborted, and tells what they say at
 * most once a second. What was seen is kept in the store, and goes on from there.
 */
export type WatchWorld = (
  of: {
    readonly id: string;
    readonly watch: Watch;
    readonly resolvers: readonly Resolver[];
    /** The zone that resolvers are tried with, its servers, and the names that are still to be created. */
    readonly ground: {
      readonly zone: Name;
      readonly servers: readonly Server[];
      readonly coming: readonly Name[];
    } | null;
  },
  hear: (news: News) => Promise<void>,
  signal: AbortSignal,
) => Promise<void>;

/**
 * Measures resolvers with a canary that every authoritative address gives: `measure` at its first value,
 * then `follow` once every address gives the second, since `turnedAt` of the uptime; each for `ms` at most.
 */
export type OpenCanary = (of: {
  readonly domain: Name;
  readonly values: { readonly first: RRset; readonly second: RRset };
  readonly resolvers: readonly Resolver[];
}) => {
  readonly measure: (ms: number, signal: AbortSignal) => Promise<Measured>;
  readonly follow: (turnedAt: number, ms: number, signal: AbortSignal) => Promise<Rehearsed>;
};

/** What a controller works with: the outside world, and the poller, which it knows only by this. */
export interface Workplace extends Environment {
  readonly watchWorld: WatchWorld;
  readonly canary: OpenCanary;
}
