import { type ComponentChildren } from 'preact';
import { type CutoverSnapshot, type ListSnapshot } from '../../view/stream/stream.ts';

/*
 * What the shell hands to the components. They read no clock and keep nothing but what is opened, typed
 * and sorted, so that the server and a browser make the same of the same.
 */

/** Who looks at the page; as the server says it. */
export interface PageViewer {
  readonly name: string;
  readonly role: string;
  /** By a share link: read-only, and nothing of tokens, providers or internal hosts. */
  readonly shared: boolean;
  /** Of the installation, for the header. */
  readonly title: string;
}

/** Whether what is shown follows the server. */
export type LiveState =
  /** Made by the server at one moment; nothing follows until the page has woken, or where scripts are off. */
  | { readonly is: 'still' }
  | { readonly is: 'live' }
  /** Asks for the stream for the first time, or again. */
  | { readonly is: 'connecting' }
  /** Nothing was heard for two heartbeats: `since` is the server's clock at the last word, in ms. */
  | { readonly is: 'stale'; readonly since: number };

export type Theme = 'auto' | 'light' | 'dark';

/** What a press of a button of the header does; all absent on the server, and then no such button is shown. */
export interface PageHandlers {
  readonly theme?: (theme: Theme) => void;
  readonly share?: () => void;
  readonly logout?: () => void;
}

/** What is the same on every page. */
interface Shown {
  readonly viewer: PageViewer;
  readonly live: LiveState;
  /** The server's clock in ms: `at` of the last frame and what passed since by a clock that nobody sets. */
  readonly now: number;
  /** IANA name of the viewer's time zone; `UTC` on the server and until the page has woken. */
  readonly zone: string;
  readonly theme: Theme;
  readonly on: PageHandlers;
}

export interface CutoverPageProps extends Shown {
  readonly snapshot: CutoverSnapshot;
  /** `?wall=1`. */
  readonly wall: boolean;
  /** Buttons and dialogs of operators; absent for who may only look. */
  readonly actions?: ComponentChildren;
  /** The world map once its chunk is there; absent: the tab says what it would show. */
  readonly map?: ComponentChildren;
  /** Called when the tab of the map is opened for the first time. */
  readonly onMap?: () => void;
}

export interface ListPageProps extends Shown {
  readonly snapshot: ListSnapshot;
}

/** A resolver on the map or beside it, as the propagation endpoint and the list of resolvers tell it together. */
export interface MapPoint {
  readonly id: string;
  readonly name: string;
  readonly operator: string;
  readonly country: string | null;
  /** Degrees; null: its place is not known. */
  readonly latitude: number | null;
  readonly longitude: number | null;
  /** Answered by many machines in many places: it stands beside the map. */
  readonly anycast: boolean;
  /** Null: not asked yet. */
  readonly verdict: string | null;
}
