import { type App } from '../app.ts';
import { type Config } from '../config/config.ts';
// Only its type: what a server is asked with is loaded where one is.
import type { Desk } from '../remote/desk.ts';
import { type Look } from '../view/table.ts';

/** Lines that are replaced by the next ones, in the place where they stand. */
export interface Live {
  /** Nothing is left by an empty text; what has no room below is cut. */
  readonly show: (text: string) => void;
}

/** The whole of a terminal, for who draws on it. */
export interface Canvas {
  readonly columns: number;
  readonly rows: number;
  readonly print: (text: string) => void;
  /** Calls back whenever the size changes. Returns the way to stop. */
  readonly resized: (act: () => void) => () => void;
}

/** Where a command's words go. stdout is data, stderr is talk. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly talk: (text: string) => void;
  /** Both ends are a terminal and nobody said --no-input: a question may be asked. */
  readonly interactive: boolean;
  /** Null where nobody could see lines change: off a terminal. `talk` is for progress. */
  readonly live: (to: 'out' | 'talk') => Live | null;
  /** Null off a terminal, and on one that knows nothing of moving its cursor. */
  readonly canvas: () => Canvas | null;
  /** How text looks here and now. */
  readonly look: () => Look;
  /** Asks one question and gives the line typed. */
  readonly question: (text: string) => Promise<string>;
}

export interface Places {
  readonly config: string;
  readonly state: string;
  /** Directories besides the state directory that snapshots are copied to. */
  readonly backups: readonly string[];
}

/** What every command is given. What costs time or files is opened when it is first asked for. */
export interface Context {
  readonly terminal: Terminal;
  readonly json: boolean;
  readonly places: Places;
  /** Aborted by Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal;
  /** Who acts, for the journal. */
  readonly user: string;
  readonly config: () => Promise<Config>;
  /** The product over the state directory. Needs the configuration only when a provider is opened. */
  readonly app: () => Promise<App>;
  /** The server that is asked in the place of this machine (`--server`); absent: nobody is. */
  readonly remote?: Desk;
  /** True when the state directory holds a store: reading commands do not make one. */
  readonly hasStore: () => boolean;
  readonly close: () => Promise<void>;
}
