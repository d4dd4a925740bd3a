import { expect, it } from 'vitest';
import { chainKeeper } from '../../../src/authority/chain/keeper.ts';
import { type ZoneChain } from '../../../src/authority/chain/walk.ts';
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
import { resolver, servers } from './walking.ts';

const never = (): AbortSignal => new AbortController().signal;

function keeping(resolvers: Answers) {
  const world: Record<string, Answers> = {
    ...{ [resolver]: resolvers, '192.0.2.1': served, '192.0.2.2': served },
  };
  const { ask } = signedWorld(world);
  const still = stillClock();
  // No deadline comes while time stands still.
  const clock = { ...still, sleep: () => new Promise<void>(() => undefined) };
  const lookups = [{ address: resolver, port: 53 }];
  const { chain } = chainKeeper({ zone, trustAnchors: [anchor], ask, clock, lookups });
  const look = (): Promise<ZoneChain> => chain({ signed: true, servers }, never());
  /** Looks again once what is kept is no longer believed. */
  const later = async (ms: number = limits.dnssecKeysMs): Promise<ZoneChain> => {
    await still.sleep(ms, never());
    return look();
  };
  return { world, look, later };
}

const noResolver: Answers = Object.fromEntries(Object.keys(above).map(key => [key, null]));

it('what was known stands while resolvers are silent, with the keys that the zone has by then', async () => {
  const { world, look, later } = keeping(above);
  expect((await look()).verdict.is).toBe('secure');
  world[resolver] = noResolver;
  const next = signingKey(15, 256);
  const rolled = set(zone, 'DNSKEY', keys.zone.dnskey, next.dnskey);
  world['192.0.2.1'] = world['192.0.2.2'] = {
    'example.org. DNSKEY': { aa: true, answer: signed(rolled, by.zone) },
  };
  const chain = await later();
  expect([chain.verdict.is, chain.keys[0]?.length]).toEqual(['secure', 2]);
});

it('is forgotten after a while, and asked for again soon', async () => {
  const { world, look, later } = keeping(above);
  await look();
  world[resolver] = noResolver;
  expect((await later(limits.dnssecRememberedMs)).verdict.is).toBe('indeterminate');
  world[resolver] = above;
  expect((await later(limits.dnssecUnknownMs)).verdict.is).toBe('secure');
});

it('is believed no more once somebody says otherwise', async () => {
  const { world, look, later } = keeping(above);
  await look();
  const delegated = signed(nsec(zone, 'f.org.', 'NS RRSIG NSEC'), by.org);
  world[resolver] = { ...above, 'example.org. DS': { authority: delegated } };
  expect((await later()).verdict.is).toBe('insecure');
  world[resolver] = noResolver;
  expect((await later()).verdict.is).toBe('insecure');
});

it('a DS that fits no key stays one while resolvers are silent', async () => {
  const wrong = signed(ds(zone, dsFor(zone, signingKey(15))), by.org);
  const { world, look, later } = keeping({ ...above, 'example.org. DS': { answer: wrong } });
  expect((await look()).verdict.is).toBe('bogus');
  world[resolver] = noResolver;
  expect((await later(limits.dnssecKeysAgainMs)).verdict.is).toBe('bogus');
});
