import { describe, expect, it } from 'vitest';
import { parseName } from '../../src/dns/name.ts';
import { type CacheState } from '../../src/propagation/cachestate.ts';
import { addressOf, expected, newSet, resolver } from './caches.ts';
import { site } from './site.ts';

const s = (seconds: number) => seconds * 1000;
const many = (count: number) => Array.from({ length: count }, (_, i) => resolver(i));
const nothing = { sessions: 0, timers: 0 };

describe('a baseline', () => {
  it('is one question of each at once, and then silence', async () => {
    const { net, watch, pass } = site();
    const baseline = watch({ mode: 'baseline', resolvers: many(30) });
    await pass(s(1));
    expect(net.asked).toHaveLength(30);
    expect(baseline.end()).toBe('done');
    await pass(s(7200));
    expect(net.asked).toHaveLength(30);
    expect([...baseline.states.values()].every(({ verdict }) => verdict === 'old')).toBe(true);
  });

  it('who is silent is tried three times', async () => {
    const { net, watch, pass, poller } = site({ [addressOf(0)]: { is: 'silent' } });
    const baseline = watch({ mode: 'baseline', resolvers: [resolver(0)] });
    await pass(s(7200));
    expect(net.asked).toHaveLength(3);
    expect(baseline.end()).toBe('done');
    expect(baseline.states.get('r0')?.verdict).toBe('silent');
    expect(poller.sizes).toMatchObject(nothing);
  });

  it('nobody is asked between it and the swap; all of them at once after it', async () => {
    const { net, watch, pass, up } = site();
    const resolvers = many(20);
    const baseline = watch({ mode: 'baseline', resolvers });
    await pass(s(3600));
    net.authority.rdata = newSet;
    const swappedAt = up();
    const known = baseline.states;
    const expectation = expected({ new: newSet, swappedAt, authorityNewSince: swappedAt });
    const after = watch({ resolvers, expectation, known });
    await pass(s(1));
    const times = net.asked.map(({ at }) => at).slice(20);
    expect(times).toHaveLength(20);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(swappedAt);
    expect([...after.states.values()].every(({ verdict }) => verdict === 'new')).toBe(true);
  });
});

describe('a look', () => {
  it('asks again shortly where the answer was stale', async () => {
    const { net, watch, pass } = site({ [addressOf(0)]: { is: 'stale' } });
    watch({ mode: 'baseline', resolvers: [resolver(0)] });
    await pass(s(100));
    net.authority.rdata = newSet;
    const look = watch({ mode: 'look', resolvers: [resolver(0)] });
    await pass(s(3));
    expect(look.end()).toBe('done');
    expect(net.asked).toHaveLength(3);
    expect(look.states.get('r0')?.last.outcome).toMatchObject({ rdata: newSet });
  });

  it('nobody to ask: over at once', async () => {
    const { watch, pass } = site();
    const look = watch({ mode: 'look', resolvers: [] });
    await pass(0);
    expect(look.end()).toBe('done');
  });
});

describe('a watch', () => {
  it('hears of the end of an entry within a little more than a second', async () => {
    const { net, clock, watch, pass, up } = site();
    const resolvers = many(20);
    const began = up();
    const ends = resolvers.map(({ addresses }, i) => {
      const at = i * 2977 + i * 13;
      clock.after(at, () => {
        const signal = new AbortController().signal;
        const question = {
          name: parseName('example.org'),
          type: 'MX',
          recursive: true,
          dnssec: false,
        } as const;
        void net.ask(question, { address: addresses[0] ?? '', port: 53 }, signal);
      });
      return began + at + 5 + s(60);
    });
    await pass(s(59));
    net.authority.rdata = newSet;
    const expectation = expected({ new: newSet, swappedAt: up(), authorityNewSince: up() });
    const watching = watch({ resolvers, expectation });
    await pass(s(130));
    const lags = ends.map(
      (end, i) => (watching.states.get(`r${String(i)}`)?.newSince ?? Infinity) - end,
    );
    // A second is lost to TTLs in whole seconds, a tenth to chance.
    expect(Math.max(...lags)).toBeLessThanOrEqual(1120);
    expect(Math.min(...lags)).toBeGreaterThan(0);
    // A look at first, some around the end, and one that makes it certain.
    expect(net.asked.length).toBeLessThanOrEqual(20 * 8);
    expect(watching.end()).toBeNull();
  });

  it('two of the same RRset share one question, each on its own clock', async () => {
    const { net, watch, pass } = site();
    const one = watch({ resolvers: [resolver(0)] });
    const other = watch({ resolvers: [resolver(0)], offset: s(1_000_000) });
    await pass(s(300));
    expect(one.heard()).toBe(net.asked.length);
    expect(other.heard()).toBe(net.asked.length);
    const [here, there] = [one.states.get('r0'), other.states.get('r0')];
    expect((there?.last.received ?? 0) - (here?.last.received ?? 0)).toBe(s(1_000_000));
    expect(there?.verdict).toBe('old');
    one.abort();
    const before = other.heard();
    await pass(s(300));
    expect(other.heard()).toBeGreaterThan(before);
  });

  it('other RRsets are other questions, in the same budget', async () => {
    const { net, watch, pass } = site();
    const names = ['a', 'b', 'c', 'd', 'e', 'f'].map(label => parseName(`${label}.example.org`));
    for (const name of names)
      watch({ mode: 'look', resolvers: [resolver(0)], key: { name, type: 'MX' } });
    await pass(s(10));
    const times = net.asked.map(({ at }) => at);
    expect(net.asked.map(({ name }) => name)).toEqual(names);
    expect(Math.max(...times) - Math.min(...times)).toBeGreaterThanOrEqual(s(3));
  });

  it('REFUSED is never asked again, nor by who comes later', async () => {
    const { net, watch, pass } = site({ [addressOf(0)]: { is: 'refusing' } });
    const one = watch({ resolvers: [resolver(0)] });
    await pass(s(7200));
    const other = watch({ mode: 'look', resolvers: [resolver(0)] });
    await pass(s(7200));
    expect(net.asked).toHaveLength(1);
    expect([one, other].map(({ states }) => states.get('r0')?.verdict)).toEqual([
      ...['refused', 'refused'],
    ]);
    expect(other.end()).toBe('done');
    expect(one.end()).toBeNull();
  });

  it('the next address is asked after a silence where nobody was heard', async () => {
    const addresses = [addressOf(0), addressOf(1)];
    const { net, watch, pass } = site({ [addressOf(0)]: { is: 'silent' } });
    const watching = watch({ resolvers: [resolver(0, { addresses })] });
    await pass(s(30));
    expect(net.asked.slice(0, 2).map(({ address }) => address)).toEqual(addresses);
    expect(watching.states.get('r0')?.verdict).toBe('old');
  });

  it('a farm is asked in odd bursts, from other source ports, until all of it has turned', async () => {
    const { net, watch, pass, up, renewed } = site({ [addressOf(0)]: { is: 'farm', size: 2 } });
    const resolvers = [resolver(0)];
    let known: ReadonlyMap<string, CacheState> = new Map();
    for (let looks = 0; looks < 3; looks++) {
      const look = watch({ mode: 'look', resolvers, known: new Map() });
      await pass(s(10));
      known = new Map([...known, ...look.states]);
    }
    net.authority.rdata = newSet;
    const expectation = expected({ new: newSet, swappedAt: up(), authorityNewSince: up() });
    const watching = watch({ resolvers, expectation, known });
    await pass(s(300));
    const state = watching.states.get('r0');
    expect(state?.interleaved).toBe(true);
    expect(state?.verdict).toBe('new');
    expect(renewed()).toBeGreaterThan(5);
  });

  it('an anycast address gives eleven samples', async () => {
    const { net, watch, pass, up } = site();
    net.authority.rdata = newSet;
    const expectation = expected({ new: newSet, swappedAt: up(), authorityNewSince: up() });
    watch({ resolvers: [resolver(0, { anycast: true }), resolver(1)], expectation });
    await pass(s(60));
    expect(net.asked.filter(({ address }) => address === addressOf(0))).toHaveLength(11);
    expect(net.asked.filter(({ address }) => address === addressOf(1))).toHaveLength(1);
    await pass(s(640));
    expect(net.asked).toHaveLength(14);
  });
});
