import { type Instant, type Now, type Seconds } from '../clock.ts';
import { type Name } from '../dns/name.ts';
import { type HostedRRset, type RRset } from '../dns/rrset.ts';
import { type Canary } from './canary.ts';
import { type Capabilities } from './capabilities.ts';
import { type Confirmation } from './event.ts';
import { type Acceptance, type Finding } from './finding.ts';
import { type Hold } from './hold.ts';
import { type Difference, type Intent } from './intent.ts';
import { type Mail } from './mail/seen.ts';
import { type Plan } from './plan.ts';
import { type Receipt } from './receipt.ts';
import { type Retire } from './mail/retire.ts';
import { type Outcome, type Stage } from './stage.ts';
import { type Standing } from './standing.ts';
import { type ServerAddress } from './survey.ts';
import { type Security } from './validation.ts';
import { type World } from './world.ts';

/** The whole state of one cutover: the fold of its journal by `apply`. */
export interface Cutover {
  readonly id: string;
  readonly domain: Name;
  readonly plan: Plan;
  /** Random id of this run, in its claim. */
  readonly run: string;
  readonly host: string;
  /** As the journal says it, and the claim; `started` moves with the wall clock. */
  readonly startedAt: Instant;
  readonly started: Now;
  /** How many lines were folded. */
  readonly seq: number;
  readonly stage: Stage;
  /** When the stage was entered. */
  readonly entered: Now;
  /** Which step's gate or swap this is, 0-based. */
  readonly step: number;
  readonly snapshot: Snapshot | null;
  /** Where on the path each RRset is, by `keyText`: the last position that the provider confirmed. */
  readonly places: Readonly<Record<string, number>>;
  /** When a write of RRsets was last confirmed. */
  readonly written: Now | null;
  readonly claim: 'none' | 'placed' | 'left' | 'removed';
  /** Claims that somebody allowed us to replace: run ids. */
  readonly takeClaim: string | null;
  /** The claim of another run that stood in our way. */
  readonly foreignClaim: RRset | null;
  /** At most one write is open at a time. */
  readonly intent: Intent | null;
  /** What writes that were taken for not applied would have made of RRsets: it may still come. */
  readonly lost: readonly { readonly key: string; readonly position: number }[];
  /** How many intents there were; the next one's number less one. */
  readonly intents: number;
  /** How often in a row a write of this stage did not take effect. */
  readonly failures: number;
  readonly paused: { readonly at: Instant; readonly reason: string | null } | null;
  readonly hold: Hold | null;
  readonly findings: readonly Finding[];
  readonly accepted: readonly Acceptance[];
  /** Sentences of the plan that were ticked for this step, by index. */
  readonly attested: readonly number[];
  readonly approval: Approval | null;
  readonly window: { readonly opened: boolean; readonly swapUntil: Instant | null };
  /** What the authoritative addresses showed last, and since when all of it. */
  readonly authority: {
    readonly standings: readonly Standing[];
    readonly nameServers: readonly string[];
    readonly since: Now;
    /** Since when, after the last write, one of them has not always been there; null: all have. */
    readonly troubled: Now | null;
  } | null;
  /** What validating resolvers make of what was written last, once every address served it. */
  readonly validated: {
    readonly is: Security;
    readonly at: string;
    readonly why: string;
    readonly servers: number;
    readonly written: Now;
  } | null;
  /** Prepare records that every authoritative address showed, by `keyText`. */
  readonly agreed: readonly string[];
  /** Since when they do: what stood there before may be cached for a while longer. */
  readonly prepared: Readonly<Record<string, Now>>;
  /** The longest TTL, or negative TTL, that anybody served before the first swap, the snapshot included. */
  readonly longest: Seconds;
  /** The authoritative addresses that are asked. */
  readonly servers: readonly ServerAddress[];
  readonly drain: DrainRun | null;
  /** A TTL longer than the low one that was served during or after a swap, and when last: the next step waits. */
  readonly lingering: { readonly ttl: Seconds; readonly seen: Now } | null;
  /** What the resolvers said, as far as it decides something. */
  readonly world: World;
  /** Null where there is to be none. */
  readonly canary: Canary | null;
  /** When each step's write was confirmed. */
  readonly swaps: readonly Now[];
  readonly rollback: Rollback | null;
  /** What was seen of mail hosts, as far as it was told. */
  readonly mail: Mail;
  /** Since when, after the last swap, every authoritative address has been seen to serve the new set. */
  readonly turned: Now | null;
  /** Asking the old host; null before its time has come. */
  readonly retire: Retire | null;
  readonly settling: Readonly<Record<Settling, 'waiting' | 'done' | 'waived' | 'skipped'>>;
  readonly confirmed: readonly Confirmation[];
  /** Effects that fail right now, by key. */
  readonly trouble: Readonly<
    Record<string, { readonly code: string; readonly message: string; readonly since: Instant }>
  >;
  /** The wall clock less the uptime, in ms, and the boot it belongs to: shows jumps and reboots. */
  readonly clock: { readonly boot: string; readonly offset: number };
  readonly owner: { readonly id: string; readonly fence: number } | null;
  /** A write whose provider reports when all its servers have it, and has not yet. */
  readonly syncing: { readonly receipt: Receipt; readonly since: Now } | null;
  /** Set when an end was decided but the claim must still go. */
  readonly ending: { readonly outcome: Outcome; readonly since: Now } | null;
  readonly outcome: Outcome | null;
  readonly endedAt: Instant | null;
}

export interface Snapshot {
  readonly digest: string;
  readonly at: Now;
  readonly hosted: Readonly<Record<string, HostedRRset | null>>;
  readonly servers: readonly ServerAddress[];
  readonly nameServers: readonly string[];
  readonly capabilities: Capabilities;
  /** The claim that stood there, of whatever run. */
  readonly claim: RRset | null;
  /** How long an absence may be remembered, min(SOA TTL, SOA MINIMUM) (RFC 2308 5). */
  readonly negative: Seconds;
  /** The addresses were found through the delegation, and may be found anew. */
  readonly discovered: boolean;
  /** The longest TTL, or negative TTL of a set that did not exist, that anybody served. */
  readonly longest: Seconds;
  readonly signed: boolean;
}

/** What the proof of the drain rests on. */
export interface DrainRun {
  /** The first round of the unbroken run of low rounds. */
  readonly since: Now;
  /** The name servers that the zone named then: others start it anew. */
  readonly nameServers: readonly string[];
  /** The last time an address was silent during the run; it extends the proof once. */
  readonly silent: Now | null;
  /** A controller was replaced during the run: nobody looked for a while. */
  readonly unwatched: boolean;
}

export interface Approval {
  readonly planHash: string;
  readonly step: number;
  readonly digest: string;
  readonly findings: readonly Finding[];
  readonly at: Instant;
}

export interface Rollback {
  readonly to: 'step' | 'snapshot';
  /** Position that the MX goes back to. */
  readonly target: number;
  /** No person asked for it: then a pause stops it. */
  readonly automatic: boolean;
  /** When it was asked for, or asked for again. */
  readonly asked: Now;
  readonly phase: 'mx' | 'others' | 'settling' | 'restoring';
  readonly delivered: Now | null;
  /** RRsets that somebody else had edited: named, not overwritten. */
  readonly left: readonly Difference[];
}

export type Settling = 'restore-ttl' | 'afterwards' | 'old-host';
