import { type Instant } from '../clock.ts';
import { type Cutover } from '../cutover/cutover.ts';
import { type Entry, type Sealed } from '../cutover/line.ts';
import { type Fitness } from '../propagation/fitness.ts';
import { type Learnt } from '../propagation/learnt.ts';
import {
  type Minute,
  type Steady,
  type WatchRecord,
  type Watched,
} from '../propagation/watched.ts';
import { type Documents } from './documents.ts';

/** The row of one cutover: a cache of the fold of its journal, and who owns it. */
export interface Row {
  readonly id: string;
  readonly domain: string;
  /** An ended cutover no longer claims its RRsets. */
  readonly open: boolean;
  readonly seq: number;
  /** Hash of the last line; `genesis(id)` while there is none. */
  readonly hash: string;
  readonly state: Cutover;
  /** Version of the code that folded `state`; another one means: fold again. */
  readonly fold: number;
  readonly owner: string | null;
  /** Raised by every takeover. A save that names an older one is refused. */
  readonly fence: number;
}

export interface Save {
  readonly id: string;
  /** The row's seq that the lines were decided on; 0 creates the cutover. */
  readonly seq: number;
  /** Only for the owner's saves: refused when another fence holds. */
  readonly fence?: number;
  readonly lines: readonly Sealed[];
  readonly state: Cutover;
  readonly fold: number;
  readonly open: boolean;
  /** `keyText` of every managed RRset: one open cutover per RRset. */
  readonly keys: readonly string[];
}

/**
 * `stale`: the row has another seq by now, nothing was stored. `fenced`: somebody else owns it, nothing
 * was stored. `taken`: another open cutover (`by`) manages one of these RRsets.
 */
export type Saved =
  | { readonly is: 'saved'; readonly lastN: number }
  | { readonly is: 'stale' }
  | { readonly is: 'fenced' }
  | { readonly is: 'taken'; readonly key: string; readonly by: string };

/** What a poller found out since the flush before; at most one a second for each cutover. */
export interface Flush {
  readonly id: string;
  readonly steady: Steady;
  readonly watched: readonly Watched[];
  readonly minute: Minute | null;
  /** In the place of what was kept. Left out: that stays. */
  readonly fitness?: Fitness;
}

export interface Owned {
  readonly is: 'owned';
  readonly owner: string;
  readonly fence: number;
}

/** Who holds a cutover, for messages: `pid` on `host` since `since`. */
export interface Holder {
  readonly is: 'held';
  readonly owner: string;
  readonly pid: number;
  readonly host: string;
  readonly since: Instant;
}

/** A part of the rows: a store that is old has thousands, each with its whole state. */
interface Page {
  /** An id, or '' for the first ones. */
  readonly after: string;
  readonly limit: number;
}

/**
 * Rows and journal. A save is durable when it resolves. Every method throws Fault STORE when the
 * store cannot be read or written, MALFORMED when it is not a store of ours.
 */
export interface Store {
  /** Random, new with every new or restored store; part of every event id: `<epoch>-<n>`. */
  readonly epoch: string;
  load(id: string): Promise<Row | null>;
  /** By id, in the order of code units; all of them, or a page of those after an id. */
  list(page?: Page): Promise<readonly Row[]>;
  save(save: Save): Promise<Saved>;
  /** The lines of one cutover with seq > `seq`, in order, at most `limit`. */
  lines(id: string, seq: number, limit: number): Promise<readonly Entry[]>;
  /** The lines of all cutovers with n > `n`, in commit order, at most `limit`. */
  after(n: number, limit: number): Promise<readonly Entry[]>;
  /**
   * Keeps what was seen of resolvers: each in the place of what was kept of it, the minute in the place of
   * one of the same minute and RRset. No line of the journal, and no cause for `watch` to call back in this
   * process. NOT_FOUND when there is no such cutover.
   */
  saveWatch(flush: Flush): Promise<void>;
  /** What was kept of the watch of a cutover; empty lists when nothing was. */
  watchRecord(id: string): Promise<WatchRecord>;
  /**
   * Keeps habits of resolvers, each in the place of an earlier one of the same resolver, address and source;
   * what is a year older than the newest of them is let go. No line of the journal, and `watch` stays silent.
   */
  saveLearnt(rows: readonly Learnt[]): Promise<void>;
  /** Every habit that is kept, by resolver, address and source. */
  learnt(): Promise<readonly Learnt[]>;
  /** What a server keeps beside the cutovers. No line of the journal, and `watch` stays silent. */
  readonly documents: Documents;
  /** Makes this process the owner, unless a living one is; raises the fence. Ours already: the same again. */
  own(id: string, at: Instant): Promise<Owned | Holder>;
  /** Who owns it and lives, without taking it. */
  holder(id: string): Promise<Holder | null>;
  /** Gives ownership back; harmless when it was lost. */
  release(id: string): Promise<void>;
  /** Calls back soon after any process stored lines; never from inside a save. Returns the way to stop. */
  watch(changed: () => void): () => void;
  close(): Promise<void>;
}
