import { createHash } from 'node:crypto';
import { type Name, nameToWire, parseName, ROOT } from '../../src/dns/name.ts';
import { parseRdata, rdataToWire } from '../../src/dns/rdata.ts';
import { type RRset, rrset } from '../../src/dns/rrset.ts';
import { decodeMessage, encodeQuery, encodeResponse, type Response } from '../../src/dns/wire.ts';
import { Fault } from '../../src/errors.ts';
import { type Ask, type Question } from '../../src/transport/transport.ts';
import { dsFor, signed, type Signing, signingKey } from './signer.ts';

export type Parts = Omit<Response, 'query'>;
/** What a server answers, by `name TYPE`; what is not there is REFUSED, null is silence. */
export type Answers = Readonly<Record<string, Parts | null>>;

export const org = parseName('org');
export const zone = parseName('example.org');
export const keys = { root: signingKey(15), org: signingKey(15), zone: signingKey(15) };
export const by = {
  root: { zone: ROOT, key: keys.root },
  org: { zone: org, key: keys.org },
  zone: { zone, key: keys.zone },
} satisfies Record<string, Signing>;

const ttl = 300;
export const set = (name: Name, type: string, ...rdata: readonly string[]): RRset =>
  rrset({ name, type, ttl, rdata }, { seen: true });

export const ds = (name: Name, ...rdata: readonly string[]): RRset => set(name, 'DS', ...rdata);
export const anchor = `. DS ${dsFor(ROOT, keys.root)}`;
export const soa = set(zone, 'SOA', `ns1.${zone} hostmaster.${zone} 7 7200 3600 1209600 300`);
export const mx = set(zone, 'MX', '10 mx1.example.net.');

/** What resolvers answer about the zones above. */
export const above: Answers = {
  '. DNSKEY': { answer: signed(set(ROOT, 'DNSKEY', keys.root.dnskey), by.root) },
  'org. DS': { answer: signed(ds(org, dsFor(org, keys.org)), by.root) },
  'org. DNSKEY': { answer: signed(set(org, 'DNSKEY', keys.org.dnskey), by.org) },
  'example.org. DS': { answer: signed(ds(zone, dsFor(zone, keys.zone)), by.org) },
};

export const nsec = (name: Name, next: string, types: string): RRset =>
  set(name, 'NSEC', `${next} ${types}`);

const alphabet = '0123456789abcdefghijklmnopqrstuv';

/** RFC 5155 5, in base32hex. */
export function hashLabel(name: Name, salt: Uint8Array, iterations: number): string {
  let hash = createHash('sha1').update(nameToWire(name)).update(salt).digest();
  for (let left = iterations; left > 0; left--)
    hash = createHash('sha1').update(hash).update(salt).digest();
  const bits = [...hash].map(octet => octet.toString(2).padStart(8, '0')).join('');
  return (bits.match(/[01]{5}/g) ?? []).map(five => alphabet[parseInt(five, 2)]).join('');
}

const hexOfHash = (label: string): string =>
  BigInt(
    `0b${Array.from(label)
      .map(letter => alphabet.indexOf(letter).toString(2).padStart(5, '0'))
      .join('')}`,
  )
    .toString(16)
    .padStart(40, '0');

/** An NSEC3 from one hash to the next; the hashes are labels. */
export function nsec3(
  apex: Name,
  [from, to]: readonly [string, string],
  how: { types?: string; optOut?: boolean; iterations?: number; salt?: string } = {},
): RRset {
  const { types = 'A', optOut = false, iterations = 0, salt = '' } = how;
  // The types of an NSEC with the shortest name before them, which is one octet.
  const bitmap = Buffer.from(rdataToWire('NSEC', `. ${types}`).subarray(1)).toString('hex');
  const head = `01${optOut ? '01' : '00'}${iterations.toString(16).padStart(4, '0')}`;
  const salted = `${(salt.length / 2).toString(16).padStart(2, '0')}${salt}`;
  const hex = `${head}${salted}14${hexOfHash(to)}${types === '' ? '' : bitmap}`;
  const rdata = parseRdata('NSEC3', `\\# ${hex.length / 2} ${hex}`);
  return set(parseName(`${from}.${apex}`), 'NSEC3', rdata);
}

/** The label right before, or behind, one: what covers a hash begins and ends there. */
export function beside(label: string, step: 1 | -1): string {
  const digits = Array.from(label).map(letter => BigInt(alphabet.indexOf(letter)));
  let value = digits.reduce((sum, digit) => sum * 32n + digit, 0n) + BigInt(step);
  let text = '';
  for (let index = 0; index < 32; index++) {
    text = `${alphabet[Number(value % 32n)] ?? ''}${text}`;
    value /= 32n;
  }
  return text;
}

/** What the servers of the zone answer. */
export const served: Answers = {
  'example.org. DNSKEY': {
    aa: true,
    answer: signed(set(zone, 'DNSKEY', keys.zone.dnskey), by.zone),
  },
  'example.org. SOA': { aa: true, answer: signed(soa, by.zone) },
  'example.org. MX': { aa: true, answer: signed(mx, by.zone) },
  'gone.example.org. TXT': {
    ...{ aa: true, rcode: 3 },
    authority: [
      ...signed(soa, by.zone),
      ...signed(nsec(zone, 'mx.example.org.', 'MX SOA NS DNSKEY RRSIG NSEC'), by.zone),
    ],
  },
};

/** Servers by address. Every reply goes through the codec, as on the wire. */
export function signedWorld(servers: Readonly<Record<string, Answers>>): {
  readonly ask: Ask;
  readonly asked: { readonly question: Question; readonly address: string }[];
} {
  const asked: { question: Question; address: string }[] = [];
  const ask: Ask = async (question, { address }, signal) => {
    if (signal.aborted) throw new Fault('ABORTED', 'given up');
    asked.push({ question, address });
    const parts = servers[address]?.[`${question.name} ${question.type}`];
    if (servers[address] === undefined || parts === null)
      throw new Fault('UNAVAILABLE', `${address} is silent`);
    const query = decodeMessage(encodeQuery({ id: 1, ...question }));
    const bytes = encodeResponse({ query, ...(parts ?? { rcode: 5 }) });
    return { message: decodeMessage(bytes), transport: 'udp', rttMs: 1 };
  };
  return { ask, asked };
}
