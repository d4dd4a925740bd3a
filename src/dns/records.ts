import { limits } from '../limits.ts';
import { type Cursor, malformed, takeU16, takeU32 } from './cursor.ts';
import { type Name, nameToWire } from './name.ts';
import { rdataToWire, takeGeneric, takeRdata } from './rdata.ts';
import { type RecordType, typeName, typeNumber } from './record-type.ts';
import { canonicalRdata, type Key, type RRset } from './rrset.ts';

/** One record of a message. OPT and TSIG are not among them: the message has them apart. */
export interface WireRecord {
  readonly name: Name;
  readonly type: RecordType;
  /** 1 is IN. */
  readonly klass: number;
  /** Seconds, at most 2^31-1. */
  readonly ttl: number;
  /** Canonical presentation; empty for the records of an UPDATE that hold no data. */
  readonly rdata: string;
}

export const IN = 1;
/** What servers say of themselves stands in it, such as `id.server` (RFC 4892). */
export const CH = 3;
/** Classes with a meaning of their own in an UPDATE (RFC 2136 2.4 and 2.5). */
export const NONE = 254;
export const ANY = 255;
export const OPT = 41;
export const TSIG = 250;
export const UPDATE = 5;

/** Reads a record from behind its name and type. */
export function takeRecord(
  cursor: Cursor,
  { name, type, opcode }: { name: Name; type: number; opcode: number },
): WireRecord {
  const klass = takeU16(cursor);
  const ttl = takeU32(cursor);
  const length = takeU16(cursor);
  const messageEnd = cursor.end;
  const end = cursor.at + length;
  if (end > messageEnd) throw malformed('a record claims more data than there is', cursor.at);
  const mnemonic = typeName(type);
  cursor.end = end;
  const rdata =
    opcode === UPDATE && length === 0 && klass !== IN ? '' : takeData(cursor, mnemonic, klass);
  cursor.end = messageEnd;
  // A TTL with the top bit set is "a very large number", hence the cap (RFC 8767 4; the zero of
  // RFC 2181 8 would make a resolver's long-lived entry look as if it had just run out).
  return { name, type: mnemonic, klass, ttl: Math.min(ttl, limits.ttlSecondsMax), rdata };
}

function takeData(cursor: Cursor, type: RecordType, klass: number): string {
  // Other classes have other data under the same type; TXT is the same in all (version.bind).
  const ours = klass === IN || klass === NONE || type === 'TXT';
  return ours ? takeRdata(type, cursor) : takeGeneric(cursor);
}

/**
 * The RRset of this key among records, or null where there is none. Where the TTLs of one RRset
 * differ the lowest counts (RFC 2181 5.2).
 */
export function rrsetFrom(records: readonly WireRecord[], key: Key): RRset | null {
  const found = records.filter(
    ({ name, type, klass }) => klass === IN && name === key.name && type === key.type,
  );
  if (found.length === 0) return null;
  const ttl = Math.min(...found.map(record => record.ttl));
  const rdata = canonicalRdata(found.map(record => record.rdata));
  return { name: key.name, type: key.type, ttl, rdata };
}

/** The octets of a record; null for one without data. Names are not compressed. */
export function recordOctets(
  head: { name: Name; type: RecordType; klass: number; ttl: number },
  rdata: string | null,
): Uint8Array {
  const name = nameToWire(head.name);
  const data = rdata === null ? new Uint8Array() : rdataToWire(head.type, rdata);
  const octets = Buffer.alloc(name.length + 10 + data.length);
  octets.set(name);
  octets.writeUInt16BE(typeNumber(head.type), name.length);
  octets.writeUInt16BE(head.klass, name.length + 2);
  octets.writeUInt32BE(head.ttl, name.length + 4);
  octets.writeUInt16BE(data.length, name.length + 8);
  octets.set(data, name.length + 10);
  return octets;
}

/** The records of an RRset, one entry each. */
export const rrsetOctets = (rrset: RRset, klass = IN, ttl = rrset.ttl): readonly Uint8Array[] =>
  rrset.rdata.map(rdata => recordOctets({ name: rrset.name, type: rrset.type, klass, ttl }, rdata));
