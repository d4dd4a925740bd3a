import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { parseName } from '../../src/dns/name.ts';
import { keyText, rrset } from '../../src/dns/rrset.ts';
import { isFault } from '../../src/errors.ts';
import { observe } from '../../src/propagation/cachestate.ts';
import { observationOf } from '../../src/propagation/observation.ts';
import { stragglerOf } from '../../src/propagation/straggler.ts';
import { type Resolver, type Watched } from '../../src/propagation/watched.ts';
import { cachesText } from '../../src/rehearsal/caches-text.ts';
import { seededChance } from '../../src/rehearsal/chance.ts';
import { openInternet, type Internet } from '../../src/rehearsal/internet.ts';
import { loopbackNetwork } from '../../src/rehearsal/loopback.ts';
import { memoryNetwork, type Network } from '../../src/rehearsal/network.ts';
import { pacedClock } from '../../src/rehearsal/paced-clock.ts';
import { storyOf } from '../../src/rehearsal/story.ts';
import { virtualClock } from '../../src/rehearsal/virtual-clock.ts';
import { plain } from '../../src/view/table.ts';

const key = { name: parseName('example.org'), type: 'MX' };
const older = rrset({ ...key, ttl: 300, rdata: ['10 old.example'] });
const newer = rrset({ ...key, ttl: 300, rdata: ['10 new.example'] });
const never = new AbortController().signal;
const question = { ...key, recursive: true, dnssec: false };
const wall = Date.UTC(2026, 11, 1);

/** The caches before the swap, or as soon as `turn` was called, after it. */
async function open(network: Network, clock: ReturnType<typeof virtualClock>) {
  let served = older;
  const view = { apex: key.name, get: () => served, exists: () => true };
  const nodes = [view, view, view];
  const chance = seededChance(1);
  const world = { network, clock, chance, nodes, keys: [key], swapped: [newer] };
  return { internet: await openInternet(world), turn: () => (served = newer) };
}

const at = ({ addresses: [address = ''], port }: Resolver) => ({ address, port });

/** What each resolver answers, by its id: `old 300`, `SERVFAIL`, `silent`. */
async function answers({ resolvers }: Internet, { sweep }: Network) {
  const one = async (resolver: Resolver): Promise<readonly [string, string]> => {
    try {
      const { message } = await sweep.ask(question, at(resolver), never);
      const [record] = message.answer;
      const host = / (?:mx\.)?(\w+)\./.exec(record?.rdata ?? '')?.[1];
      return [resolver.id, host ?? message.rcodeName];
    } catch (error) {
      expect(isFault(error, 'UNAVAILABLE')).toBe(true);
      return [resolver.id, 'silent'];
    }
  };
  return Object.fromEntries(await Promise.all(resolvers.map(one)));
}

const deniers = ['silent', 'refusing', 'filtering', 'forging', 'hasty'];

/** What is heard before the swap, whoever carries the questions. */
function expectBefore(heard: Readonly<Record<string, string>>): void {
  expect(heard).toMatchObject({
    ...{ silent: 'silent', refusing: 'REFUSED', filtering: 'captive', forging: 'captive' },
    hasty: 'new',
  });
  const honest = Object.keys(heard).filter(id => !deniers.includes(id));
  expect(honest.length).toBeGreaterThanOrEqual(12);
  expect(new Set(honest.map(id => heard[id]))).toEqual(new Set(['old']));
}

describe('the internet of a rehearsal', () => {
  it('answers in memory, each cache after its habit', async () => {
    const clock = virtualClock(wall);
    const network = memoryNetwork(clock);
    const { internet, turn } = await open(network, clock);
    expectBefore(await answers(internet, network));
    turn();
    await clock.sleep(8_000_000, never);
    const after = await answers(internet, network);
    const turned = Object.keys(after).filter(id => after[id] === 'new');
    // Who serves stale data answers old once more when nobody else asked it.
    expect([...turned, ...deniers.slice(0, 4), 'stale', 'stale-silent'].sort()).toEqual(
      Object.keys(after).sort(),
    );
    await internet.close();
  });

  it('answers on loopback as well, and leaves nothing behind', async () => {
    const clock = pacedClock(wall, 10);
    const network = loopbackNetwork(clock);
    const { internet } = await open(network, clock);
    expectBefore(await answers(internet, network));
    // Nobody was heard before time passed, and the silent one was waited for.
    const waited = (id: string) =>
      network.waitedMs(at(internet.resolvers.find(one => one.id === id)!));
    expect(waited('silent')).toBeGreaterThan(1000);
    expect(waited('slow')).toBeGreaterThanOrEqual(1200);
    expect(internet.late('silent')).toBe(false);
    await internet.close();
    await network.close();
    for (const { port } of internet.resolvers) {
      const udp = createSocket('udp4').bind(port, '127.0.0.1');
      await once(udp, 'listening');
      udp.close();
    }
  });
});

describe('the story of the caches', () => {
  const expectation = {
    ...{ key, old: [older.rdata], new: newer.rdata, ttl: { old: 300, low: 300 }, lowSince: 0 },
    ...{ swappedAt: wall, authorityNewSince: wall },
  };

  it('says when a cache is called new that holds the old set, or what it is not', async () => {
    const clock = virtualClock(wall);
    const network = memoryNetwork(clock);
    const { internet } = await open(network, clock);
    const told: string[] = [];
    const story = storyOf(internet, { tell: what => told.push(what), meddled: () => false });
    const watched = async (id: string, lie = false): Promise<Watched> => {
      const resolver = internet.resolvers.find(one => one.id === id)!;
      const { message } = await network.sweep.ask(question, at(resolver), never);
      const now = clock.now().wall;
      const asking = {
        ...{ resolver: id, address: '', transport: 'udp' as const },
        ...{ asked: now, received: now, rttMs: 1 },
      };
      const [record] = message.answer;
      const forged = { ...message, answer: [{ ...record!, rdata: newer.rdata[0]! }] };
      const reply = { message: lie ? forged : message };
      const state = observe(null, observationOf(asking, key, reply), expectation);
      const straggler = stragglerOf(state, expectation);
      return { key: keyText(key), resolver, state, straggler, spells: [] };
    };
    story.hear([await watched('plain'), await watched('unused', true), await watched('forging')]);
    const filtered = await watched('ceiling');
    story.hear([
      { ...filtered, straggler: { ...filtered.straggler!, cause: 'filtered or rewritten' } },
    ]);
    expect(story.rows().map(({ id, verdict, right }) => [id, verdict, right])).toEqual([
      ['plain', 'old', true],
      ['unused', 'new', false],
      ['ceiling', 'old', false],
      ['forging', 'other', true],
    ]);
    expect(told).toEqual(['caches: 1 of 3 new, 1 old, 1 something else']);
    await internet.close();
  });

  it('holds nothing against the monitor that it could not hear in time, and says so', async () => {
    const clock = virtualClock(wall);
    const { internet } = await open(memoryNetwork(clock), clock);
    const [resolver] = internet.resolvers;
    const asking = {
      ...{ resolver: resolver!.id, address: '', transport: 'udp' as const },
      ...{ asked: wall, received: wall, rttMs: 1 },
    };
    const late = observationOf(asking, key, { error: new Error('no answer within 150 ms') });
    const state = observe(null, late, expectation);
    const straggler = stragglerOf(state, expectation);
    const rows = (busy: boolean) => {
      const told = { tell: () => undefined, meddled: () => false };
      const story = storyOf({ ...internet, late: () => busy }, told);
      story.hear([{ key: keyText(key), resolver: resolver!, state, straggler, spells: [] }]);
      return story.rows();
    };
    const look = { width: 200, ascii: true, paint: plain, zone: 'UTC', now: wall };
    expect(rows(false)).toMatchObject([{ verdict: 'silent', late: false, right: false }]);
    expect(rows(true)).toMatchObject([{ verdict: 'silent', late: true, right: true }]);
    expect(cachesText(rows(false), look)).not.toContain('busy');
    expect(cachesText(rows(true), look)).toContain('this machine was too busy');
    await internet.close();
  });
});
