import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRdata, rdataFromWire, rdataToWire } from '../../src/dns/rdata.ts';
import { canonicalType, typeName, typeNumber } from '../../src/dns/record-type.ts';
import { isFault } from '../../src/errors.ts';
import { records } from './arbitraries.ts';

const hex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex');

describe('parseRdata', () => {
  it.each([
    ['MX', '10 Mail.Example.org', '10 mail.example.org.'],
    ['MX', '  010   mx.example.org. ', '10 mx.example.org.'],
    ['MX', '0 .', '0 .'],
    ['MX', '65535 bücher.example', '65535 xn--bcher-kva.example.'],
    ['MX', '\\# 3 000a00', '10 .'],
    ['TXT', 'v=spf1 mx -all', '"v=spf1 mx -all"'],
    ['TXT', '  v=spf1 -all\n', '"v=spf1 -all"'],
    ['TXT', 'v=DKIM1\\; p=abc', '"v=DKIM1; p=abc"'],
    ['TXT', 'v=DKIM1; p=abc', '"v=DKIM1; p=abc"'],
    ['TXT', 'a\\"b', '"a\\"b"'],
    ['TXT', '""', '""'],
    ['TXT', '"a"  "b" ""', '"a" "b" ""'],
    ['TXT', '"a;(b) \\\\ \\" c"', '"a;(b) \\\\ \\" c"'],
    ['TXT', '"\\255\\000\\065"', '"\\255\\000A"'],
    ['TXT', 'é', '"\\195\\169"'],
    ['A', '192.0.2.1', '192.0.2.1'],
    ['AAAA', '2001:DB8:0::1', '2001:db8::1'],
    ['NS', 'NS.example.org', 'ns.example.org.'],
    [
      'SOA',
      'ns.example.org h\\.m.example.org 1 2 3 4 5',
      'ns.example.org. h\\.m.example.org. 1 2 3 4 5',
    ],
    ['SRV', '0 5 993 imap.example.org', '0 5 993 imap.example.org.'],
    ['CAA', '0 issue ca.example.net', '0 issue "ca.example.net"'],
    ['CAA', '128 iodef "mailto:a@example.org"', '128 iodef "mailto:a@example.org"'],
    ['TLSA', '3 1 1 AB cd', '3 1 1 abcd'],
    ['DS', '1 13 2 AABB', '1 13 2 aabb'],
    ['DNSKEY', '257 3 13 AQID BAUG', '257 3 13 AQIDBAUG'],
    [
      'RRSIG',
      'mx 13 2 300 20261231235959 0 12345 example.org AQID',
      'MX 13 2 300 20261231235959 19700101000000 12345 example.org. AQID',
    ],
    ['NSEC', 'b.example.org TYPE1234 RRSIG A', 'b.example.org. A RRSIG TYPE1234'],
    ['TYPE65280', '\\# 3 0A0b 0c', '\\# 3 0a0b0c'],
    ['TYPE65280', '\\# 0', '\\# 0'],
    ['TYPE15', '10 mx.example.org', '10 mx.example.org.'],
    ['mx', '10 mx.example.org', '10 mx.example.org.'],
  ])('%s %j', (type, text, canonical) => {
    expect(parseRdata(type, text)).toBe(canonical);
    expect(parseRdata(type, canonical)).toBe(canonical);
  });

  it.each([
    ['MX', '', 'the preference is missing'],
    ['MX', 'mx.example.org', 'the preference is missing'],
    ['MX', '10', 'the exchange is missing'],
    ['MX', '70000 mx.example.org', 'not a whole number from 0 to 65535'],
    ['MX', '-1 mx.example.org', 'not a whole number'],
    ['MX', '1.5 mx.example.org', 'not a whole number'],
    ['MX', '1e3 mx.example.org', 'not a whole number'],
    ['MX', '10 192.0.2.1', 'the exchange is an IP address'],
    ['MX', '10 192.0.2.1.', 'the exchange is an IP address'],
    ['MX', '10 [192.0.2.1]', 'the exchange is an IP address'],
    ['MX', '10 2001:db8::1', 'the exchange is an IP address'],
    ['MX', '\\# 13 000a03313932013001320131 00', 'the exchange is an IP address'],
    ['MX', '10 mx.example.org 20', 'more than belongs there'],
    ['MX', '10 a..b', 'empty label'],
    ['TXT', '', 'it is empty'],
    ['TXT', ' \n', 'it is empty'],
    ['TXT', '"a', 'not closed'],
    ['TXT', '"a""b"', 'not apart'],
    ['TXT', 'a "b"', 'some of it stands in quotes'],
    ['TXT', '"a" b', 'some of it stands in quotes'],
    ['TXT', 'a\nb', 'control character'],
    ['TXT', 'a\\999', 'broken escape'],
    ['TXT', 'a\\', 'broken escape'],
    ['TXT', 'a\ud800b', 'it contains'],
    ['A', '192.0.2.256', 'not an IPv4'],
    ['A', '2001:db8::1', 'not an IPv4'],
    ['AAAA', '192.0.2.1', 'not an IPv6'],
    ['NS', '192.0.2.1', 'is an IP address'],
    ['SOA', 'ns.example.org h.example.org 1 2 3 4', 'the minimum is missing'],
    ['SOA', 'ns.example.org h.example.org 1 2 3 4 4294967296', 'not a whole number'],
    ['CAA', '0 iss-ue "x"', 'tag'],
    ['TLSA', '3 1 1 abc', 'missing or broken'],
    ['TLSA', '3 1 1', 'missing or broken'],
    ['DNSKEY', '257 3 13 AQI', 'missing or broken'],
    ['RRSIG', 'MX 13 2 300 20261331000000 0 1 example.org AQID', 'is no moment'],
    ['TYPE65280', '\\# 3 0a0b', 'do not agree'],
    ['TYPE65280', '\\# 0x1 0a', 'do not agree'],
    ['TYPE65280', 'abc', 'unknown types'],
    ['A', '\\# 3 000a00', 'ends too early'],
    ['A', '\\# 5 000a000000', 'goes on behind its end'],
    ['NOTATYPE', 'x', 'is not a record type'],
    ['TYPE65536', 'x', 'is not a record type'],
  ])('refuses %s %j', (type, text, why) => {
    try {
      parseRdata(type, text, { where: 'cutover.yaml:7:3' });
      expect.unreachable();
    } catch (error) {
      if (!isFault(error, 'MALFORMED')) throw error;
      expect(error.message).toContain(why);
      expect(error.fix).toBeTruthy();
    }
  });

  it('splits long text without quotes, and only that', () => {
    const x = 'x'.repeat(255);
    expect(parseRdata('TXT', x)).toBe(`"${x}"`);
    expect(parseRdata('TXT', `${x}yz`)).toBe(`"${x}" "yz"`);
    expect(() => parseRdata('TXT', `"${x}y"`)).toThrow('longer than 255 octets');
    for (const length of [65_300, 65_536, 300_000, 1_000_000])
      expect(() => parseRdata('TXT', 'x'.repeat(length))).toThrow('longer than 65535');
  });

  it('reads an MX that points at an address where a zone already holds it', () => {
    const text = '10 192.0.2.1.';
    expect(parseRdata('MX', text, { seen: true })).toBe(text);
    const wire = rdataToWire('MX', text);
    expect(rdataFromWire('MX', wire, { start: 0, length: wire.length })).toBe(text);
  });
});

describe('rdata on the wire', () => {
  it.each([
    ['MX', '10 a.example.', '000a0161076578616d706c6500'],
    ['MX', '0 .', '000000'],
    ['TXT', '"a" ""', '016100'],
    ['A', '192.0.2.1', 'c0000201'],
    ['CAA', '0 issue "x"', '0005697373756578'],
    // The types of the example in RFC 4034 4.3.
    [
      'NSEC',
      '. A MX RRSIG NSEC TYPE1234',
      '000006400100000003041b000000000000000000000000000000000000000000000000000020',
    ],
    [
      'RRSIG',
      'MX 13 2 300 20261231235959 19700101000001 7 . AQ==',
      '000f0d020000012c6b36ec7f0000000100070001',
    ],
  ])('%s %j', (type, canonical, expected) => {
    expect(hex(rdataToWire(type, canonical))).toBe(expected);
  });

  it('gives back the text of what it wrote', () => {
    fc.assert(
      fc.property(records, ({ type, text }) => {
        const canonical = parseRdata(type, text);
        const wire = rdataToWire(type, canonical);
        expect(rdataFromWire(type, wire, { start: 0, length: wire.length })).toBe(canonical);
        expect(parseRdata(type, canonical)).toBe(canonical);
        const generic = `\\# ${wire.length} ${hex(wire)}`;
        expect(parseRdata(type, generic)).toBe(canonical);
      }),
      { numRuns: 1000 },
    );
  });

  it('keeps every octet of a TXT', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 255 }), { minLength: 1 }), strings => {
        const wire = Uint8Array.from(strings.flatMap(octets => [octets.length, ...octets]));
        const text = rdataFromWire('TXT', wire, { start: 0, length: wire.length });
        expect(rdataToWire('TXT', text)).toEqual(wire);
      }),
    );
  });

  it('refuses rdata that lacks its last octet or has one more', () => {
    fc.assert(
      fc.property(records, ({ type, text }) => {
        const wire = rdataToWire(type, parseRdata(type, text));
        const open = ['TXT', 'CAA', 'TLSA', 'DS', 'DNSKEY', 'RRSIG', 'NSEC', 'TYPE65280'];
        if (open.includes(type)) return;
        for (const changed of [wire.subarray(0, -1), Uint8Array.of(...wire, 0)])
          expect(() =>
            rdataFromWire(type, changed, { start: 0, length: changed.length }),
          ).toThrow();
      }),
    );
  });

  it.each([
    ['a window twice', '000001400001 40'],
    ['an empty window', '000000'],
    ['a window of 33 octets', `000021${'01'.repeat(33)}`],
    ['a last octet without a bit', '0000024000'],
  ])('refuses a type bitmap with %s', (_, text) => {
    const wire = new Uint8Array(Buffer.from(text.replace(' ', ''), 'hex'));
    expect(() => rdataFromWire('NSEC', wire, { start: 0, length: wire.length })).toThrow('bitmap');
  });

  it('refuses a place outside the message', () => {
    expect(() => rdataFromWire('A', new Uint8Array(4), { start: 2, length: 4 })).toThrow('ends');
  });
});

describe('record types', () => {
  it('names every number and numbers every name', () => {
    for (let number = 0; number <= 65_535; number++)
      if (typeNumber(typeName(number)) !== number) expect.unreachable(`type ${number}`);
    expect(canonicalType('type15')).toBe('MX');
    expect(typeName(65_280)).toBe('TYPE65280');
  });
});
