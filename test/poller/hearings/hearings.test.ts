import { describe, expect, it } from 'vitest';
import { parseName } from '../../../src/dns/name.ts';
import { addressOf, newSet, resolver } from '../caches.ts';
import { draining, swapped, worlds } from '../keeping.ts';

const s = (seconds: number) => seconds * 1000;
const many = (count: number) => Array.from({ length: count }, (_, i) => resolver(i));

describe('what a watch begins with', () => {
  it('who answered is tried once, never for the MX, and by no other process again', async () => {
    const { net, kept, watch, pass, restart } = worlds();
    const first = watch(draining, many(5));
    await pass(s(20));
    expect(first.last()).toMatchObject({ complete: true, share: 0, counts: { old: 5 } });
    expect(first.last()).not.toHaveProperty('distrust');
    // The name that nobody made, and the name of the machine; to where no machine is besides.
    const names = net.tried.filter(({ address }) => address === addressOf(1)).map(one => one.name);
    expect(names).toEqual([expect.stringMatching(/^[0-9a-f]{16}\.invalid\.$/), 'id.server.']);
    expect(net.tried.some(({ name }) => name === draining.key.name)).toBe(false);
    expect(kept.record.fitness?.hearings).toHaveLength(5);
    const before = net.tried.length;
    first.abort();
    await pass(0);
    restart();
    const again = watch(draining, many(6));
    await pass(s(20));
    expect(again.last()).toMatchObject({ complete: true, counts: { old: 6 } });
    const later = net.tried.slice(before).map(({ address }) => address);
    expect(new Set(later)).toEqual(new Set([addressOf(5)]));
  });

  it('nobody counts before it was heard', async () => {
    const { net, clock, watch, pass } = worlds();
    net.authority.rdata = newSet;
    const all = [resolver(0), resolver(1, { tier: 'regional' })];
    const running = watch(swapped(clock.now()), all);
    await pass(s(10));
    expect(running.last()).toMatchObject({ complete: false, share: 1, counts: { new: 1 } });
    // One question a minute is all that it is asked.
    await pass(s(60));
    expect(running.last()).toMatchObject({ complete: true, counts: { new: 2 } });
  });

  it('keeps to the budget with as many as there are: a burst of one each, and 20 a second', async () => {
    const { net, watch, pass } = worlds({}, { zone: parseName('example.org') });
    const all = Array.from({ length: 148 }, (_, i) =>
      resolver(i, { tier: i < 32 ? 'core' : 'regional' }),
    );
    const running = watch(draining, all);
    await pass(s(60));
    const core = () =>
      all.slice(0, 32).map(({ addresses: [at] }) => net.tried.filter(one => one.address === at));
    // The SOA, the name that nobody made, and who it is.
    expect(core().every(questions => questions.length === 3)).toBe(true);
    await pass(s(200));
    expect(running.last()).toMatchObject({ complete: true, counts: { old: 148 } });
    const times = [...net.asked, ...net.tried]
      .filter(({ address }) => all.some(({ addresses }) => addresses.includes(address)))
      .map(({ at }) => at)
      .sort((a, b) => a - b);
    expect(times).toHaveLength(148 * 4);
    const allowed = (ms: number) => 148 + ms / 50;
    for (const [from, begin] of times.entries())
      for (let to = from; to < times.length; to += 37)
        expect(to - from + 1).toBeLessThanOrEqual(allowed((times[to] ?? 0) - begin) + 1e-6);
    const regional = net.tried.filter(({ address }) => address === addressOf(147));
    const first = net.asked.find(({ address }) => address === addressOf(147))?.at ?? 0;
    expect(regional.map(({ at }) => Math.floor((at - first) / 60_000))).toEqual([1, 2, 3]);
  });

  it('asks for the SOA where the zone is known, and of authority what the denial reaches', async () => {
    const { net, watch, pass } = worlds({}, { zone: parseName('example.org') });
    watch(draining, many(1));
    await pass(s(20));
    const names = net.tried.filter(({ address }) => address === addressOf(0)).map(one => one.name);
    expect(names[0]).toBe('example.org.');
    expect(names[1]).toMatch(/^0-dns-cutover-[0-9a-f]{16}\.example\.org\.$/);
  });
});

describe('two watches', () => {
  it('of one process hear each resolver once, and both know of it', async () => {
    const { net, watch, pass } = worlds({}, { zone: parseName('example.org') });
    const first = watch(draining, many(4));
    await pass(s(20));
    const before = net.tried.length;
    const second = watch({ ...draining, old: [newSet] }, many(5), undefined, 'example.net.1');
    const third = watch({ ...draining, old: [newSet] }, many(5), undefined, 'example.com.1');
    await pass(s(20));
    for (const one of [first, second, third]) expect(one.last()).toMatchObject({ complete: true });
    const later = net.tried.slice(before).filter(({ address }) => address !== addressOf(9999));
    expect(new Set(later.map(({ address }) => address))).toEqual(new Set([addressOf(4)]));
    expect(later).toHaveLength(3);
  });
});

describe('many watches of one resolver that may be asked once a minute', () => {
  const subjects = Array.from({ length: 40 }, (_, i) => ({
    key: { ...draining.key, name: parseName(`n${String(i)}.example.org`) },
    id: `n${String(i)}`,
  }));
  const all = [resolver(0), resolver(1), resolver(2, { tier: 'regional', weight: 0.02 })];

  it('wait for its hearing before their first questions: else whoever it answers first waits longest', async () => {
    const { net, clock, watch, pass } = worlds();
    net.authority.rdata = newSet;
    const at = clock.now();
    const running = subjects.map(({ id, key }) =>
      watch({ ...swapped(at), key }, all, undefined, id),
    );
    await pass(15 * s(60));
    const late = running.filter(({ told }) => !told.some(({ news }) => news.complete));
    expect(late).toHaveLength(0);
  });

  it('share what is heard of it again after hours, too', async () => {
    const { net, clock, watch, pass } = worlds();
    net.authority.rdata = newSet;
    const at = clock.now();
    const some = [resolver(0), resolver(1)];
    const running = subjects
      .slice(0, 9)
      .map(({ id, key }) => watch({ ...swapped(at), key }, some, undefined, id));
    await pass(s(60));
    const before = net.tried.filter(({ address }) => address === addressOf(0)).length;
    await pass(s(9 * 3600));
    expect(before).toBe(2);
    expect(net.tried.filter(({ address }) => address === addressOf(0))).toHaveLength(4);
    for (const one of running) expect(one.last()).toMatchObject({ complete: true, share: 1 });
  });
});

describe('who is found unfit', () => {
  it('cannot tell, is named, and is neither old nor new', async () => {
    const { net, clock, watch, pass } = worlds({}, { zone: parseName('example.org') });
    net.trial.set(addressOf(0), { soa: 2 });
    net.trial.set(addressOf(1), { invents: true });
    net.authority.rdata = newSet;
    const running = watch(swapped(clock.now()), many(4));
    await pass(s(30));
    expect(running.last()).toMatchObject({
      ...{ complete: true, share: 1, counts: { new: 2, refused: 2 }, ableToTell: 0.5 },
      quarantined: [
        { resolver: 'r0', why: 'does not resolve example.org (SERVFAIL)' },
        { resolver: 'r1', why: 'answers for a name that does not exist' },
      ],
    });
  });

  it('is heard again after minutes, once it answers', async () => {
    const { net, clock, watch, pass } = worlds({}, { zone: parseName('example.org') });
    net.trial.set(addressOf(0), { soa: 2 });
    net.authority.rdata = newSet;
    const running = watch(swapped(clock.now()), many(3));
    await pass(s(30));
    expect(running.last()).toMatchObject({ counts: { new: 2, refused: 1 } });
    net.trial.clear();
    await pass(s(1300));
    expect(running.last()).toMatchObject({ counts: { new: 3 } });
    expect(running.last()).not.toHaveProperty('quarantined');
  });

  it('that shares the entries of another counts once', async () => {
    const { net, clock, watch, pass } = worlds({}, { zone: parseName('example.org') });
    net.trial.set(addressOf(1), { behind: addressOf(0) });
    net.authority.rdata = newSet;
    const all = [resolver(0), resolver(1, { tier: 'regional' }), resolver(2)];
    const running = watch(swapped(clock.now()), all);
    await pass(s(200));
    expect(running.last()).toMatchObject({
      counts: { new: 2, refused: 1 },
      quarantined: [{ resolver: 'r1', why: expect.stringContaining('same cache as r0') as string }],
    });
  });
});

describe('a network that begins to answer for others while a swap spreads', () => {
  const lagging = { [addressOf(3)]: { is: 'lagging' } as const };

  it('is found out when somebody turns, and there is no share from then on', async () => {
    const { net, clock, watch, pass } = worlds(lagging);
    net.authority.rdata = newSet;
    const running = watch(swapped(clock.now()), many(4));
    await pass(s(30));
    expect(running.last()).toMatchObject({ complete: true, share: 3 / 4 });
    await pass(s(60));
    net.way.intercepted = true;
    await pass(s(150));
    expect(running.last()).toMatchObject({
      ...{ complete: true, share: null, counts: { new: 0, refused: 4 } },
      distrust: { why: expect.stringContaining('on this network') as string },
    });
  });

  it('is found out as well where it does for seconds, soon after somebody else turned', async () => {
    const { net, clock, watch, pass } = worlds({
      ...lagging,
      [addressOf(0)]: { is: 'floor', ttl: 120 },
    });
    const question = { name: draining.key.name, type: 'MX', recursive: true, dnssec: false };
    void net.ask(question, { address: addressOf(0), port: 53 }, new AbortController().signal);
    await pass(s(20));
    net.authority.rdata = newSet;
    const running = watch(swapped(clock.now()), many(4));
    await pass(s(110));
    expect(running.last()).toMatchObject({ share: 3 / 4, flipped: 1 });
    net.way.intercepted = true;
    await pass(s(15));
    net.way.intercepted = false;
    await pass(s(60));
    expect(running.last()).toMatchObject({ share: null, counts: { new: 0, refused: 4 } });
  });

  it('what was heard meanwhile counts no more when that is over, until each was asked again', async () => {
    const lagging = [3, 4, 5].map(id => [addressOf(id), { is: 'lagging' }] as const);
    const { net, clock, watch, pass } = worlds(Object.fromEntries(lagging));
    const prime = (id: number) =>
      net.ask(
        { name: draining.key.name, type: 'MX', recursive: true, dnssec: false },
        { address: addressOf(id), port: 53 },
        new AbortController().signal,
      );
    // Their entries end one after the other.
    void prime(5);
    await pass(s(15));
    void prime(4);
    await pass(s(25));
    net.authority.rdata = newSet;
    const running = watch(swapped(clock.now()), many(6));
    await pass(s(90));
    net.way.intercepted = true;
    await pass(s(300));
    const before = running.told.length;
    expect(running.last()).toHaveProperty('distrust');
    net.way.intercepted = false;
    await pass(s(3600));
    const later = running.told.slice(before).map(({ news }) => news);
    expect(later.filter(({ counts }) => (counts['new'] ?? 0) > 3)).toEqual([]);
    expect(running.last()).toMatchObject({ complete: true, share: 3 / 6, counts: { new: 3 } });
    expect(running.last()).not.toHaveProperty('distrust');
  });
});

describe('a network that answers for others', () => {
  it('has no share, and says what helps; when it is mended there is one', async () => {
    const { net, clock, watch, pass } = worlds();
    for (const { addresses } of many(4))
      net.trial.set(addresses[0] ?? '', { idServer: 'gateway7.isp.example' });
    net.authority.rdata = newSet;
    const running = watch(swapped(clock.now()), many(4));
    await pass(s(60));
    expect(running.last()).toMatchObject({
      ...{ complete: true, share: null },
      distrust: {
        why: expect.stringContaining('one cache') as string,
        remedy: expect.stringContaining('another network') as string,
      },
    });
    net.trial.clear();
    await pass(s(2000));
    expect(running.last()).toMatchObject({ complete: true, share: 1 });
    expect(running.last()).not.toHaveProperty('distrust');
  });
});
