import { type Access } from '../access/access.ts';
import { type App } from '../app.ts';
import { type Config } from '../config/config.ts';
import { type Key } from '../dns/rrset.ts';
import { type Hub } from '../hub/hub.ts';
import { type Metrics } from './metrics/metrics.ts';
import { type Notifier } from '../notify/notifier.ts';
import { type Resolver } from '../propagation/watched.ts';
import { type PropagationJson } from '../view/propagation/json.ts';
import { type TestedNetwork, type TestedResolver } from '../view/resolvers/text.ts';
import { type CutoverSnapshot, type ListSnapshot } from '../view/stream/stream.ts';

/** How the server is reached. */
export interface Settings {
  /** `host` or `host:port` that a request may name, in lower case; others are refused (DNS rebinding). */
  readonly hosts: readonly string[];
  /** TLS here, or a proxy that has it: cookies and HSTS follow from it. */
  readonly secure: boolean;
  /** Addresses of proxies whose X-Forwarded-* are believed; empty: nobody's. */
  readonly proxies: readonly string[];
  /** Whoever started a cutover may not approve its gates. */
  readonly fourEyes: boolean;
  /** A name for the page's header; null: that of the host, which strangers and share links are not told. */
  readonly title: string | null;
}

/** Runs the controllers of this process: each open cutover has one, and gets it back when another dies. */
export interface Supervisor {
  /** Takes a cutover up, or lets go on what runs already. */
  take(id: string): void;
  /** Takes up all that are open, and what others start, until the signal is aborted; ends when all have stopped. */
  run(signal: AbortSignal): Promise<void>;
}

/** What the page shows, as HTML with all data in it. Reads nothing by itself. */
export interface Pages {
  list(of: { readonly snapshot: ListSnapshot; readonly viewer: Viewer }): string;
  cutover(of: {
    readonly snapshot: CutoverSnapshot;
    readonly viewer: Viewer;
    readonly wall: boolean;
  }): string;
  /** Asks for a token; a share link ends here as well, with its secret in the fragment. */
  login(of: { readonly title: string }): string;
  /** Whatever went wrong, for a browser. */
  problem(of: { readonly status: number; readonly title: string; readonly detail: string }): string;
  /** A file of the bundle by its name below `/assets/`; null: there is none. From memory, never from a path. */
  asset(name: string): { readonly type: string; readonly body: Uint8Array } | null;
}

/** Who looks at a page. */
export interface Viewer {
  readonly name: string;
  readonly role: string;
  /** By a share link: read-only, and nothing of tokens, providers or internal hosts. */
  readonly shared: boolean;
  readonly title: string;
}

/** Asks the world for a caller, within the politeness that the controllers of this process keep. */
export interface Questions {
  /**
   * One look at one RRset: every authoritative server, then each of these resolvers once.
   * @throws Fault NOT_FOUND for a name that does not exist, ABORTED
   */
  look(
    of: {
      readonly key: Key;
      /** The new set, canonical; null: what the authoritative servers agree on. */
      readonly expect: readonly string[] | null;
      readonly resolvers: readonly Resolver[];
    },
    signal: AbortSignal,
  ): Promise<PropagationJson>;
  /** What resolvers do with the questions that a watch asks first, and what that says of this network. */
  test(
    resolvers: readonly Resolver[],
    signal: AbortSignal,
  ): Promise<{
    readonly network: TestedNetwork;
    readonly resolvers: readonly TestedResolver[];
  }>;
}

/** What the routes work with. */
export interface Kit {
  readonly app: App;
  readonly config: () => Promise<Config>;
  readonly access: Access;
  readonly hub: Hub;
  readonly notifier: Notifier;
  readonly metrics: Pick<Metrics, 'text'>;
  readonly supervisor: Supervisor;
  readonly questions: Questions;
  /** Path of the list of resolvers that this server keeps; no client ever names a path. */
  readonly ownList: string;
  readonly pages: Pages;
  readonly settings: Settings;
  readonly version: string;
}
