import { generateKeyPairSync, type KeyObject, sign as signOctets } from 'node:crypto';
import { dnskeyOf, labelCount, rrsigOf } from '../../src/dns/dnssec-records.ts';
import { signedData } from '../../src/dns/dnssec-signed.ts';
import { type Name, nameToWire } from '../../src/dns/name.ts';
import { rdataToWire } from '../../src/dns/rdata.ts';
import { type RRset, rrset } from '../../src/dns/rrset.ts';
import { createHash } from 'node:crypto';

/** A key of a zone with its private half, as only a signer has it. */
export interface SigningKey {
  readonly dnskey: string;
  readonly tag: number;
  readonly algorithm: number;
  readonly secret: KeyObject;
}

export const stampOf = (ms: number): string =>
  new Date(ms).toISOString().replace(/[-T:]/g, '').slice(0, 14);

const octets = (text: string | undefined): Buffer => Buffer.from(text ?? '', 'base64url');

function pair(algorithm: number): { secret: KeyObject; key: Buffer } {
  if (algorithm === 8 || algorithm === 10) {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const { n, e } = publicKey.export({ format: 'jwk' });
    const exponent = octets(e);
    const key = Buffer.concat([Uint8Array.of(exponent.length), exponent, octets(n)]);
    return { secret: privateKey, key };
  }
  const { privateKey, publicKey } =
    algorithm === 15
      ? generateKeyPairSync('ed25519')
      : algorithm === 16
        ? generateKeyPairSync('ed448')
        : generateKeyPairSync('ec', { namedCurve: algorithm === 14 ? 'P-384' : 'P-256' });
  const { x, y } = publicKey.export({ format: 'jwk' });
  return { secret: privateKey, key: Buffer.concat([octets(x), octets(y)]) };
}

/** Flags 257 mark the key that the parent vouches for. */
export function signingKey(algorithm = 13, flags = 257): SigningKey {
  const { secret, key } = pair(algorithm);
  const dnskey = `${flags} 3 ${algorithm} ${key.toString('base64')}`;
  return { dnskey, tag: dnskeyOf(dnskey).tag, algorithm, secret };
}

/** The DS of a key. */
export function dsFor(zone: Name, key: SigningKey, digestType = 2): string {
  const digest = createHash(digestType === 4 ? 'sha384' : digestType === 1 ? 'sha1' : 'sha256')
    .update(nameToWire(zone))
    .update(rdataToWire('DNSKEY', key.dnskey))
    .digest('hex');
  return `${key.tag} ${key.algorithm} ${digestType} ${digest}`;
}

export interface Signing {
  readonly zone: Name;
  readonly key: SigningKey;
  /** Instants; by default 2026, the whole year. */
  readonly from?: number;
  readonly until?: number;
  readonly labels?: number;
}

const hashes: Readonly<Record<number, string>> = { 8: 'sha256', 10: 'sha512', 13: 'sha256' };

/** The RRSIG of a set, as rdata. */
export function signature(set: RRset, signing: Signing): string {
  const { zone, key, labels = labelCount(set.name) } = signing;
  const from = stampOf(signing.from ?? Date.UTC(2026, 0, 1));
  const until = stampOf(signing.until ?? Date.UTC(2027, 0, 1));
  const head = `${set.type} ${key.algorithm} ${labels} ${set.ttl} ${until} ${from} ${key.tag} ${zone}`;
  const data = signedData({ ...set, signatures: [] }, rrsigOf(`${head} AAAA`));
  const hash = hashes[key.algorithm] ?? (key.algorithm === 14 ? 'sha384' : null);
  const made = signOctets(hash, data, { key: key.secret, dsaEncoding: 'ieee-p1363' });
  return `${head} ${made.toString('base64')}`;
}

/** The set with its RRSIG behind it. */
export const signed = (set: RRset, signing: Signing): readonly RRset[] => [
  set,
  rrset({ name: set.name, type: 'RRSIG', ttl: set.ttl, rdata: [signature(set, signing)] }),
];
