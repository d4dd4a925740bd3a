import { type Seconds } from '../clock.ts';
import { Fault } from '../errors.ts';
import { limits } from '../limits.ts';
import { parseMx } from './mx.ts';
import { type Name, ROOT } from './name.ts';
import { parseRdata } from './rdata.ts';
import { canonicalType, isMetaType, type RecordType } from './record-type.ts';

export { type RecordType };

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
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

/** An RRset as its provider holds it. */
export interface HostedRRset {
  readonly rrset: RRset;
  /** What the provider keeps besides (comments, tags, weights); restored exactly. */
  readonly extras: Json;
  /** What its compare-and-swap needs (etag, record ids, SOA); opaque, never compared by us. */
  readonly token: Json;
}

/**
 * An RRset in canonical form. `seen: true` is for what a zone already holds: it is read, not
 * judged, so that an RRset with an odd MX can be restored.
 * @throws Fault MALFORMED
 */
export function rrset(
  input: RRset,
  options: { readonly where?: string; readonly seen?: boolean } = {},
): RRset {
  const { name, ttl } = input;
  const type = canonicalType(input.type);
  const refuse = (why: string, fix: string): never => {
    throw new Fault('MALFORMED', `${keyText({ name, type })} is not an RRset: ${why}`, {
      fix,
      ...(options.where === undefined ? {} : { where: options.where }),
    });
  };
  if (!Number.isInteger(ttl) || ttl < 0 || ttl > limits.ttlSecondsMax)
    refuse(`its TTL is ${ttl}`, `Write whole seconds from 0 to ${limits.ttlSecondsMax}.`);
  if (isMetaType(type)) refuse('questions have this type, records do not', 'Name a type of data.');
  const rdata = canonicalRdata(input.rdata.map(text => parseRdata(type, text, options)));
  if (rdata.length === 0) refuse('it has no records', 'Name at least one record, or delete it.');
  if (options.seen === true) return { name, type, ttl, rdata };
  if (rdata.length > limits.rdataPerRRset)
    refuse(`it has ${rdata.length} records`, `Keep it to ${limits.rdataPerRRset}.`);
  // RFC 7505 3: "no mail here" cannot stand beside a host that takes mail.
  if (type === 'MX' && rdata.some(text => parseMx(text).exchange === ROOT))
    if (rdata.length > 1 || rdata[0] !== `0 ${ROOT}`)
      refuse('a null MX must stand alone and have preference 0', 'Write "0 ." and nothing else.');
  if ((type === 'CNAME' || type === 'DNAME' || type === 'SOA') && rdata.length > 1)
    refuse(`there can be only one ${type} at a name`, 'Keep one of the records.');
  return { name, type, ttl, rdata };
}

/** Sorted, without duplicates: equal sets become equal lists. */
export const canonicalRdata = (rdata: readonly string[]): readonly string[] =>
  [...new Set(rdata)].sort();

export const keyOf = ({ name, type }: Key): Key => ({ name, type });

/** `example.org. MX`, for messages and as a map key. */
export const keyText = ({ name, type }: Key): string => `${name} ${type}`;

export const sameKey = (one: Key, other: Key): boolean =>
  one.name === other.name && one.type === other.type;

/** True if both canonical sets of records are the same one. */
export const sameSet = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((text, index) => text === other[index]);

/** Each set once, in the order in which they were met first. */
export const distinctSets = (
  sets: readonly (readonly string[])[],
): readonly (readonly string[])[] =>
  sets.filter((set, index) => sets.findIndex(one => sameSet(one, set)) === index);

/** True if both hold the same records, whatever their TTL and their names. */
export const sameData = (one: Pick<RRset, 'rdata'>, other: Pick<RRset, 'rdata'>): boolean =>
  sameSet(one.rdata, other.rdata);

/** True if name, type, TTL and records agree; null stands for an RRset that does not exist. */
export function sameRRset(one: RRset | null, other: RRset | null): boolean {
  if (one === null || other === null) return one === other;
  return sameKey(one, other) && one.ttl === other.ttl && sameData(one, other);
}

/** Master file lines (RFC 1035 5.1), one a record: `example.org. 300 IN MX 0 mx.new.example.` */
export const formatRRset = ({ name, type, ttl, rdata }: RRset): string =>
  rdata.map(text => `${name} ${ttl} IN ${type} ${text}`).join('\n');
