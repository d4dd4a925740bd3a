import { type Capabilities } from './cutover/capabilities.ts';
import { type HostedRRset, type Json, type Key } from './dns/rrset.ts';

export type { Capabilities };

/** One RRset as it must be found and as it shall become. Null from: must not exist. Null to: delete. */
export interface Move {
  readonly from: HostedRRset | null;
  readonly to: HostedRRset | null;
}

/** What `synced` needs to know about a write. */
export interface Receipt {
  readonly id: string;
  readonly data: Json;
}

/**
 * A DNS provider that hosts the zone. Reads and writes throw a Fault: UNAUTHORIZED, RATE_LIMITED,
 * UNSUPPORTED, CONFLICT, UNAVAILABLE, ABORTED, MALFORMED. Only CONFLICT, UNAUTHORIZED and UNSUPPORTED
 * mean that nothing was changed; after anything else the caller reads to find out.
 */
export interface Provider {
  readonly name: string;
  readonly capabilities: Capabilities;
  /** The apex of the zone that holds this name. */
  zone(name: Key['name'], signal: AbortSignal): Promise<Key['name']>;
  /** The RRset as it is now, or null when there is none. */
  read(key: Key, signal: AbortSignal): Promise<HostedRRset | null>;
  /** Makes all moves if every `from` is still what is there (rdata, TTL and absence), else CONFLICT. */
  write(moves: readonly Move[], signal: AbortSignal): Promise<Receipt>;
  /** Whether all servers of the provider have what the receipt names. */
  synced(receipt: Receipt, signal: AbortSignal): Promise<boolean>;
  /**
   * Could these moves be written now, with these credentials? Asked without any effect on the zone.
   * Throws like `write` when they could not; `cannot-tell` when the provider has no such question.
   */
  writable(moves: readonly Move[], signal: AbortSignal): Promise<'yes' | 'cannot-tell'>;
}
