import { expect, it } from 'vitest';
import { type Name, parseName } from '../../../src/dns/name.ts';
import {
  above,
  beside,
  by,
  ds,
  hashLabel,
  keys,
  nsec,
  nsec3,
  org,
  type Parts,
  set,
  soa,
  zone,
} from '../../support/signed-world.ts';
import { dsFor, signed, signingKey } from '../../support/signer.ts';
import { resolver, walked, type World } from './walking.ts';

const says = (parts: Parts | null, at = 'example.org. DS'): Partial<World> => ({
  resolvers: { [resolver]: { ...above, [at]: parts } },
});

const orgNsec = (name: Name, next: string, types: string): Parts => ({
  authority: signed(nsec(name, next, types), by.org),
});
const hash = (name: Name): string => hashLabel(name, new Uint8Array(), 0);
const around = (name: Name): readonly [string, string] => [
  beside(hash(name), -1),
  beside(hash(name), 1),
];
const orgApex = nsec3(org, [hash(org), beside(hash(org), 1)], { types: 'NS SOA DNSKEY RRSIG' });
const hashed = (...sets: readonly ReturnType<typeof nsec3>[]): Parts => ({
  authority: sets.flatMap(one => signed(one, by.org)),
});
const { tag } = keys.zone;
const denies = nsec(zone, 'f.org.', 'NS RRSIG NSEC');
const [, ofWildcard] = signed({ ...denies, name: parseName('*.org') }, by.org);
const replayed = [denies, { ...ofWildcard!, name: zone }];

type End = readonly [world: World, is: string, why: RegExp];

const ends: Readonly<Record<string, End>> = {
  'a delegation without DS, by NSEC': [
    says(orgNsec(zone, 'f.org.', 'NS RRSIG NSEC')),
    'insecure',
    /^org delegates it without a DS$/,
  ],
  'a delegation without DS, by NSEC3': [
    says(hashed(nsec3(org, [hash(zone), beside(hash(zone), 1)], { types: 'NS' }))),
    'insecure',
    /without a DS/,
  ],
  'a resolver that serves the zone itself, and answers from it': [
    says({
      authority: [soa, nsec(zone, 'a.example.org.', 'NS SOA MX RRSIG NSEC DNSKEY')].flatMap(one =>
        signed(one, by.zone),
      ),
    }),
    'indeterminate',
    /answers for the zone itself/,
  ],
  'a parent that opts out': [
    says(hashed(orgApex, nsec3(org, around(zone), { optOut: true }))),
    'insecure',
    /opts out/,
  ],
  'a parent that hashes too often': [
    says(hashed(nsec3(org, around(zone), { iterations: 51 }))),
    'insecure',
    /hashes names more often/,
  ],
  'a DS of SHA-1 alone': [
    says({ answer: signed(ds(zone, dsFor(zone, keys.zone, 1)), by.org) }),
    'insecure',
    /^validators of today ignore its DS \(\d+ ED25519 \(15\)\)$/,
  ],
  'a DS of an algorithm that nobody takes': [
    says({ answer: signed(ds(zone, `${tag} 5 2 ${'00'.repeat(32)}`), by.org) }),
    'insecure',
    /RSASHA1 \(5\)/,
  ],
  'a name that does not exist, by NSEC': [
    says({ ...orgNsec(org, 'f.org.', 'NS SOA'), rcode: 3 }),
    'indeterminate',
    /^org says that it does not exist$/,
  ],
  'a name that does not exist, by NSEC3': [
    says(hashed(orgApex, nsec3(org, around(zone)))),
    'indeterminate',
    /does not exist/,
  ],
  'a name that is no zone': [
    says(orgNsec(zone, 'f.org.', 'MX RRSIG NSEC')),
    'indeterminate',
    /knows no delegation/,
  ],
  'a silent resolver': [says(null), 'indeterminate', /192.0.2.53 is silent/],
  'a resolver that refuses': [says({ rcode: 2 }), 'indeterminate', /answers SERVFAIL/],
  'a resolver that strips signatures': [
    says({ answer: [ds(zone, dsFor(zone, keys.zone))] }),
    'indeterminate',
    /may strip signatures/,
  ],
  'a denial without any proof': [says({}), 'indeterminate', /may strip signatures/],
  'a denial whose proof was stripped of its signature': [
    says({ authority: [nsec(zone, 'f.org.', 'NS NSEC')] }),
    'indeterminate',
    /may strip signatures/,
  ],
  // Whoever could replay it would deny any name (CVE-2017-15105).
  'a proof that was made from a wildcard': [
    says({ authority: replayed }),
    'bogus',
    /made from a wildcard/,
  ],
  'a proof that is about another name': [
    says(orgNsec(parseName('f.org'), 'g.org.', 'NS NSEC')),
    'bogus',
    /does not prove that there is no DS/,
  ],
  'a proof from the wrong side of the cut': [
    says(orgNsec(zone, 'f.org.', 'NS SOA NSEC')),
    'bogus',
    /does not prove/,
  ],
  'a proof that the wrong key signed': [
    says({ authority: signed(nsec(zone, 'f.org.', 'NS NSEC'), { zone: org, key: keys.zone }) }),
    'bogus',
    /not among the keys of org/,
  ],
  'a DS whose signature has ended': [
    says({
      answer: signed(ds(zone, dsFor(zone, keys.zone)), {
        ...by.org,
        until: Date.UTC(2026, 1, 1),
      }),
    }),
    'bogus',
    /ended at 2026-02-01T00:00:00Z/,
  ],
  'a DS of another key': [
    says({ answer: signed(ds(zone, dsFor(zone, signingKey(15))), by.org) }),
    'bogus',
    /none of its keys \(\d+\) fits the DS/,
  ],
  'no resolver at all': [{ resolvers: {} }, 'indeterminate', /no resolver to ask/],
  'a configuration that forbids it': [
    { of: { lookups: null } },
    'indeterminate',
    /authority.replace/,
  ],
  'no keys at the servers': [
    { one: { 'example.org. DNSKEY': { aa: true } }, two: {} },
    ...(['bogus', /it has no DNSKEY, but a DS \(\d+ ED25519 \(15\)\) says it is signed/] as const),
  ],
  'servers that say nothing': [{ one: {}, two: {} }, 'indeterminate', /no authoritative address/],
  'keys without a signature': [
    {
      one: {
        'example.org. DNSKEY': { aa: true, answer: [set(zone, 'DNSKEY', keys.zone.dnskey)] },
      },
      two: {},
    },
    'bogus',
    /no signature came with it/,
  ],
};

it.each(Object.entries(ends))('a walk ends at %s', async (_, [world, is, why]) => {
  const { verdict, keys: found } = (await walked(world)).chain;
  expect(verdict.why).toMatch(why);
  expect(verdict.is).toBe(is);
  expect(verdict.remedy === null).toBe(is === 'insecure');
  expect(found).toEqual([]);
});

it('tells a DS that only SHA-1 keeps from use from one that nobody can use', async () => {
  const of = async (rdata: string) =>
    (await walked(says({ answer: signed(ds(zone, rdata), by.org) }))).chain.verdict;
  expect(await of(dsFor(zone, keys.zone, 1))).toMatchObject({ is: 'insecure', sha1: true });
  expect(await of(`${tag} 7 2 ${'00'.repeat(32)}`)).toMatchObject({ is: 'insecure', sha1: true });
  expect(await of(`${tag} 12 2 ${'00'.repeat(32)}`)).not.toHaveProperty('sha1');
});
