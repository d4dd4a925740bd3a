import { type Capabilities } from './cutover/capabilities.ts';
import { type Name } from './dns/name.ts';
import { type Receipt } from './cutover/receipt.ts';
import { type HostedRRset, type Key, type RRset } from './dns/rrset.ts';

export type { Capabilities, Receipt };

/** One RRset as it must be found and as it shall become. Null from: must not exist. Null to: delete. */
export interface Move {
  readonly from: HostedRRset | null;
  readonly to: HostedRRset | null;
}

/** A rollback may use what an account's budget keeps for it, and goes first. */
export type Urgency = 'usual' | 'rollback';

/** What a provider tells about a zone and the credentials, for `check`. Nothing in it is secret. */
export interface Hosting {
  /** The provider's own id of the zone. */
  readonly id: string;
  /** Whose credentials they are, in the provider's words; null when it does not say. */
  readonly account: string | null;
  /** The name servers that the provider gave the zone: the delegation should lead to these. */
  readonly nameServers: readonly Name[];
  /** Rights beyond those needed, in the provider's words; null when it does not say. */
  readonly excessRights: readonly string[] | null;
  /** What stands in the way, or is worth knowing: a paused zone, a protected RRset. */
  readonly remarks: readonly Remark[];
}

/** What an answer tells about the clock of whoever gave it. */
export interface Skew {
  readonly aheadMs: number;
  readonly unsureMs: number;
  /** Where the time stood: `Date` of an answer over HTTP, or the signature of an answer (TSIG). */
  readonly by: string;
}

export interface Remark {
  readonly severity: 'blocker' | 'warning';
  /** What it is about: the zone, or an RRset as `keyText` has it. */
  readonly subject: string;
  readonly summary: string;
  readonly remedy: string;
}

/**
 * A DNS provider that hosts the zone. Reads and writes throw a Fault: UNAUTHORIZED, RATE_LIMITED,
 * UNSUPPORTED, CONFLICT, NOT_FOUND, UNAVAILABLE, ABORTED, MALFORMED. CONFLICT, UNAUTHORIZED, UNSUPPORTED,
 * NOT_FOUND and RATE_LIMITED mean that nothing was changed; after anything else the caller reads to find
 * out.
 */
export interface Provider {
  readonly name: string;
  readonly capabilities: Capabilities;
  /** The apex of the zone that holds this name. */
  zone(name: Name, signal: AbortSignal): Promise<Name>;
  /** The RRset as it is now, or null when there is none. */
  read(key: Key, signal: AbortSignal, urgency?: Urgency): Promise<HostedRRset | null>;
  /** Makes all moves if every `from` is still what is there (rdata, TTL and absence), else CONFLICT. */
  write(moves: readonly Move[], signal: AbortSignal, urgency?: Urgency): Promise<Receipt>;
  /** Whether all servers of the provider have what the receipt names. */
  synced(receipt: Receipt, signal: AbortSignal): Promise<boolean>;
  /**
   * Could these moves be written now, with these credentials? Asked without any effect on the zone.
   * Throws like `write` when they could not; `cannot-tell` when the provider has no such question.
   */
  writable(moves: readonly Move[], signal: AbortSignal): Promise<'yes' | 'cannot-tell'>;
  /**
   * How far the clock of the other side was ahead of ours in its last answer, give or take; null before it
   * told. Absent where nobody's time is told.
   */
  skew?(): Skew | null;
  /** Every MX RRset of a zone; absent where a zone cannot be listed. */
  mxSets?(zone: Name, signal: AbortSignal): Promise<readonly RRset[]>;
  /** Zones that these credentials show, so many at most; absent where they cannot be listed. */
  zones?(
    most: number,
    signal: AbortSignal,
  ): Promise<{ readonly zones: readonly Name[]; readonly whole: boolean }>;
  /** What it tells about the zone and the credentials; absent where there is nothing to tell. */
  hosting?(zone: Name, keys: readonly Key[], signal: AbortSignal): Promise<Hosting>;
}
