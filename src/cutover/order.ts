import { type Instant, type Seconds } from '../clock.ts';
import { type Name } from '../dns/name.ts';
import { type RecordType } from '../dns/rrset.ts';
import { type Acceptance } from './finding.ts';

/** What the operator wants of one RRset. Rdata is canonical presentation. */
export interface Edit {
  readonly name: Name;
  readonly type: RecordType;
  readonly want:
    | { readonly is: 'set'; readonly rdata: readonly string[] }
    | { readonly is: 'edit'; readonly remove: readonly string[]; readonly add: readonly string[] }
    | { readonly is: 'absent' };
  /** Final TTL of an RRset that did not exist before; otherwise its own TTL comes back. */
  readonly ttl: Seconds | null;
  /** `file:line:column`, for messages. */
  readonly where: string;
}

export interface Step {
  readonly name: string;
  readonly edits: readonly Edit[];
}

/** When writes may happen. Instants were made from local times and the zone when the file was read. */
export interface Schedule {
  readonly swapFrom: Instant | null;
  readonly swapUntil: Instant | null;
  readonly timeZone: string;
  readonly freeze: readonly { readonly from: Instant; readonly until: Instant }[];
}

/** Everything that decides how a cutover runs; part of the plan and of its hash. */
export interface Policy {
  readonly ttl: {
    readonly low: Seconds;
    /** null: the TTL of the snapshot. */
    readonly final: Seconds | null;
    readonly restoreAfter: Seconds;
    readonly margin: Seconds;
    readonly lag: Seconds;
    /** null: nobody knows whether a longer TTL was served before. `until` null: until the start. */
    readonly history: { readonly longest: Seconds; readonly until: Instant | null } | null;
  };
  readonly schedule: Schedule;
  readonly approval: 'required' | 'none';
  readonly attest: readonly string[];
  readonly watch: {
    /** `default`, `core`, `none` or a file; an empty list acts as `none`. */
    readonly resolvers: string;
    readonly target: number;
    readonly atMost: Seconds;
    readonly canary: boolean;
  };
  readonly accept: readonly Acceptance[];
  /** Severity overrides of checks by id. */
  readonly severity: Readonly<Record<string, 'blocker' | 'warning' | 'info'>>;
  readonly rollback: { readonly automatic: Seconds | null; readonly settleAfter: Seconds };
  readonly afterwards: Seconds;
  readonly retire: { readonly after: Seconds; readonly old: 'refuses' | 'forwards' | 'stays' };
  readonly claim: boolean;
  /** Absent in plans from before mail hosts were asked: then nobody asks them. */
  readonly mail?: MailPolicy;
}

/** How mail hosts are asked. */
export interface MailPolicy {
  /** False: nobody talks to a mail host, and nothing is concluded about any. */
  readonly ask: boolean;
  /** Addresses that the new hosts must accept, besides postmaster. */
  readonly recipients: readonly string[];
  readonly port: number;
  /** May hosts with private or loopback addresses be asked? */
  readonly allowPrivate: boolean;
  /** How often, after the swap. */
  readonly every: Seconds;
  /** Third hosts, `name` or `address`, with `:port` when it is not `port`: they prove that this machine can judge. */
  readonly witnesses: readonly string[];
}

/** Which servers count as authoritative, when discovery is not enough. */
export interface AuthorityOrder {
  readonly replace: readonly { readonly address: string; readonly port: number }[];
  readonly add: readonly { readonly address: string; readonly port: number }[];
  /** Recursive servers that other names are looked up with; empty: the system's. */
  readonly lookups: readonly { readonly address: string; readonly port: number }[];
  readonly trustAnchors: readonly string[];
}

/** One cutover of the configuration, read and understood. */
export interface Order {
  readonly domain: Name;
  /** Name of an entry under `providers:`. */
  readonly provider: string;
  readonly prepare: readonly Edit[];
  readonly steps: readonly Step[];
  readonly afterwards: readonly Edit[];
  readonly policy: Policy;
  readonly authority: AuthorityOrder;
}
