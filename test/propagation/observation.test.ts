import { describe, expect, it } from 'vitest';
import { extendedError, NSID } from '../../src/dns/edns.ts';
import { parseName } from '../../src/dns/name.ts';
import { type RRset } from '../../src/dns/rrset.ts';
import { decodeMessage, encodeQuery, encodeResponse } from '../../src/dns/wire.ts';
import { Fault } from '../../src/errors.ts';
import { statedSet, valueOf } from '../../src/propagation/expectation.ts';
import { keptSet, observationOf } from '../../src/propagation/observation.ts';
import { expectation, newSet, oldSet, otherSet } from './example.ts';

const key = expectation.key;
const asking = {
  ...{ resolver: 'r1', address: '192.0.2.1', transport: 'udp' as const },
  ...{ asked: 1000, received: 1020, rttMs: 20 },
};
const query = decodeMessage(encodeQuery({ id: 7, ...key, recursive: true }));
type Parts = Omit<Parameters<typeof encodeResponse>[0], 'query'>;
const heard = (parts: Parts, aliases: readonly (readonly [string, string])[] = []) => {
  const message = decodeMessage(encodeResponse({ query, ...parts }));
  const links = aliases.map(([from, to]) => ({ name: parseName(from), target: parseName(to) }));
  return observationOf(asking, { ...key, aliases: links }, { message }).outcome;
};
const set = (name: string, type: string, [ttl, ...rdata]: [number, ...string[]]): RRset => ({
  ...{ name: parseName(name), type, ttl, rdata },
});
const soa = (ttl: number, minimum: number) =>
  set('example.org', 'SOA', [ttl, `ns.example.org. admin.example.org. 1 60 60 60 ${minimum}`]);

describe('an answer', () => {
  it('with data: sorted, canonical, lower case', () => {
    const answer = [set('example.org', 'MX', [60, '20 MX2.Example.NET.', '10 mx1.example.net.'])];
    expect(heard({ answer, ad: true })).toEqual({
      ...{ kind: 'answered', rcodeName: 'NOERROR', ttl: 60, ad: true, ede: [], nsid: null },
      rdata: ['10 mx1.example.net.', '20 mx2.example.net.'],
    });
  });

  it.each([
    ['all of which the servers give lasts as long as its records', ['a', 'b'], 60],
    ['lasts as long as an alias that leads elsewhere by now', ['a', 'c'], 20],
    ['lasts as long as the first of two such', ['c', 'b'], 30],
    ['lasts as long as one that is no alias any more', [], 30],
  ] as const)('behind aliases, %s', (_what, [first, second], ttl) => {
    const answer = [
      set('example.org', 'CNAME', [30, 'a.example.net.']),
      set('a.example.net', 'CNAME', [20, 'b.example.net.']),
      set('b.example.net', 'MX', [60, ...newSet]),
    ];
    const given =
      first === undefined
        ? []
        : ([
            ['example.org', `${first}.example.net`],
            ['a.example.net', `${second}.example.net`],
          ] as const);
    expect(heard({ answer }, given)).toMatchObject({ rdata: newSet, ttl });
  });

  it('behind aliases that go round: no data', () => {
    const answer = [
      set('example.org', 'CNAME', [30, 'a.example.net.']),
      set('a.example.net', 'CNAME', [20, 'example.org.']),
    ];
    expect(heard({ answer })).toMatchObject({ rdata: null, ttl: null });
  });

  it('of another name or type: no data', () => {
    const answer = [set('www.example.org', 'MX', [60, ...newSet])];
    expect(heard({ answer })).toMatchObject({ kind: 'answered', rdata: null, ttl: null });
    expect(heard({ answer: [set('example.org', 'A', [60, '192.0.2.9'])] })).toMatchObject({
      rdata: null,
    });
  });

  it('negative: the lower of TTL and minimum; without SOA nothing', () => {
    expect(heard({ rcode: 3, authority: [soa(3600, 15)] })).toMatchObject({
      ...{ kind: 'answered', rcodeName: 'NXDOMAIN', rdata: null, ttl: 15 },
    });
    expect(heard({ authority: [soa(10, 15)] })).toMatchObject({ rdata: null, ttl: 10 });
    expect(heard({})).toMatchObject({ rcodeName: 'NOERROR', rdata: null, ttl: null });
  });

  it('with remarks: NSID as text or hexadecimal, extended errors', () => {
    const nsid = (...data: number[]) => ({ code: NSID, data: Uint8Array.from(data) });
    expect(heard({ rcode: 2, options: [extendedError(22, 'no way'), nsid(114, 49)] })).toEqual({
      ...{ kind: 'refused', rcodeName: 'SERVFAIL', nsid: 'r1' },
      ede: [{ code: 22, text: 'no way' }],
    });
    expect(heard({ options: [nsid(0, 255)] })).toMatchObject({ nsid: '0x00ff' });
    const many = Array.from({ length: 9 }, () => extendedError(0, 'x'.repeat(999)));
    const one = { code: 0, text: 'x'.repeat(200) };
    expect(heard({ options: many })).toMatchObject({ ede: [one, one, one, one] });
  });

  it('that refuses, was cut off, or never came', () => {
    expect(heard({ rcode: 5 })).toMatchObject({ kind: 'refused', rcodeName: 'REFUSED' });
    const answer = [set('example.org', 'MX', [60, ...newSet])];
    expect(heard({ tc: true, answer })).toMatchObject({ kind: 'silent' });
    const error = new Fault('UNAVAILABLE', 'no answer within 3000 ms');
    expect(observationOf(asking, key, { error })).toEqual({
      ...{ ...asking, outcome: { kind: 'silent', why: 'no answer within 3000 ms' } },
    });
  });
});

describe('what a set counts as', () => {
  it('new, one of the old, or another', () => {
    const expected = { ...expectation, old: [oldSet, otherSet] };
    const third = ['10 mx.third.example.'];
    expect([newSet, oldSet, otherSet, third].map(one => valueOf(one, expected))).toEqual([
      ...['new', 'old', 'old', 'other'],
    ]);
    expect(valueOf([...newSet, ...oldSet].sort(), expectation)).toBe('other');
    expect(valueOf(newSet, { ...expectation, new: null })).toBe('other');
  });

  it('a very long set is kept and compared by its digest', () => {
    const long = ['"' + 'a'.repeat(3000) + '"'];
    const kept = keptSet(long);
    expect(kept[0]!.length).toBeLessThan(100);
    expect(valueOf(kept, { ...expectation, new: long })).toBe('new');
    expect(valueOf(keptSet([long[0]! + 'b']), { ...expectation, new: long })).toBe('other');
  });

  it('nothing is stated by an empty answer where records are expected', () => {
    const outcome = {
      ...({ kind: 'answered', rcodeName: 'NOERROR', rdata: null, ttl: 15 } as const),
      ...{ ad: false, ede: [], nsid: null },
    };
    expect(statedSet(outcome, expectation)).toBeNull();
    expect(statedSet(outcome, { ...expectation, new: [] })).toEqual([]);
    expect(statedSet({ ...outcome, ttl: null }, { ...expectation, new: [] })).toBeNull();
  });
});
