import { type Now, type Seconds } from '../clock.ts';
import { type Name } from '../dns/name.ts';
import { type HostedRRset, type RRset } from '../dns/rrset.ts';
import { type Capabilities } from './capabilities.ts';
import { type Validated, type Validation } from './validation.ts';

/** One address of one authoritative server. */
export interface ServerAddress {
  /** The NS name, or the address itself when the configuration names addresses. */
  readonly name: string;
  readonly address: string;
  readonly port: number;
}

/** The DNSSEC state of one RRset at one server: signed means that an RRSIG covers what was served. */
export type Signature = 'unsigned' | 'signed' | 'missing' | 'expired' | 'not covering';

/** What one server served for one RRset. */
export interface Served {
  /** `keyText` of the RRset. */
  readonly key: string;
  /** Null: the server denied it with authority (NXDOMAIN or NODATA). */
  readonly rrset: RRset | null;
  /** How long a denial may be cached, min(SOA TTL, SOA MINIMUM) (RFC 2308 5); null with an RRset. */
  readonly negativeTtl: Seconds | null;
  readonly signature: Signature;
}

/** What one address answered in one round. */
export interface Reading extends ServerAddress {
  /** `lacking`: this machine has no route for the address family. `silent`: no usable authoritative answer. */
  readonly state: 'answered' | 'silent' | 'lacking';
  /** Why not, in words, when it did not answer. */
  readonly error: string | null;
  readonly serial: number | null;
  /** The primary that its SOA names (MNAME); absent when it did not answer. */
  readonly primary?: string;
  readonly served: readonly Served[];
  /** What validating resolvers make of what was served; absent where it was not validated. */
  readonly validated?: readonly Validated[];
}

/** Every authoritative address asked once for every managed RRset. */
export interface Round {
  readonly at: Now;
  /** The NS names of the zone as the servers give them, sorted; a change restarts the drain. */
  readonly nameServers: readonly string[];
  readonly readings: readonly Reading[];
}

/** An address in the zone above, which its registry changes (RFC 1034 4.2.1). */
export interface Glue {
  readonly name: string;
  readonly address: string;
  readonly ttl: Seconds;
}

export interface Delegation {
  /** `discovered` from the parent, or `configured` by `authority: replace`. */
  readonly source: 'discovered' | 'configured';
  readonly zone: Name;
  readonly parentNameServers: readonly string[];
  readonly childNameServers: readonly string[];
  /** Addresses that the parent hands out for name servers within the zone; absent where it was not asked. */
  readonly glue?: readonly Glue[];
  readonly servers: readonly ServerAddress[];
}

/** What was there before anything was changed, from the provider and from every authoritative address. */
export interface Survey {
  readonly zone: Name;
  readonly delegation: Delegation;
  readonly round: Round;
  /** What the provider holds, by `keyText`; null where there is none. */
  readonly hosted: Readonly<Record<string, HostedRRset | null>>;
  readonly capabilities: Capabilities;
  /** The TXT at `_dns-cutover.<domain>`: the claim of a run, ours or another. */
  readonly claim: RRset | null;
  /** The SOA of the zone: for lags and negative TTLs. */
  readonly soa: {
    readonly serial: number;
    readonly refresh: Seconds;
    readonly minimum: Seconds;
    readonly ttl: Seconds;
  } | null;
  /** What came of walking from a trust anchor to the zone; absent where nobody walked. */
  readonly dnssec?: Validation;
}
