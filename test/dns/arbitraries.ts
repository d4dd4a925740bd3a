import fc from 'fast-check';
import { nameFromLabels, parseName, type Name } from '../../src/dns/name.ts';
import { rrset, type RRset } from '../../src/dns/rrset.ts';

const plainLabel = fc.stringMatching(/^[a-z0-9_][a-z0-9_-]{0,11}$/);

/** Names as people write them. */
export const names: fc.Arbitrary<Name> = fc
  .array(plainLabel, { minLength: 0, maxLength: 5 })
  .map(labels => parseName([...labels, 'example'].join('.')));

/** Names as the wire allows them: any octets, the root included. */
export const oddNames: fc.Arbitrary<Name> = fc
  .array(fc.uint8Array({ minLength: 1, maxLength: 30 }), { maxLength: 7 })
  .map(labels => nameFromLabels(labels));

const octet = fc.nat(255);
const u16 = fc.nat(65_535);
const u32 = fc.nat(0xffff_ffff);
const hex = fc.uint8Array({ minLength: 1, maxLength: 40 }).map(b => Buffer.from(b).toString('hex'));
const base64 = fc
  .uint8Array({ minLength: 1, maxLength: 70 })
  .map(b => Buffer.from(b).toString('base64'));
const quoted = fc
  .uint8Array({ maxLength: 255 })
  .map(octets => `"${[...octets].map(o => `\\${String(o).padStart(3, '0')}`).join('')}"`);
const words = (...parts: fc.Arbitrary<string | number>[]): fc.Arbitrary<string> =>
  fc.tuple(...parts).map(texts => texts.join(' '));
const types = fc.constantFrom('A', 'MX', 'TXT', 'RRSIG', 'NSEC', 'CAA', 'TYPE1234', 'TYPE65280');
const stamps = u32.map(s => new Date(s * 1000).toISOString().replace(/[-T:]/g, '').slice(0, 14));

/** Rdata of each type we have a grammar for, and of one we have none for. */
export const rdataByType: Readonly<Record<string, fc.Arbitrary<string>>> = {
  A: fc.ipV4(),
  AAAA: fc.ipV6(),
  MX: words(u16, names),
  NS: names,
  CNAME: names,
  DNAME: names,
  PTR: names,
  TXT: fc.array(quoted, { minLength: 1, maxLength: 3 }).map(texts => texts.join(' ')),
  SOA: words(names, names, u32, u32, u32, u32, u32),
  SRV: words(u16, u16, u16, names),
  CAA: words(octet, fc.constantFrom('issue', 'issuewild', 'iodef'), quoted),
  TLSA: words(octet, octet, octet, hex),
  DS: words(u16, octet, octet, hex),
  DNSKEY: words(u16, octet, octet, base64),
  RRSIG: words(types, octet, octet, u32, stamps, stamps, u16, names, base64),
  NSEC: words(
    names,
    fc.uniqueArray(types, { minLength: 1 }).map(list => list.join(' ')),
  ),
  TYPE65280: fc
    .uint8Array({ maxLength: 40 })
    .map(b => `\\# ${b.length} ${Buffer.from(b).toString('hex')}`),
};

/** Type and rdata that belong together. */
export const records: fc.Arbitrary<{ type: string; text: string }> = fc.oneof(
  ...Object.entries(rdataByType).map(([type, texts]) => texts.map(text => ({ type, text }))),
);

export const rrsets: fc.Arbitrary<RRset> = fc
  .record({ name: names, type: fc.constantFrom('MX', 'TXT', 'A', 'SRV', 'CAA'), ttl: fc.nat() })
  .chain(head =>
    fc
      .array(rdataByType[head.type]!, { minLength: 1, maxLength: 4 })
      .map(rdata => rrset({ ...head, rdata })),
  );
