import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COOKIE, extendedError, NSID, PADDING } from '../../src/dns/edns.ts';
import { parseName } from '../../src/dns/name.ts';
import { rcodeName } from '../../src/dns/rcode.ts';
import { decodeMessage, encodeQuery, encodeResponse, questionMatches } from '../../src/dns/wire.ts';
import { names, rrsets } from './arbitraries.ts';

const name = parseName('example.org');
const hex = (text: string): Uint8Array =>
  new Uint8Array(Buffer.from(text.replaceAll(/\s/g, ''), 'hex'));
const query = encodeQuery({ id: 0x1234, name, type: 'MX', recursive: true });
const asked = decodeMessage(query);
const question = '076578616d706c65036f726700 000f 0001';
/** A response with its counts and its records, all in hexadecimal. */
const response = (counts: string, records: string): Uint8Array =>
  hex(`1234 8180 0001 ${counts} ${question} ${records}`);
const mxHead = 'c00c 000f 0001 0000012c';

describe('encodeQuery', () => {
  it('writes a question, with RD as asked', () => {
    const plain = { id: 0x1234, name, type: 'MX', edns: false };
    const wire = (flags: string) => hex(`1234 ${flags} 0001 0000 0000 0000 ${question}`);
    expect(encodeQuery({ ...plain, recursive: true })).toEqual(wire('0100'));
    expect(encodeQuery({ ...plain, recursive: false })).toEqual(wire('0000'));
    expect(encodeQuery({ ...plain, recursive: true, cd: true })).toEqual(wire('0110'));
    expect(encodeQuery({ ...plain, recursive: true, ad: true, cd: true })).toEqual(wire('0130'));
  });

  it('offers EDNS with 1232 octets, DO, NSID and a cookie', () => {
    expect(query.subarray(29)).toEqual(hex('00 0029 04d0 00000000 0000'));
    const cookie = hex('0102030405060708');
    const full = encodeQuery({
      id: 1,
      name,
      type: 'MX',
      recursive: true,
      dnssec: true,
      nsid: true,
      cookie,
    });
    expect(full.subarray(29)).toEqual(
      hex('00 0029 04d0 00008000 0010 0003 0000 000a 0008 0102030405060708'),
    );
    expect(decodeMessage(full).edns).toEqual({
      payload: 1232,
      version: 0,
      dnssec: true,
      nsid: new Uint8Array(),
      cookie,
      errors: [],
      options: [
        { code: NSID, data: new Uint8Array() },
        { code: COOKIE, data: cookie },
      ],
    });
  });

  it('is filled up to whole blocks where its length is not to tell what is asked', () => {
    const cookie = hex('0102030405060708');
    fc.assert(
      fc.property(names, fc.boolean(), (one, nsid) => {
        const asked = { id: 0, name: one, type: 'MX', recursive: true, nsid, cookie };
        const padded = encodeQuery({ ...asked, pad: true });
        expect(padded.length % 128).toBe(0);
        expect(padded.length - encodeQuery(asked).length).toBeLessThan(128 + 4);
        const filling = decodeMessage(padded).edns?.options.at(-1);
        expect(filling?.code).toBe(PADDING);
        expect(filling?.data.every(octet => octet === 0)).toBe(true);
      }),
    );
    const bare = { id: 0, name, type: 'MX', recursive: true, edns: false };
    expect(encodeQuery({ ...bare, pad: true })).toEqual(encodeQuery(bare));
  });

  it('is read back as it was meant', () => {
    const queries = fc.record({
      id: fc.nat(65_535),
      name: names,
      type: fc.constantFrom('MX', 'TXT', 'ANY', 'TYPE65280'),
      klass: fc.constantFrom(1, 3, 255),
      recursive: fc.boolean(),
      ad: fc.boolean(),
      dnssec: fc.boolean(),
      mixCase: fc.uint8Array({ maxLength: 20 }),
    });
    fc.assert(
      fc.property(queries, query => {
        const message = decodeMessage(encodeQuery(query));
        const raw = message.question?.raw ?? '';
        expect(message).toMatchObject({ id: query.id, rd: query.recursive, qr: false, opcode: 0 });
        expect([message.ad, message.cd]).toEqual([query.ad, false]);
        const { type, klass } = query;
        expect(message.question).toEqual({ name: query.name, type, klass, raw });
        expect(raw.toLowerCase()).toBe(query.name);
        expect(message.edns?.dnssec).toBe(query.dnssec);
      }),
    );
  });
});

describe('decodeMessage', () => {
  it('reads answers, compressed as servers send them', () => {
    const records = `${mxHead} 0009 000a 04 6d783031 c00c ${mxHead} 0004 0014 c02b`;
    const message = decodeMessage(
      response('0002 0000 0001', `${records} 00 0029 04d0 00000000 0000`),
    );
    expect(message.answer).toEqual([
      { name, type: 'MX', klass: 1, ttl: 300, rdata: '10 mx01.example.org.' },
      { name, type: 'MX', klass: 1, ttl: 300, rdata: '20 mx01.example.org.' },
    ]);
    expect(message).toMatchObject({
      id: 0x1234,
      qr: true,
      rd: true,
      ra: true,
      aa: false,
      tc: false,
    });
    expect(message).toMatchObject({ rcode: 0, rcodeName: 'NOERROR', additional: [], tsig: null });
  });

  it.each([
    [0x8000, 'qr'],
    [0x0400, 'aa'],
    [0x0200, 'tc'],
    [0x0100, 'rd'],
    [0x0080, 'ra'],
    [0x0020, 'ad'],
    [0x0010, 'cd'],
  ])('flag %i is %s and nothing else', (bit, flag) => {
    const bytes = Uint8Array.from([0, 1, bit >> 8, bit & 255, 0, 0, 0, 0, 0, 0, 0, 0]);
    const message = decodeMessage(bytes) as unknown as Record<string, unknown>;
    const set = ['qr', 'aa', 'tc', 'rd', 'ra', 'ad', 'cd'].filter(each => message[each] === true);
    expect(set).toEqual([flag]);
  });

  it('reads the RCODE with the bits of EDNS', () => {
    const badVersion = decodeMessage(response('0000 0000 0001', '00 0029 04d0 01000000 0000'));
    expect(badVersion).toMatchObject({ rcode: 16, rcodeName: 'BADVERS' });
    const refused = response('0000 0000 0000', '');
    expect(decodeMessage(refused.with(3, 0x85))).toMatchObject({ rcode: 5, rcodeName: 'REFUSED' });
    expect(rcodeName(3000)).toBe('RCODE3000');
  });

  it('reads NSID, cookies, extended errors and keeps what it does not know', () => {
    const options = '0003 0003 676702 000a 0010 00112233445566778899aabbccddeeff fde9 0001 07';
    const errors = '000f 0007 0003 7374616c65 000f 0006 c000 610a6200';
    const opt = `00 0029 1000 00008000 0035 ${options} ${errors}`;
    const { edns } = decodeMessage(response('0000 0000 0001', opt));
    expect(edns).toMatchObject({ payload: 4096, dnssec: true, nsid: hex('676702') });
    expect(edns?.cookie).toEqual(hex('00112233445566778899aabbccddeeff'));
    expect(edns?.errors).toEqual([
      { code: 3, name: 'Stale Answer', text: 'stale' },
      { code: 0xc000, name: 'EDE 49152', text: 'a\ufffdb' },
    ]);
    expect(edns?.options.map(option => option.code)).toEqual([3, 10, 65_001, 15, 15]);
  });

  it('caps a TTL with the top bit set at 2^31-1 (RFC 8767 4)', () => {
    const record = (ttl: string) => `c00c 0001 0001 ${ttl} 0004 c0000201`;
    const ttls = ['ffffffff', '80000000', '7fffffff', '00000000'].map(
      ttl => decodeMessage(response('0001 0000 0000', record(ttl))).answer[0]?.ttl,
    );
    expect(ttls).toEqual([2 ** 31 - 1, 2 ** 31 - 1, 2 ** 31 - 1, 0]);
  });

  it('reads names with any octets, and types without a grammar', () => {
    const record = '02 2e41 c00c ff00 0001 00000000 0002 c00c';
    expect(decodeMessage(response('0001 0000 0000', record)).answer).toEqual([
      { name: '\\.a.example.org.', type: 'TYPE65280', klass: 1, ttl: 0, rdata: '\\# 2 c00c' },
    ]);
  });

  it('reads an MX that points at an address: a check has to see it', () => {
    const record = `${mxHead} 000d 000a 03 313932 01 30 01 32 01 31 00`;
    expect(decodeMessage(response('0001 0000 0000', record)).answer[0]?.rdata).toBe(
      '10 192.0.2.1.',
    );
  });

  it('reads TXT of class CHAOS as text, other data of other classes as octets', () => {
    const records = 'c00c 0010 0003 00000000 0002 0161 c00c 0001 0003 00000000 0002 0161';
    const { answer } = decodeMessage(response('0002 0000 0000', records));
    expect(answer.map(record => record.rdata)).toEqual(['"a"', '\\# 2 0161']);
  });

  it('reads the largest honest message', () => {
    const count = 3900;
    const record = 'c00c 000f 0001 0000012c 0004 000a c00c';
    const bytes = response(
      `${count.toString(16).padStart(4, '0')} 0000 0000`,
      record.repeat(count),
    );
    expect(bytes.length).toBeGreaterThan(62_000);
    expect(decodeMessage(bytes).answer).toHaveLength(count);
  });
});

describe('encodeResponse', () => {
  it('is read back as it was meant', () => {
    const parts = fc.record({
      aa: fc.boolean(),
      ra: fc.boolean(),
      tc: fc.boolean(),
      ad: fc.boolean(),
      rcode: fc.nat(4095),
      answer: fc.array(rrsets, { maxLength: 3 }),
      authority: fc.array(rrsets, { maxLength: 2 }),
      additional: fc.array(rrsets, { maxLength: 2 }),
    });
    fc.assert(
      fc.property(parts, parts => {
        const bytes = encodeResponse({
          query: asked,
          ...parts,
          options: [extendedError(3, 'old')],
        });
        const { aa, ra, tc, ad, rcode, ...message } = decodeMessage(bytes);
        expect({ aa, ra, tc, ad, rcode }).toMatchObject({
          aa: parts.aa,
          ra: parts.ra,
          tc: parts.tc,
        });
        expect({ ad, rcode }).toEqual({ ad: parts.ad, rcode: parts.rcode });
        expect(message.question).toEqual(asked.question);
        expect(message.edns?.errors).toEqual([{ code: 3, name: 'Stale Answer', text: 'old' }]);
        for (const section of ['answer', 'authority', 'additional'] as const)
          expect(message[section]).toEqual(
            parts[section].flatMap(({ name, type, ttl, rdata }) =>
              rdata.map(text => ({ name, type, klass: 1, ttl, rdata: text })),
            ),
          );
      }),
    );
  });

  it('sends no EDNS to who did not ask with it', () => {
    const plain = decodeMessage(
      encodeQuery({ id: 1, name, type: 'MX', recursive: true, edns: false }),
    );
    expect(decodeMessage(encodeResponse({ query: plain })).edns).toBeNull();
  });
});

describe('questionMatches', () => {
  const mixed = encodeQuery({ id: 7, name, type: 'MX', recursive: true, mixCase: hex('a5') });
  const reply = encodeResponse({ query: decodeMessage(mixed), rcode: 3 });

  it('takes the reply to its question', () => {
    expect(questionMatches(mixed, reply)).toBe(true);
    expect(questionMatches(query, encodeResponse({ query: asked }))).toBe(true);
  });

  it.each([
    ['the query itself', () => mixed],
    ['another id', () => reply.with(0, 1)],
    ['another id below', () => reply.with(1, 8)],
    ['another opcode', () => reply.with(2, reply[2]! | 0x20)],
    ['no question', () => reply.slice(0, 12).with(5, 0)],
    ['two questions', () => reply.with(5, 2)],
    ['256 questions', () => reply.with(4, 1)],
    ['a letter in the other case', () => reply.with(13, reply[13]! ^ 32)],
    ['another type', () => reply.with(26, 16)],
    ['another class', () => reply.with(28, 3)],
    ['a question that ends too early', () => reply.slice(0, 28)],
    ['less than a header', () => reply.slice(0, 11)],
  ])('does not take %s', (_, make) => {
    expect(questionMatches(mixed, make())).toBe(false);
  });

  it.each([
    [1, true],
    [4, true],
    [0, false],
    [2, false],
    [3, false],
    [5, false],
  ])('a bare header with RCODE %i: %s (RFC 6891 7)', (rcode, taken) => {
    const bare = hex('0007 8100 0000 0000 0000 0000').with(3, rcode);
    expect(questionMatches(mixed, bare)).toBe(taken);
    expect(questionMatches(mixed, Uint8Array.of(...bare, 0))).toBe(false);
  });
});
