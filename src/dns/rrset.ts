import { type Seconds } from '../clock.ts';
import { type Name } from './name.ts';

/** A record type by its mnemonic, or TYPE65280 for one without (RFC 3597 5). */
export type RecordType = string;

/** What names an RRset; class is always IN. */
export interface Key {
  readonly name: Name;
  readonly type: RecordType;
}

/** The unit that DNS caches and that we change (RFC 2181 5): all records of one name and type. */
export interface RRset extends Key {
  readonly ttl: Seconds;
  /** Canonical presentation format, sorted, without duplicates, never empty. */
  readonly rdata: readonly string[];
}

/** Anything that survives a round trip through JSON. */
export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** An RRset as its provider holds it. */
export interface HostedRRset {
  readonly rrset: RRset;
  /** What the provider keeps besides (comments, tags, weights); restored exactly. */
  readonly extras: Json;
  /** What its compare-and-swap needs (etag, record ids, SOA); opaque, never compared by us. */
  readonly token: Json;
}
