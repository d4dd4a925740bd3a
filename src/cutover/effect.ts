import { type Instant } from '../clock.ts';
import { type Key } from '../dns/rrset.ts';
import { type Intent } from './intent.ts';
import { type Watch } from './news.ts';

/** Something that ought to be running now. Two effects with one key are the same effect. */
export type Effect = { readonly key: string } & (
  | { readonly do: 'survey' }
  /** Ask every authoritative address for these RRsets, a round each `everyMs`. */
  | { readonly do: 'observe'; readonly keys: readonly Key[]; readonly everyMs: number }
  /** Settle an intent; `send` false only reads until it is certain. */
  | { readonly do: 'write'; readonly intent: Intent; readonly send: boolean }
  | { readonly do: 'check'; readonly everyMs: number }
  /** Watch the caches of the world for the RRset that moves. */
  | { readonly do: 'watch'; readonly watch: Watch }
  | { readonly do: 'wake'; readonly at: Instant }
);
