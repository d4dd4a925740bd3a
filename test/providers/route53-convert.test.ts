import { type ResourceRecordSet } from '@aws-sdk/client-route-53';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changesFor, poisonFor } from '../../providers/route53/batch.ts';
import {
  nameFromRoute53,
  nameToRoute53,
  rawFromRRset,
  rawOfToken,
  rawSet,
  rrsetFromRaw,
  specialty,
  tokenOf,
  valueFromRoute53,
  valueToRoute53,
} from '../../providers/route53/convert.ts';
import { nameFromLabels, parseName } from '../../src/dns/name.ts';
import { parseRdata } from '../../src/dns/rdata.ts';
import { quoteString } from '../../src/dns/presentation.ts';
import { type RRset, rrset } from '../../src/dns/rrset.ts';
import { isFault } from '../../src/errors.ts';
import { fresh } from './backend.ts';

const name = parseName('example.org');
const mx = rrset({
  name,
  type: 'MX',
  ttl: 300,
  rdata: ['10 mx.example.org.', '20 b.example.net.'],
});

describe('names', () => {
  it('come with octal escapes and leave with them', () => {
    const pairs: readonly (readonly [string, string])[] = [
      ['*.example.org', '*.example.org.'],
      ['a\\032b.example.org', 'a\\040b.example.org.'],
      ['a\\.b.example.org', 'a\\056b.example.org.'],
      ['b\\228r.example.org', 'b\\344r.example.org.'],
      ['bücher.example.org', 'xn--bcher-kva.example.org.'],
      ['_dmarc.Example.ORG.', '_dmarc.example.org.'],
      ['a.\\042.example.org', 'a.\\052.example.org.'],
    ];
    for (const [ours, theirs] of pairs) {
      expect(nameToRoute53(parseName(ours))).toBe(theirs);
      expect(nameFromRoute53(theirs)).toBe(parseName(ours));
    }
  });

  it('are read in whatever form they come', () => {
    for (const text of [
      '\\052.example.org.',
      '*.example.org',
      '*.EXAMPLE.org.',
      '\\052.Example.Org',
    ])
      expect(nameFromRoute53(text)).toBe('*.example.org.');
    expect(nameFromRoute53('\\105xample.org')).toBe('example.org.');
  });

  it('survive the way there and back, whatever their octets', () => {
    const label = fc.uint8Array({ minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(fc.array(label, { minLength: 1, maxLength: 5 }), labels => {
        const one = nameFromLabels(labels);
        const theirs = nameToRoute53(one);
        expect(theirs).toMatch(/^(?:\*\.)?(?:[a-z0-9_.-]|\\[0-3][0-7]{2})*$/);
        expect(nameFromRoute53(theirs)).toBe(one);
      }),
    );
  });
});

describe('values', () => {
  it('survive the way there and back, whatever their octets', () => {
    const strings = fc.array(fc.uint8Array({ maxLength: 60 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(strings, octets => {
        const ours = octets.map(quoteString).join(' ');
        expect(parseRdata('TXT', valueFromRoute53(valueToRoute53(ours)))).toBe(ours);
      }),
    );
  });

  it('keep the escape of the quote, and write every other one in octal', () => {
    expect(valueToRoute53('"say \\"hi\\" \\\\ \\228"')).toBe('"say \\"hi\\" \\134 \\344"');
    expect(valueFromRoute53('"ex\\344mple \\"a\\" \\\\"')).toBe('"ex\\228mple \\"a\\" \\\\"');
  });

  it('are read without final dots and in any case, and compared in one form', () => {
    const raw = { name: 'EXAMPLE.org', type: 'MX', ttl: 300 };
    const values = ['20 b.example.NET', '10 MX.example.org'];
    expect(rrsetFromRaw({ ...raw, values }, mx)).toEqual(mx);
  });

  it('of a null MX and of long texts stay what they are', () => {
    const nullMx = rrset({ name, type: 'MX', ttl: 300, rdata: ['0 .'] });
    const long = `"${'a'.repeat(255)}" "${'b'.repeat(255)}" "c"`;
    const text = rrset({ name, type: 'TXT', ttl: 0, rdata: [long] });
    for (const set of [nullMx, text]) {
      const raw = rawFromRRset(set);
      expect(raw.values).toEqual(set.rdata);
      expect(rrsetFromRaw(raw, set)).toEqual(set);
    }
  });
});

describe('tokens', () => {
  it('keep the raw set through JSON, and nothing else is taken for one', () => {
    const raw = { name: 'Example.org.', type: 'MX', ttl: 300, values: ['10 MX.example.org'] };
    expect(rawOfToken(JSON.parse(JSON.stringify(tokenOf(raw))) as null)).toEqual(raw);
    for (const other of [null, 1, 'x', [], {}, { values: 'x' }, { ...raw, ttl: '300' }])
      expect(rawOfToken(other)).toBeNull();
  });
});

const plain = { Name: 'example.org.', Type: 'MX', TTL: 300, ResourceRecords: [{ Value: '0 .' }] };
const specials: Record<string, [Partial<ResourceRecordSet>, RegExp]> = {
  'an alias': [
    { AliasTarget: { HostedZoneId: 'Z1', DNSName: 'a.example.', EvaluateTargetHealth: false } },
    /alias for a\.example\./,
  ],
  weighted: [{ SetIdentifier: 'blue', Weight: 0 }, /weighted \(blue\)/],
  latency: [{ SetIdentifier: 'us', Region: 'us-east-1' }, /latency \(us\)/],
  geolocation: [{ SetIdentifier: 'de', GeoLocation: { CountryCode: 'DE' } }, /geolocation \(de\)/],
  geoproximity: [
    { SetIdentifier: 'near', GeoProximityLocation: { Bias: 1 } },
    /geoproximity \(near\)/,
  ],
  failover: [{ SetIdentifier: 'one', Failover: 'PRIMARY' }, /failover \(one\)/],
  multivalue: [{ SetIdentifier: 'm', MultiValueAnswer: true }, /multivalue answer \(m\)/],
  'by CIDR': [
    { SetIdentifier: 'c', CidrRoutingConfig: { CollectionId: 'x', LocationName: 'y' } },
    /IP-based \(c\)/,
  ],
  'a health check': [{ HealthCheckId: 'abc' }, /health check abc/],
  'a traffic policy': [{ TrafficPolicyInstanceId: 'tp' }, /traffic policy/],
};

describe('special sets', () => {
  it.each(Object.entries(specials))('%s is refused by name', (_, [extra, words]) => {
    const set = { ...plain, ...extra } as ResourceRecordSet;
    expect(specialty(set)).toMatch(words);
    try {
      rawSet(set, mx);
      expect.unreachable();
    } catch (error) {
      if (!isFault(error, 'UNSUPPORTED')) throw error;
      expect(error.message).toContain('example.org. MX');
      expect(error.fix).toBeTruthy();
    }
  });

  it('a plain one is not special', () => {
    expect(specialty(plain as ResourceRecordSet)).toBeNull();
  });
});

describe('batches', () => {
  const raw = { name: 'example.org.', type: 'MX', ttl: 300, values: ['10 MX.example.org'] };
  const to = rrset({ ...mx, ttl: 60, rdata: ['0 new.example.net.'] });
  const txt = rrset({ name, type: 'TXT', ttl: 60, rdata: ['"x"'] });

  it('delete what is there letter by letter, all of it before anything is created', () => {
    const changes = changesFor([
      { move: { from: fresh(mx), to: fresh(to) }, raw },
      { move: { from: null, to: fresh(txt) }, raw: null },
      { move: { from: fresh(mx), to: null }, raw },
    ]);
    expect(changes.map(({ Action }) => Action)).toEqual(['DELETE', 'DELETE', 'CREATE', 'CREATE']);
    expect(changes[0]?.ResourceRecordSet).toEqual({
      ...{ Name: 'example.org.', Type: 'MX', TTL: 300 },
      ResourceRecords: [{ Value: '10 MX.example.org' }],
    });
  });

  it('are refused when they are larger than Route 53 takes', () => {
    const many = (of: number, length: number): RRset => ({
      ...txt,
      rdata: Array.from({ length: of }, (_, k) => `"${String(k).padStart(length - 2, '0')}"`),
    });
    const build = (set: RRset) => () =>
      changesFor([{ move: { from: null, to: fresh(set) }, raw: null }]);
    expect(build(many(1000, 32))).not.toThrow();
    expect(build(many(1001, 10))).toThrow(/1001 records/);
    expect(build(many(1000, 33))).toThrow(/33000 characters/);
    expect(build(many(1, 4001))).toThrow(/4001 characters/);
  });

  it('of types that Route 53 does not have are refused', () => {
    const odd = { name, type: 'TYPE65280', ttl: 60, rdata: ['\\# 0'] };
    expect(() => changesFor([{ move: { from: null, to: fresh(odd) }, raw: null }])).toThrow(
      /cannot be kept in Route 53/,
    );
  });

  it('have a poison that is nobody’s data, of every type, at a TTL that is not there', () => {
    for (const type of ['A', 'AAAA', 'CAA', 'CNAME', 'DS', 'MX', 'NS', 'SRV', 'TLSA', 'TXT']) {
      const { Action, ResourceRecordSet: set } = poisonFor({ name, type }, null);
      expect([Action, set?.TTL]).toEqual(['DELETE', 2_147_483_647]);
      const value = set?.ResourceRecords?.[0]?.Value ?? '';
      expect(parseRdata(type, valueFromRoute53(value), { seen: true })).toBeTruthy();
    }
    const longest = { ...mx, ttl: 2_147_483_647 };
    expect(poisonFor(mx, longest).ResourceRecordSet?.TTL).toBe(2_147_483_646);
  });
});
