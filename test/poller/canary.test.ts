import { describe, expect, it } from 'vitest';
import { type Measured, type Rehearsed } from '../../src/cutover/canary.ts';
import { parseName } from '../../src/dns/name.ts';
import { type Key, rrset } from '../../src/dns/rrset.ts';
import { openCanary } from '../../src/poller/canary.ts';
import { makePoller } from '../../src/poller/poller.ts';
import { usualPoliteness } from '../../src/poller/policy.ts';
import { type Learnt } from '../../src/propagation/learnt.ts';
import { type Resolver } from '../../src/propagation/watched.ts';
import { type Cache, cacheOf, type Habit } from '../../src/rehearsal/cache.ts';
import { seededChance } from '../../src/rehearsal/chance.ts';
import * as habits from '../../src/rehearsal/habits.ts';
import { memoryNetwork, resolverOf } from '../../src/rehearsal/network.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const domain = parseName('example.org');
const never = new AbortController().signal;
const ttl = 20;
const value = (which: string, name = '*._dns-cutover.example.org') =>
  rrset({ name: parseName(name), type: 'TXT', ttl, rdata: [`"value=${which}"`] });
const values = { first: value('first'), second: value('second') };

/** The first answer is passed on as it came; what is cached of it lives for the floor (dnsmasq). */
function unclampedAtFirst(cache: Cache): Cache {
  const seen = new Set<string>();
  return {
    ...cache,
    answer: key => {
      const reply = cache.answer(key);
      if (reply === null || seen.has(key.name)) return reply;
      seen.add(key.name);
      const answer = reply.said.answer?.map(set => ({ ...set, ttl }));
      return { ...reply, said: { ...reply.said, ...(answer && { answer }) } };
    },
  };
}

interface Row {
  readonly habit: Habit;
  readonly as?: (cache: Cache) => Cache;
  readonly more?: Partial<Resolver>;
  /** Another row whose cache it is. */
  readonly like?: string;
}

/** Resolvers with these habits before a zone that has a canary. */
async function world(rows: Readonly<Record<string, Row>>) {
  const clock = virtualClock();
  const own = clock.clockFor(act => {
    act();
  });
  const network = memoryNetwork(own);
  const chance = seededChance(1);
  const zone = { which: 'first' };
  const asked: string[] = [];
  const authority = (key: Key) => ({ aa: true, answer: [value(zone.which, key.name)] });
  const site = { servers: [authority], now: () => clock.truth(), chance };
  const caches = new Map<string, Cache>();
  const resolvers: Resolver[] = [];
  for (const [id, { habit, as = (one: Cache) => one, more, like }] of Object.entries(rows)) {
    const cache = caches.get(like ?? '') ?? as(cacheOf(habit, site));
    caches.set(id, cache);
    const heard = { ...cache, answer: (key: Key) => (asked.push(id), cache.answer(key)) };
    const { address, port } = await network.serve(resolverOf(heard));
    resolvers.push({
      ...{ id, name: id, operator: id, country: null, addresses: [address], port },
      ...{ tier: 'core', weight: 1, anycast: null, ...more },
    });
  }
  const learnt: Learnt[] = [];
  const politeness = async () => usualPoliteness;
  const poller = makePoller({ clock: own, chance, sweep: network.sweep, politeness });
  const store = { saveLearnt: async (all: readonly Learnt[]) => void learnt.push(...all) };
  const canary = openCanary({ clock: own, chance, poller, store })({ domain, values, resolvers });
  const passed = async <T>(doing: Promise<T>): Promise<T> => {
    let over = false;
    const done = (): void => {
      over = true;
    };
    doing.then(done, done);
    await clock.run(() => over, Infinity);
    return doing;
  };
  return {
    ...{ learnt, asked, poller },
    measure: (ms = 240_000): Promise<Measured> => passed(canary.measure(ms, never)),
    change: (ms = 7_200_000): Promise<Rehearsed> => {
      zone.which = 'second';
      return passed(canary.follow(clock.now().up, ms, never));
    },
    abort: async (): Promise<unknown> => {
      const stop = new AbortController();
      const doing = canary.measure(240_000, stop.signal).catch((error: unknown) => error);
      clock.after(1000, () => {
        stop.abort();
      });
      return passed(doing);
    },
  };
}

const found = (learnt: readonly Learnt[]) =>
  Object.fromEntries(
    learnt.map(({ resolver, floor, ceiling, caches }) => [resolver, [floor, ceiling, caches]]),
  );

describe('what a canary shows', () => {
  it('floors, ceilings and caches, of each that gives it', async () => {
    const { measure, learnt } = await world({
      plain: { habit: habits.plain },
      floor: { habit: habits.floor(60) },
      thirty: { habit: habits.floor(30) },
      late: { habit: habits.floor(60), as: unclampedAtFirst },
      ceiling: { habit: habits.ceiling(10) },
      farm: { habit: habits.farm([habits.plain, habits.floor(60)], false) },
      silent: { habit: habits.silent },
      refusing: { habit: habits.refusing },
    });
    const { floors, ...counts } = await measure();
    expect(counts).toEqual({ total: 8, told: 6, floored: 4, cut: 1, farms: 1 });
    expect(floors.map(({ floor }) => Math.round(floor / 2) * 2)).toEqual([60, 60, 60, 30]);
    const all = found(learnt);
    expect(all).toMatchObject({
      ...{ plain: [null, null, 1], floor: [60, null, 1], thirty: [30, null, 1] },
      ...{ ceiling: [null, 10, 1], farm: [60, null, 2], late: [expect.any(Number), null, 1] },
    });
    expect(learnt.every(({ given, from }) => given === ttl && from === 'canary')).toBe(true);
  });

  it('two names for one cache are no ceiling', async () => {
    const { measure, learnt } = await world({
      one: { habit: habits.plain },
      other: { habit: habits.plain, like: 'one' },
    });
    expect(await measure()).toMatchObject({ cut: 0, told: 2 });
    expect(found(learnt)).toMatchObject({ one: [null, null, 1], other: [null, null, 1] });
  });

  it('five questions each, two of who may be asked once a minute, and no more than there is time for', async () => {
    const rows = {
      core: { habit: habits.plain },
      regional: { habit: habits.plain, more: { tier: 'regional' } },
    } as const;
    const { measure, asked } = await world(rows);
    await measure();
    const times = (id: string, all: readonly string[]) => all.filter(one => one === id).length;
    expect([times('core', asked), times('regional', asked)]).toEqual([5, 2]);
    const hurried = await world(rows);
    expect(await hurried.measure(5000)).toMatchObject({ total: 2, told: 2 });
    expect(times('core', hurried.asked)).toBeLessThan(5);
  });
});

describe('the rehearsal', () => {
  it('says when half, 95 % and the last had turned, by weight, and leaves nothing running', async () => {
    const { measure, change, poller } = await world({
      plain: { habit: habits.plain, more: { weight: 3 } },
      floor: { habit: habits.floor(60) },
    });
    await measure();
    const { total, turned, p50, p95, worst, last } = await change();
    expect({ total, turned }).toEqual({ total: 2, turned: 2 });
    expect(p50).toBeLessThanOrEqual(ttl + 1);
    expect(p95).toBe(worst);
    expect(worst).toBeGreaterThan(30);
    expect(worst).toBeLessThanOrEqual(61);
    expect(last.map(({ resolver }) => resolver)).toEqual(['floor', 'plain']);
    expect(poller.sizes.sessions).toBe(0);
  });

  it('who had not turned in time is told as such', async () => {
    const { measure, change } = await world({
      plain: { habit: habits.plain },
      floor: { habit: habits.floor(600) },
    });
    await measure();
    const { turned, p50, worst, last } = await change(40_000);
    expect({ turned, worst, first: last[0] }).toEqual({
      ...{ turned: 1, worst: null, first: { resolver: 'floor', after: null } },
    });
    expect(p50).not.toBeNull();
  });

  it('a canary that is given up ends at once', async () => {
    const { abort, poller } = await world({ silent: { habit: habits.silent } });
    expect(await abort()).toMatchObject({ code: 'ABORTED' });
    expect(poller.sizes.sessions).toBe(0);
  });
});
