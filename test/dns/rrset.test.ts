import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isNullMx, parseMx } from '../../src/dns/mx.ts';
import { parseName } from '../../src/dns/name.ts';
import { rdataToWire } from '../../src/dns/rdata.ts';
import {
  formatRRset,
  keyOf,
  keyText,
  type RRset,
  rrset,
  sameData,
  sameKey,
  sameRRset,
} from '../../src/dns/rrset.ts';
import { rrsets } from './arbitraries.ts';

const name = parseName('example.org');
const mx = (rdata: readonly string[], ttl = 300): RRset => rrset({ name, type: 'MX', ttl, rdata });

describe('rrset', () => {
  it('is the same whatever the spelling, the order and the repetitions', () => {
    const one = mx(['10 b.example', '0 A.example.', '10 B.example.']);
    expect(one).toEqual({
      name: 'example.org.',
      type: 'MX',
      ttl: 300,
      rdata: ['0 a.example.', '10 b.example.'],
    });
    expect(rrset({ ...one, type: 'mx' })).toEqual(one);
  });

  it('is what it is when made again', () => {
    fc.assert(
      fc.property(rrsets, set => {
        expect(rrset(set)).toEqual(set);
        expect(rrset({ ...set, rdata: set.rdata.toReversed() })).toEqual(set);
        for (const text of set.rdata) expect(() => rdataToWire(set.type, text)).not.toThrow();
      }),
    );
  });

  it.each([
    ['no records', { rdata: [] }, 'no records'],
    ['a negative TTL', { ttl: -1 }, 'TTL is -1'],
    ['half a second', { ttl: 1.5 }, 'TTL is 1.5'],
    ['a TTL of 32 bits', { ttl: 2 ** 31 }, 'TTL is 2147483648'],
    ['no TTL', { ttl: NaN }, 'TTL is NaN'],
    ['a null MX beside another', { rdata: ['0 .', '10 a.example'] }, 'stand alone'],
    ['a null MX with a preference', { rdata: ['10 .'] }, 'stand alone'],
    ['a type for questions', { type: 'ANY', rdata: ['\\# 0'] }, 'questions'],
    ['two CNAMEs', { type: 'CNAME', rdata: ['a.example', 'b.example'] }, 'only one CNAME'],
    [
      'more records than a plan holds',
      { rdata: Array.from({ length: 101 }, (_, index) => `${index} a.example`) },
      '101 records',
    ],
  ])('refuses %s', (_, part, why) => {
    const input = { name, type: 'MX', ttl: 300, rdata: ['10 a.example'], ...part };
    expect(() => rrset(input)).toThrow(why);
  });

  it('reads what a zone holds without judging it', () => {
    const rdata = ['0 .', '10 192.0.2.1.'];
    expect(rrset({ name, type: 'MX', ttl: 300, rdata }, { seen: true }).rdata).toEqual(rdata);
  });

  it('takes the TTLs 0 and 2^31-1', () => {
    expect(mx(['10 a.example'], 0).ttl).toBe(0);
    expect(mx(['10 a.example'], 2 ** 31 - 1).ttl).toBe(2_147_483_647);
  });
});

describe('keys and comparisons', () => {
  const one = mx(['10 a.example', '20 b.example']);

  it('compare what they say they compare', () => {
    expect(keyText(one)).toBe('example.org. MX');
    expect(keyOf(one)).toEqual({ name, type: 'MX' });
    expect(sameKey(one, { name, type: 'MX' })).toBe(true);
    expect(sameKey(one, { name, type: 'TXT' })).toBe(false);
    expect(sameKey(one, { name: parseName('example.net'), type: 'MX' })).toBe(false);
    expect(sameData(one, mx(['20 b.example', '10 a.example'], 60))).toBe(true);
    expect(sameData(one, mx(['10 a.example']))).toBe(false);
    expect(sameData(one, mx(['10 a.example', '20 c.example']))).toBe(false);
    expect(sameRRset(one, mx(one.rdata))).toBe(true);
    expect(sameRRset(one, mx(one.rdata, 60))).toBe(false);
    expect(sameRRset(one, { ...one, name: parseName('example.net') })).toBe(false);
    expect(sameRRset(one, null)).toBe(false);
    expect(sameRRset(null, one)).toBe(false);
    expect(sameRRset(null, null)).toBe(true);
  });

  it('print one line a record', () => {
    expect(formatRRset(one)).toBe(
      'example.org. 300 IN MX 10 a.example.\nexample.org. 300 IN MX 20 b.example.',
    );
  });
});

describe('MX', () => {
  it('has a preference and an exchange', () => {
    expect(parseMx('10 mx.example.org.')).toEqual({ preference: 10, exchange: 'mx.example.org.' });
    expect(parseMx('10 192.0.2.1.')).toEqual({ preference: 10, exchange: '192.0.2.1.' });
    expect(isNullMx(mx(['0 .']))).toBe(true);
    expect(isNullMx(mx(['0 a.example']))).toBe(false);
    expect(isNullMx({ type: 'TXT', rdata: ['0 .'] })).toBe(false);
    expect(isNullMx({ type: 'MX', rdata: ['0 .', '10 a.example.'] })).toBe(false);
  });
});
