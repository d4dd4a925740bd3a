import { type EventView } from '../events.ts';
import { type MailTrouble } from '../mail/trouble.ts';
import { type Status } from '../status/status.ts';

/*
 * What the event stream carries, for programs and for the page alike. A message of the journal has no name
 * (`event:`), so that `onmessage` hears it, and the id `<epoch>-<n>`; the others are named and carry no id
 * but for `snapshot` and `bookmark`, whose id is the last line that they include. `at` is the server's
 * clock in each of them, since a viewer's may be wrong. Additive changes only.
 *
 * A browser hears no comment, and so could not tell a quiet server from a lost one: what keeps a connection
 * warm every 15 s is a `beat`, which has no id either. Whoever heard nothing for 33 s has missed two.
 * The cursor of a first load, and of one that was closed while nobody looked, is `?after=<epoch>-<n>`; a
 * `Last-Event-ID` is newer and wins. After a known cursor come the lines that were missed, then a `status`.
 */

/** Where a watch stood in one minute, for a line over time. */
export interface HistoryPoint {
  readonly at: string;
  /** 0 to 1 of those that can tell, by weight; null: nobody can. */
  readonly share: number | null;
  readonly new: number;
  readonly old: number;
  readonly mixed: number;
  readonly other: number;
  readonly cannotTell: number;
}

/** `snapshot` of one cutover: everything that a viewer needs who knows nothing yet. */
export interface CutoverSnapshot {
  readonly at: string;
  readonly epoch: string;
  readonly cutover: string;
  readonly seq: number;
  readonly status: Status;
  readonly history: readonly HistoryPoint[];
  /** The last lines of the journal, oldest first. */
  readonly events: readonly EventView[];
}

/** `status`: how it stands after lines were stored; at most two a second for each cutover. */
export interface StatusFrame {
  readonly at: string;
  readonly cutover: string;
  readonly seq: number;
  readonly status: Status;
}

/** `propagation`: what resolvers say now; at most two a second for each cutover. */
export interface PropagationFrame {
  readonly at: string;
  readonly cutover: string;
  readonly seq: number;
  readonly propagation: Status['propagation'];
  readonly forecast: Status['forecast'];
  readonly point: HistoryPoint | null;
}

/** One row of the list of all cutovers. */
export interface Brief {
  readonly id: string;
  readonly domain: string;
  readonly unicode: Status['unicode'];
  readonly seq: number;
  readonly stage: Status['stage'];
  readonly outcome: Status['outcome'];
  readonly ending: Status['ending'];
  readonly paused: boolean;
  readonly hold: string | null;
  /** What is next, in one sentence, and who acts. */
  readonly next: Status['next'];
  readonly share: number | null;
  /** New hosts that take no mail now; null: nobody saw any. */
  readonly mail: MailTrouble | null;
  readonly controller: Status['controller'];
  readonly startedAt: string;
  readonly endedAt: string | null;
}

/** `snapshot` of the stream of all cutovers, worst first. */
export interface ListSnapshot {
  readonly at: string;
  readonly epoch: string;
  readonly cutovers: readonly Brief[];
}

/** `brief`: one row of the list changed; only in the stream of all. */
export interface BriefFrame {
  readonly at: string;
  readonly brief: Brief;
}

/** `beat`: the server is there, and this is its clock. */
export interface BeatFrame {
  readonly at: string;
}

/** `bookmark`: every earlier line was sent; its id is the last of them. */
export type BookmarkFrame = BeatFrame;

/** `goodbye`: the connection ends, and the same message says when to come back. */
export interface GoodbyeFrame {
  readonly at: string;
  readonly why: string;
}

/** `reset`: the cursor is unknown; a `snapshot` follows at once. */
export interface ResetFrame {
  readonly at: string;
  readonly why: string;
}
