import { expect, it } from 'vitest';
import { walk } from '../../../src/authority/chain/walk.ts';
import { parseName } from '../../../src/dns/name.ts';
import { isFault } from '../../../src/errors.ts';
import { limits } from '../../../src/limits.ts';
import { stillClock } from '../../support/clock.ts';
import {
  above,
  anchor,
  type Answers,
  by,
  ds,
  keys,
  nsec,
  served,
  set,
  signedWorld,
  zone,
} from '../../support/signed-world.ts';
import { dsFor, signed, signingKey } from '../../support/signer.ts';
import { resolver, servers, walked } from './walking.ts';

const label = (index: number): string => `ns${index}.example.org. 192.0.2.${index}`;

it('walks from the anchor to the zone, and asks resolvers not to check', async () => {
  const { chain, asked } = await walked();
  expect(chain.verdict).toMatchObject({
    is: 'secure',
    at: 'example.org. DNSKEY',
    why: 'validated from the trust anchor of the root: the root > org > example.org',
    remedy: null,
    lasts: { from: Date.UTC(2026, 0, 1), until: Date.UTC(2027, 0, 1) },
  });
  expect(chain.keys.map(list => list.map(({ tag }) => tag))).toEqual([[keys.zone.tag]]);
  const lines = asked.map(
    ({ question, address }) => `${address} ${question.name} ${question.type}`,
  );
  expect(lines).toEqual([
    ...['. DNSKEY', 'org. DS', 'org. DNSKEY', 'example.org. DS'].map(text => `${resolver} ${text}`),
    ...servers.map(({ address }) => `${address} example.org. DNSKEY`),
  ]);
  expect(asked.map(({ question }) => [question.dnssec, question.recursive, question.cd])).toEqual([
    ...Array.from({ length: 4 }, () => [true, true, true]),
    ...Array.from({ length: 2 }, () => [true, false, undefined]),
  ]);
});

it('begins at the nearest anchor, and needs no resolver where it is that of the zone', async () => {
  const own = `example.org. DS ${dsFor(zone, keys.zone)}`;
  const { chain, asked } = await walked({ of: { trustAnchors: [anchor, own], lookups: null } });
  expect(chain.verdict).toMatchObject({
    is: 'secure',
    why: 'validated from the trust anchor of example.org',
  });
  expect(asked).toHaveLength(2);
});

it('has the anchors of the root built in, which this world has not', async () => {
  const { chain } = await walked({ of: { trustAnchors: [] } });
  expect(chain.verdict).toMatchObject({ is: 'bogus', at: '. DNSKEY' });
  expect(chain.verdict.why).toMatch(/fits the DS \(20326 RSASHA256 \(8\), 38696 RSASHA256 \(8\)\)/);
});

it('goes over names that are no zones, as the zone above proves', async () => {
  const deep = parseName('mail.dept.example.org');
  const key = signingKey(15);
  const empty = { authority: signed(nsec(zone, 'mail.dept.example.org.', 'SOA NS NSEC'), by.zone) };
  const resolvers = {
    [resolver]: {
      ...above,
      ...served,
      'dept.example.org. DS': empty,
      'mail.dept.example.org. DS': { answer: signed(ds(deep, dsFor(deep, key)), by.zone) },
    },
  };
  const own: Answers = {
    'mail.dept.example.org. DNSKEY': {
      ...{ aa: true, answer: signed(set(deep, 'DNSKEY', key.dnskey), { zone: deep, key }) },
    },
  };
  const { chain } = await walked({ resolvers, one: own, two: own, of: { zone: deep } });
  expect(chain.verdict).toMatchObject({
    is: 'secure',
    why: 'validated from the trust anchor of the root: the root > org > example.org > mail.dept.example.org',
  });
});

it('asks the next resolver when one strips signatures, and takes the gravest of what all say', async () => {
  const stripped = {
    ...above,
    '. DNSKEY': { answer: [set(parseName('org'), 'DNSKEY', keys.org.dnskey)] },
  };
  const good = await walked({ resolvers: { '192.0.2.51': stripped, [resolver]: above } });
  expect(good.chain.verdict.is).toBe('secure');
  const expired = { ...by.root, until: Date.UTC(2026, 1, 1) };
  const bad = { '. DNSKEY': { answer: signed(above['. DNSKEY']!.answer![0]!, expired) } };
  const worst = await walked({ resolvers: { '192.0.2.51': bad, '192.0.2.52': {} } });
  expect(worst.chain.verdict).toMatchObject({ is: 'bogus', at: '. DNSKEY' });
});

it('tells an address with bad keys from the others, and every set of keys that validates', async () => {
  const stale = {
    'example.org. DNSKEY': {
      aa: true,
      answer: signed(set(zone, 'DNSKEY', keys.org.dnskey), { zone, key: keys.org }),
    },
  };
  const { chain } = await walked({ two: stale });
  expect(chain.verdict.is).toBe('secure');
  expect([...chain.bad.keys()]).toEqual([label(2)]);
  expect(chain.bad.get(label(2))).toMatchObject({ is: 'bogus', at: 'example.org. DNSKEY' });
  const next = signingKey(15, 256);
  const rolled = signed(set(zone, 'DNSKEY', keys.zone.dnskey, next.dnskey), by.zone);
  const rolling = await walked({ two: { 'example.org. DNSKEY': { aa: true, answer: rolled } } });
  expect(rolling.chain.keys.map(list => list.length).sort()).toEqual([1, 2]);
  expect(rolling.chain.bad.size).toBe(0);
});

it('has a limit on questions, and hears an abort', async () => {
  const many = Object.fromEntries(
    Array.from({ length: 100 }, (_, index) => [`198.51.100.${index}`, {}]),
  );
  const { chain, asked } = await walked({ resolvers: many });
  expect(chain.verdict.is).toBe('indeterminate');
  expect(asked.length).toBeLessThanOrEqual(limits.dnssecQuestions);
  const { ask } = signedWorld({});
  const of = {
    zone,
    servers,
    trustAnchors: [anchor],
    ask,
    clock: stillClock(),
    lookups: [{ address: resolver, port: 53 }],
  };
  await expect(walk(of, AbortSignal.abort())).rejects.toSatisfy(error => isFault(error, 'ABORTED'));
});
