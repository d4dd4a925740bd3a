import { type Instant, type Now } from '../clock.ts';
import { type Name } from '../dns/name.ts';
import { type Key, type RRset } from '../dns/rrset.ts';
import { type Recipient } from '../mail/conversation.ts';
import { type HostRole } from '../mail/probe.ts';
import { type Intent } from './intent.ts';
import { type Watch } from './news.ts';
import { type Receipt } from './receipt.ts';
import { type RetireAsking } from './mail/retire.ts';

/** Something that ought to be running now. Two effects with one key are the same effect. */
export type Effect = { readonly key: string } & (
  | { readonly do: 'survey' }
  /** Ask every authoritative address for these RRsets, a round each `everyMs`. */
  | { readonly do: 'observe'; readonly keys: readonly Key[]; readonly everyMs: number }
  /** Settle an intent; `send` false only reads until it is certain. */
  | { readonly do: 'write'; readonly intent: Intent; readonly send: boolean }
  /** Ask the provider whether all its servers have a write. */
  | { readonly do: 'sync'; readonly receipt: Receipt; readonly since: Now }
  | { readonly do: 'check'; readonly everyMs: number }
  /** Watch the caches of the world for the RRset that moves. */
  | { readonly do: 'watch'; readonly watch: Watch }
  /** Measure resolvers at names that the canary answers: at its first value, and as it changes. */
  | {
      readonly do: 'canary';
      readonly domain: Name;
      readonly values: { readonly first: RRset; readonly second: RRset };
      readonly resolvers: string;
    }
  /** Ask the hosts that are left whether they refuse, or hand on, mail for the domain, until it holds. */
  | ({ readonly do: 'retire'; readonly everyMs: number } & RetireAsking)
  /** Look at every mail host, a round each `everyMs`, until that instant of the wall clock if there is one. */
  | {
      readonly do: 'probe';
      readonly hosts: readonly { readonly host: Name; readonly role: HostRole }[];
      readonly recipients: readonly Recipient[];
      readonly everyMs: number;
      readonly until: Instant | null;
    }
  | { readonly do: 'wake'; readonly at: Instant }
);
