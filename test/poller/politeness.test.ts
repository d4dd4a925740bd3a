import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseName } from '../../src/dns/name.ts';
import { type Resolver } from '../../src/propagation/watched.ts';
import { type Asked, expected, type Habit, newSet, resolver } from './caches.ts';
import { site } from './site.ts';

/** The most that were asked in any stretch of time beyond what the rate gives. */
function excess(times: readonly number[], perSecond: number): number {
  let most = 0;
  for (let from = 0; from < times.length; from++)
    for (let to = from; to < times.length; to++) {
      const seconds = ((times[to] ?? 0) - (times[from] ?? 0)) / 1000;
      most = Math.max(most, to - from + 1 - seconds * perSecond);
    }
  return most;
}

const habits = fc.constantFrom<Habit>(
  ...([{ is: 'plain' }, { is: 'floor', ttl: 300 }, { is: 'stale' }] as const),
  ...([{ is: 'farm', size: 3 }, { is: 'silent' }, { is: 'refusing' }] as const),
);

const population = fc.array(
  fc.record({
    habit: habits,
    operator: fc.integer({ min: 0, max: 3 }),
    tier: fc.constantFrom('core', 'core', 'regional'),
    anycast: fc.boolean(),
  }),
  { minLength: 1, maxLength: 12 },
);

const run = fc.record({
  people: population,
  names: fc.integer({ min: 1, max: 3 }),
  total: fc.integer({ min: 1, max: 20 }),
  operator: fc.integer({ min: 1, max: 4 }),
  seed: fc.nat(1000),
  /** Who watches is stopped and begins anew, this often. */
  restarts: fc.array(fc.integer({ min: 1, max: 40_000 }), { maxLength: 3 }),
});

describe('politeness', () => {
  it('is kept in every stretch of time, whatever is watched and however often it begins anew', async () => {
    await fc.assert(
      fc.asyncProperty(run, async ({ people, names, restarts, seed, ...politeness }) => {
        const resolvers: readonly Resolver[] = people.map(({ operator, tier, anycast }, i) =>
          resolver(i, { operator: `op${String(operator)}`, tier, anycast }),
        );
        const byAddress = Object.fromEntries(
          resolvers.map(({ addresses }, i) => [addresses[0] ?? '', people[i]!.habit]),
        );
        const { net, watch, pass, up } = site(byAddress, { politeness, seed });
        const expectation = expected({ new: newSet, swappedAt: up(), authorityNewSince: up() });
        for (const ms of [...restarts, 90_000]) {
          const watches = Array.from({ length: names }, (_, i) => {
            const key = { name: parseName(`n${String(i)}.example.org`), type: 'MX' };
            return watch({ key, resolvers, expectation: { ...expectation, key } });
          });
          await pass(ms);
          net.authority.rdata = newSet;
          for (const one of watches) one.abort();
        }
        const timesOf = (some: readonly Asked[]) => some.map(({ at }) => at);
        expect(excess(timesOf(net.asked), politeness.total)).toBeLessThanOrEqual(
          resolvers.length + 0.01,
        );
        for (const name of new Set(resolvers.map(({ operator }) => operator))) {
          const own = resolvers.filter(({ operator }) => operator === name);
          const addresses = own.flatMap(one => one.addresses);
          const times = timesOf(net.asked.filter(({ address }) => addresses.includes(address)));
          // A few tokens at least, for the looks around the end of an entry.
          const most = Math.max(3, own.length);
          expect(excess(times, politeness.operator)).toBeLessThanOrEqual(most + 0.01);
        }
        for (const { tier, addresses } of resolvers) {
          if (tier !== 'regional') continue;
          const times = timesOf(net.asked.filter(({ address }) => addresses.includes(address)));
          expect(excess(times, 1 / 60)).toBeLessThanOrEqual(1.01);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('who waits longest goes first: no RRset starves beside many others', async () => {
    const { net, watch, pass } = site({}, { politeness: { total: 5, operator: 1 } });
    const resolvers = Array.from({ length: 5 }, (_, i) => resolver(i));
    for (let i = 0; i < 40; i++) {
      const key = { name: parseName(`n${String(i)}.example.org`), type: 'MX' } as const;
      watch({ mode: 'baseline', key, resolvers });
    }
    await pass(60_000);
    const counts = new Map<string, number>();
    for (const { name } of net.asked) counts.set(name, (counts.get(name) ?? 0) + 1);
    expect([...counts.values()]).toEqual(Array.from({ length: 40 }, () => 5));
    const order = net.asked.map(({ name }) => name);
    // Each resolver goes through the names in the order in which they came.
    expect(order.lastIndexOf('n0.example.org.')).toBeLessThan(order.indexOf('n20.example.org.'));
  });
});

describe('a thousand RRsets at a hundred resolvers', () => {
  it('cost one timer, and work for what is asked only', async () => {
    const { net, watch, pass, poller, work } = site(
      {},
      { politeness: { total: 1000, operator: 10 } },
    );
    const resolvers = Array.from({ length: 100 }, (_, i) => resolver(i));
    const watches = Array.from({ length: 1000 }, (_, i) => {
      const key = { name: parseName(`n${String(i)}.example.org`), type: 'MX' } as const;
      return watch({ key, resolvers, expectation: expected({ key }) });
    });
    await pass(0);
    expect(poller.sizes).toMatchObject({ sessions: 100_000, resolvers: 100 });
    const before = { ...work, asked: net.asked.length };
    await pass(10_000);
    const asked = net.asked.length - before.asked;
    expect(asked).toBeGreaterThan(9000);
    // Each question is planned once and wakes nobody but its own resolver.
    expect(work.chances - before.chances).toBeLessThan(3 * asked);
    expect(work.sleeps - before.sleeps).toBeLessThan(3 * asked);
    for (const one of watches) one.abort();
    expect(poller.sizes).toMatchObject({ sessions: 0, timers: 0 });
  });
});
