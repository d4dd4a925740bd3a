import { type Instant } from '../clock.ts';
import { labelCount, type Rrsig, rrsigOf } from './dnssec-records.ts';
import { type Name, nameToWire } from './name.ts';
import { rdataToWire } from './rdata.ts';
import { typeNumber } from './record-type.ts';
import { IN, type WireRecord } from './records.ts';
import { canonicalRdata, type Key } from './rrset.ts';

/** An RRset as it was served, with the signatures that came with it. */
export interface SignedSet extends Key {
  readonly rdata: readonly string[];
  readonly signatures: readonly Rrsig[];
}

/** The RRset of this key among records, with the signatures over it; null where there is none. */
export function signedSetIn(records: readonly WireRecord[], key: Key): SignedSet | null {
  const here = records.filter(({ name, klass }) => name === key.name && klass === IN);
  const rdata = canonicalRdata(here.filter(({ type }) => type === key.type).map(one => one.rdata));
  if (rdata.length === 0) return null;
  const signatures = here
    .filter(one => one.type === 'RRSIG' && one.rdata.split(' ', 1)[0] === key.type)
    .map(one => rrsigOf(one.rdata));
  return { ...key, rdata, signatures };
}

/** Was this set made from a wildcard (RFC 4035 5.3.2)? */
export const isExpanded = (name: Name, { labels }: Rrsig): boolean => labels < labelCount(name);

/** The owner that was signed: the wildcard where the name was made from one (RFC 4035 5.3.2). */
function signedOwner(name: Name, signature: Rrsig): Uint8Array {
  const wire = nameToWire(name);
  if (!isExpanded(name, signature)) return wire;
  let at = 0;
  for (let drop = labelCount(name) - signature.labels; drop > 0; drop--) at += 1 + (wire[at] ?? 0);
  return Buffer.concat([Uint8Array.of(1, 42), wire.subarray(at)]);
}

const number = (value: number, octets: 2 | 4): Uint8Array => {
  const buffer = Buffer.alloc(octets);
  buffer.writeUIntBE(value, 0, octets);
  return buffer;
};

/**
 * What a signature was made of (RFC 4034 3.1.8.1): its own fields, then every record in canonical form and
 * order, with the original TTL. Names are in lower case already, but for the next name of an NSEC, which
 * keeps its letters (RFC 6840 5.1).
 */
export function signedData({ name, type, rdata }: SignedSet, signature: Rrsig): Uint8Array {
  const owner = signedOwner(name, signature);
  const head = [owner, number(typeNumber(type), 2), number(IN, 2)];
  const ttl = number(signature.originalTtl, 4);
  const records = rdata
    .map(text => rdataToWire(type, text))
    .sort((one, other) => Buffer.compare(one, other))
    .flatMap(octets => [...head, ttl, number(octets.length, 2), octets]);
  return Buffer.concat([signature.head, ...records]);
}

/** How far `to` is ahead of `from` in seconds, negative if behind, on a clock of 32 bits (RFC 1982 3.2). */
function ahead(from: number, to: number): number {
  const apart = (to - from + 2 ** 33) % 2 ** 32;
  return apart < 2 ** 31 ? apart : apart - 2 ** 32;
}

const secondsNow = (now: Instant): number => Math.floor(now / 1000) % 2 ** 32;

/** Is a signature within its time (RFC 4034 3.1.5)? */
export function timeOf(signature: Rrsig, now: Instant): 'valid' | 'expired' | 'not yet' {
  const seconds = secondsNow(now);
  if (ahead(seconds, signature.expiration) < 0) return 'expired';
  return ahead(signature.inception, seconds) < 0 ? 'not yet' : 'valid';
}

/** The time within which a signature is good. */
export interface Span {
  readonly from: Instant;
  readonly until: Instant;
}

export function spanOf({ inception, expiration }: Rrsig, now: Instant): Span {
  const instant = (seconds: number): Instant =>
    (Math.floor(now / 1000) + ahead(secondsNow(now), seconds)) * 1000;
  return { from: instant(inception), until: instant(expiration) };
}

/** The one that ends first; null of none. */
export const soonest = (spans: readonly Span[]): Span | null =>
  spans.toSorted((one, other) => one.until - other.until)[0] ?? null;
