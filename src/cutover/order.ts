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
    | { readonly is: 'absent' }
    /** One mechanism more in the SPF record that is there (RFC 7208); a record where there is none. */
    | { readonly is: 'spf'; readonly mechanism: string };
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
  readonly freeze: readonly Freeze[];
  /** Absent: nothing recurs. */
  readonly calendar?: Calendar;
}

/** From its first instant up to, and without, its last. */
export interface Span {
  readonly from: Instant;
  readonly until: Instant;
}

/** When nothing but a rollback is written. */
export interface Freeze extends Span {
  /** Made of a rule of the calendar, and so no part of the plan's hash. */
  readonly recurs?: true;
}

/** What comes again and again, by the clocks on the wall of the schedule's time zone. */
export interface Recurrence {
  readonly cron: string;
  readonly for: Seconds;
}

/**
 * The rules as written, and what they came to when the file was read: the rules are part of the plan's
 * hash, the instants are not, because they depend on when that was.
 */
export interface Calendar {
  readonly freeze: readonly Recurrence[];
  /** A swap is sent only while one of these lasts; empty: at any time. */
  readonly swapOn: readonly Recurrence[];
  readonly openings: readonly Span[];
  /** From then on nobody knows: no swap is sent where `swapOn` is not empty. */
  readonly knownUntil: Instant;
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
  readonly retire: {
    readonly after: Seconds;
    readonly old: 'refuses' | 'forwards' | 'stays';
    /** Who can act on the old host, for people to read. */
    readonly contact?: string;
    /** Addresses that lived on the old host: it must refuse them as well. Absent: those of `mail`. */
    readonly former?: readonly string[];
    /** Whom the old host must take mail for and hand it on, where it forwards. */
    readonly forwards?: { readonly recipient: string };
    /** Other domains of the same waves use it as well: it is closed after the last of them has left. */
    readonly shared?: true;
  };
  readonly claim: boolean;
  /** Absent in plans from before mail hosts were asked: then nobody asks them. */
  readonly mail?: MailPolicy;
  /** Absent: direct. */
  readonly strategy?: Strategy;
  /** Absent: one side serves the domain at a time. */
  readonly coexistence?: Coexistence;
}

/**
 * `direct`: no set that is swapped in has a host of the old one. `staged`: hosts of both may stand in one
 * set, because somebody declared that both reach the same mailboxes.
 */
export type Strategy = 'direct' | 'staged';

/** Both sides serve the domain while its mailboxes move, each handing on what lives at the other. */
export interface Coexistence {
  /** The side that refuses recipients that nobody has; the other hands them on. */
  readonly authoritative: 'old' | 'new';
  readonly recipientOnOld: string;
  readonly recipientOnNew: string;
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
  /** Where MTA-STS policies are fetched, in closed networks; absent: 443 (RFC 8461 3.3). */
  readonly policyPort?: number;
  /** The name in EHLO; absent: that of the machine where it is a whole one, else its address. */
  readonly helo?: string;
  /** DKIM selectors that nothing else tells of; absent: none were named. */
  readonly dkim?: { readonly old: readonly string[]; readonly new: readonly string[] };
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
