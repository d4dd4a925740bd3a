import { createHash } from 'node:crypto';
import { type Name, nameLabels, nameToWire } from './name.ts';
import { octetsOfBase64 } from './presentation.ts';
import { rdataToWire } from './rdata.ts';
import { type RecordType } from './record-type.ts';

/** A public key of a zone (RFC 4034 2). */
export interface Dnskey {
  readonly flags: number;
  readonly protocol: number;
  readonly algorithm: number;
  readonly key: Uint8Array;
  readonly tag: number;
  /** Canonical presentation, as it was served. */
  readonly rdata: string;
}

/** The digest of a key of a zone, as its parent or a trust anchor has it (RFC 4034 5). */
export interface Ds {
  readonly tag: number;
  readonly algorithm: number;
  readonly digestType: number;
  /** Hexadecimal, lower case. */
  readonly digest: string;
}

/** A signature over one RRset (RFC 4034 3). */
export interface Rrsig {
  readonly type: RecordType;
  readonly algorithm: number;
  readonly labels: number;
  readonly originalTtl: number;
  /** Seconds since 1970 modulo 2^32: compared by serial arithmetic (RFC 4034 3.1.5). */
  readonly expiration: number;
  readonly inception: number;
  readonly tag: number;
  readonly signer: Name;
  readonly signature: Uint8Array;
  /** The octets of everything before the signature: they are signed, too. */
  readonly head: Uint8Array;
}

/** RFC 4034 Appendix B. Two keys may share a tag: it is a hint, not a name. */
function keyTag(rdata: Uint8Array): number {
  let sum = 0;
  for (const [index, octet] of rdata.entries()) sum += index % 2 === 0 ? octet * 256 : octet;
  return (sum + Math.floor(sum / 65_536)) % 65_536;
}

/** Reads the canonical rdata of a DNSKEY. */
export function dnskeyOf(rdata: string): Dnskey {
  const [flags, protocol, algorithm, key = ''] = rdata.split(' ');
  return {
    flags: Number(flags),
    protocol: Number(protocol),
    algorithm: Number(algorithm),
    key: octetsOfBase64(key) ?? new Uint8Array(),
    tag: keyTag(rdataToWire('DNSKEY', rdata)),
    rdata,
  };
}

/** Reads the canonical rdata of a DS. */
export function dsOf(rdata: string): Ds {
  const [tag, algorithm, digestType, digest = ''] = rdata.split(' ');
  return {
    tag: Number(tag),
    algorithm: Number(algorithm),
    digestType: Number(digestType),
    digest: digest.toLowerCase(),
  };
}

/** `20261204173349`, in UTC (RFC 4034 3.2), as seconds since 1970. */
export function secondsOfStamp(text: string): number {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(text)?.map(Number) ?? [];
  return Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second) / 1000;
}

/** Reads the canonical rdata of an RRSIG. */
export function rrsigOf(rdata: string): Rrsig {
  const [type = '', algorithm, labels, originalTtl, expiration = '', inception = '', tag, signer] =
    rdata.split(' ');
  const octets = rdataToWire('RRSIG', rdata);
  const signed = 18 + nameToWire(signer as Name).length;
  return {
    type,
    algorithm: Number(algorithm),
    labels: Number(labels),
    originalTtl: Number(originalTtl),
    expiration: secondsOfStamp(expiration),
    inception: secondsOfStamp(inception),
    tag: Number(tag),
    signer: signer as Name,
    signature: octets.subarray(signed),
    head: octets.subarray(0, signed),
  };
}

/** RFC 4034 3.1.3: the root and a leading asterisk do not count. */
export const labelCount = (name: Name): number => {
  const labels = nameLabels(name);
  return labels[0] === '*' ? labels.length - 1 : labels.length;
};

// SHA-1 (1) is not among them: a DS that only it protects counts as none (RFC 9905 2).
const digests: Readonly<Record<number, string>> = { 2: 'sha256', 4: 'sha384' };

export const isKnownDigest = (digestType: number): boolean => digestType in digests;

/** Is this the digest of that key of that zone (RFC 4034 5.1.4, RFC 4509, RFC 6605)? */
export function digestFits(ds: Ds, owner: Name, key: Dnskey): boolean {
  const hash = digests[ds.digestType];
  if (hash === undefined || ds.tag !== key.tag || ds.algorithm !== key.algorithm) return false;
  const digest = createHash(hash)
    .update(nameToWire(owner))
    .update(rdataToWire('DNSKEY', key.rdata))
    .digest('hex');
  return digest === ds.digest;
}

const algorithmNames: Readonly<Record<number, string>> = {
  ...{ 1: 'RSAMD5', 3: 'DSA', 5: 'RSASHA1', 6: 'DSA-NSEC3-SHA1', 7: 'RSASHA1-NSEC3-SHA1' },
  ...{ 8: 'RSASHA256', 10: 'RSASHA512', 12: 'ECC-GOST', 13: 'ECDSAP256SHA256' },
  ...{ 14: 'ECDSAP384SHA384', 15: 'ED25519', 16: 'ED448' },
};

/** The mnemonic of the IANA registry, with its number. */
export const algorithmName = (algorithm: number): string =>
  `${algorithmNames[algorithm] ?? 'algorithm'} (${algorithm})`;

/**
 * The algorithms that are verified. SHA-1 (5, 7) is not: validators of today treat what it alone signs
 * as unsigned (RFC 9905 2), and so must whoever says what they will answer.
 */
export const isKnownAlgorithm = (algorithm: number): boolean =>
  [8, 10, 13, 14, 15, 16].includes(algorithm);

/**
 * Does this DS need SHA-1, which some validators still take: as its digest, or for the signatures of its key?
 */
export const isBySha1 = ({ algorithm, digestType }: Ds): boolean =>
  (isKnownAlgorithm(algorithm) || algorithm === 5 || algorithm === 7) &&
  (isKnownDigest(digestType) || digestType === 1);

/** May this key sign the records of its zone: zone key, protocol 3, not revoked (RFC 4034 2.1, RFC 5011 2.1). */
export const signsZones = ({ flags, protocol }: Dnskey): boolean =>
  (flags & 0x0100) !== 0 && (flags & 0x0080) === 0 && protocol === 3;
