import { describe, expect, it } from 'vitest';
import {
  compareNames,
  denialOf,
  provenAbsent,
  provenExpanded,
  tooManyIterations,
} from '../../src/dns/dnssec-denial.ts';
import { type Name, parseAnyName, parseName } from '../../src/dns/name.ts';
import { rdataFromWire, rdataToWire } from '../../src/dns/rdata.ts';
import { type WireRecord } from '../../src/dns/records.ts';
import { type RRset } from '../../src/dns/rrset.ts';
import { beside, hashLabel, nsec, nsec3 } from '../support/signed-world.ts';

const recordsOf = (...sets: readonly RRset[]): readonly WireRecord[] =>
  sets.flatMap(({ name, type, ttl, rdata }) =>
    rdata.map(text => ({ name, type, ttl, klass: 1, rdata: text })),
  );

it('orders names as RFC 4034 6.1 does', () => {
  const names = [
    ...['example.', 'a.example.', 'yljkjljk.a.example.', 'Z.a.example.', 'zABC.a.EXAMPLE.'],
    ...['z.example.', '\\001.z.example.', '*.z.example.', '\\200.z.example.'],
  ].map(text => parseAnyName(text.toLowerCase()));
  expect([...names].reverse().sort(compareNames)).toEqual(names);
});

it('keeps the letters of the next name of an NSEC, which are signed (RFC 6840 5.1)', () => {
  const wire = rdataToWire('NSEC', 'Mail.Example.org. A RRSIG NSEC');
  const text = rdataFromWire('NSEC', wire, { start: 0, length: wire.length });
  expect(text).toBe('Mail.Example.org. A RRSIG NSEC');
  expect(Buffer.from(wire).toString('latin1')).toContain('Mail');
});

const zone = parseName('example');
// RFC 5155 Appendix A: the hashes of its example zone, salt aabbccdd, 12 further rounds.
const published: readonly (readonly [string, string])[] = [
  ['example', '0p9mhaveqvm6t7vbl5lop2u3t2rp3tom'],
  ['a.example', '35mthgpgcu1qg68fab165klnsnk3dpvl'],
  ['ai.example', 'gjeqe526plbf1g8mklp59enfd789njgi'],
  ['ns1.example', '2t7b4g4vsa5smi47k61mv5bv1a22bojr'],
  ['ns2.example', 'q04jkcevqvmu85r014c7dkba38o0ji5r'],
  ['w.example', 'k8udemvp1j2f7eg6jebps17vp3n8i58h'],
  ['x.w.example', 'b4um86eghhds6nea196smvmlo4ors995'],
  ['y.w.example', 'ji6neoaepv8b5o6k4ev33abha8ht9fgc'],
  ['x.y.w.example', '2vptu5timamqttgl4luu9kg21e0aor3s'],
  ['xx.example', 't644ebqk9bibcna874givr6joj62mlhv'],
];

it.each(published)('finds the NSEC3 of %s by its hash (RFC 5155 Appendix A)', (text, label) => {
  const name = parseName(text);
  const record = nsec3(zone, [label, beside(label, 1)], { iterations: 12, salt: 'aabbccdd' });
  const denial = denialOf(recordsOf(record), zone);
  expect(provenAbsent(denial, name, 'MX')).toBe('no data');
  expect(provenAbsent(denial, name, 'A')).toBe('nothing');
  expect(provenAbsent(denial, parseName('other.example'), 'MX')).toBe('nothing');
});

const org = parseName('example.org');
const at = (text: string): Name => parseName(`${text}.example.org`);

describe('NSEC', () => {
  const denial = denialOf(
    recordsOf(
      nsec(org, 'b.example.org.', 'SOA NS RRSIG NSEC'),
      nsec(at('b'), 'x.d.example.org.', 'NS RRSIG NSEC'),
      nsec(at('x.d'), 'example.org.', 'A DNAME RRSIG NSEC'),
    ),
    org,
  );
  it.each([
    ['a', 'MX', 'no name'],
    ['d', 'DS', 'no data'],
    ['b', 'DS', 'delegation'],
    // The zone above knows nothing else of what it delegates, and nothing of what is below.
    ['b', 'MX', 'nothing'],
    ['below.b', 'DS', 'nothing'],
    ['x.d', 'A', 'nothing'],
    ['x.d', 'MX', 'no data'],
    ['y.x.d', 'MX', 'nothing'],
    ['z', 'MX', 'no name'],
  ])('%s %s: %s', (name, type, proof) => {
    expect(provenAbsent(denial, at(name), type)).toBe(proof);
  });

  it('proves that a wildcard may answer', () => {
    expect(provenExpanded(denial, at('c'), 2)).toBe(true);
    expect(provenExpanded(denial, at('x.d'), 2)).toBe(false);
  });
});

describe('NSEC3', () => {
  const hash = (name: Name): string => hashLabel(name, new Uint8Array(), 0);
  const over = (name: Name, how = {}): RRset =>
    nsec3(org, [beside(hash(name), -1), beside(hash(name), 1)], how);
  const on = (name: Name, types: string): RRset =>
    nsec3(org, [hash(name), beside(hash(name), 1)], { types });
  const proof = (name: Name, type: string, ...sets: readonly RRset[]) =>
    provenAbsent(denialOf(recordsOf(...sets), org), name, type);

  it('needs the closest encloser and what covers the next name', () => {
    expect(proof(at('x.y'), 'MX', on(org, 'SOA'), over(at('y')))).toBe('no name');
    expect(proof(at('x.y'), 'DS', on(org, 'SOA'), over(at('y'), { optOut: true }))).toBe('opt-out');
    expect(proof(at('x.y'), 'MX', over(at('y')))).toBe('nothing');
    expect(proof(at('x.y'), 'MX', on(org, 'SOA'))).toBe('nothing');
    expect(proof(at('x.y'), 'MX', on(at('y'), 'NS'), over(at('x.y')))).toBe('nothing');
  });

  it('says no more at a cut than that there is no DS, and nothing of another zone', () => {
    expect(proof(at('y'), 'DS', on(at('y'), 'NS'))).toBe('delegation');
    expect(proof(at('y'), 'MX', on(at('y'), 'NS'))).toBe('nothing');
    const foreign = nsec3(zone, [hash(at('y')), beside(hash(at('y')), 1)]);
    expect(proof(at('y'), 'MX', foreign)).toBe('nothing');
  });

  it('is not followed through more rounds than validators make', () => {
    const denial = denialOf(recordsOf(over(at('y'), { iterations: 51 })), org);
    expect(tooManyIterations(denial)).toBe(true);
    expect(provenAbsent(denial, at('y'), 'MX')).toBe('nothing');
    expect(provenExpanded(denial, at('y'), 2)).toBe(false);
  });

  it('proves that a wildcard may answer for the name below the one that exists', () => {
    const denial = denialOf(recordsOf(over(at('y'))), org);
    expect(provenExpanded(denial, at('x.y'), 2)).toBe(true);
    expect(provenExpanded(denial, at('x.z'), 2)).toBe(false);
  });
});
