import { describe, expect, it } from 'vitest';
import { Fault } from '../../src/errors.ts';
import { type WatchRecord } from '../../src/propagation/watched.ts';
import { addressOf, type Habit, newSet, resolver } from './caches.ts';
import { draining, swapped, worlds } from './keeping.ts';

const s = (seconds: number) => seconds * 1000;
const many = (count: number) => Array.from({ length: count }, (_, i) => resolver(i));
const habits = (...of: readonly Habit[]) =>
  Object.fromEntries(of.map((habit, i) => [addressOf(i), habit]));
const plain: Habit = { is: 'plain' };

/** The shortest time between two of them. */
const closest = (times: readonly number[]): number =>
  Math.min(Infinity, ...times.slice(1).map((at, i) => at - (times[i] ?? 0)));

describe('before the swap', () => {
  it('one question each; what was heard is kept and told; then nothing more', async () => {
    const { net, kept, watch, pass } = worlds(habits({ is: 'floor', ttl: 300 }));
    const running = watch(draining, many(5));
    await pass(s(3600));
    expect(net.asked).toHaveLength(5);
    expect(running.last()).toMatchObject({
      ...{ complete: true, share: 0, ableToTell: 1, total: 5, counts: { old: 5, new: 0 } },
      ...{ flipped: 0, cold: 0, unexplained: 0, forecast: { worst: 303 } },
      entry: { resolver: 'r0' },
    });
    expect(running.told.length).toBeLessThan(5);
    expect(kept.record.watched).toHaveLength(5);
    expect(kept.record.watched.flatMap(({ spells }) => spells)).toEqual([]);
    expect(kept.learnt).toMatchObject([{ resolver: 'r0', floor: 300, from: 'watch' }]);
    expect(running.end()).toBeNull();
    running.abort();
    await pass(0);
    expect(running.end()).toMatchObject({ code: 'ABORTED' });
  });

  it('who was asked is not asked again by another process; who was not is', async () => {
    const { net, watch, pass, restart } = worlds();
    const before = watch(draining, many(5));
    await pass(s(10));
    before.abort();
    await pass(0);
    restart();
    const after = watch(draining, many(6));
    await pass(s(10));
    expect(net.asked).toHaveLength(6);
    expect(after.last()).toMatchObject({ complete: true, counts: { old: 6 } });
  });

  it('nobody to ask: complete, and nobody can tell', async () => {
    const { watch, pass } = worlds();
    const running = watch(draining, []);
    await pass(s(2));
    expect(running.last()).toMatchObject({ complete: true, share: null, ableToTell: null });
  });
});

describe('after the swap', () => {
  it('follows it to the end, telling and keeping at most once a second', async () => {
    const { net, kept, clock, watch, pass } = worlds(habits(plain, { is: 'floor', ttl: 300 }));
    const baseline = watch(draining, many(8));
    await pass(s(500));
    baseline.abort();
    // People ask, too.
    for (const { addresses } of many(8)) {
      const question = { name: draining.key.name, type: 'MX', recursive: true, dnssec: false };
      const at = { address: addresses[0] ?? '', port: 53 };
      void net.ask({ ...question, type: 'MX' }, at, new AbortController().signal);
    }
    await pass(s(1));
    net.authority.rdata = newSet;
    const running = watch(swapped(clock.now()), many(8));
    await pass(s(20));
    expect(running.last()).toMatchObject({ complete: true, share: 0, unexplained: 0 });
    expect(running.last()?.laggards[0]).toMatchObject({
      ...{ resolver: 'r1', cause: 'raises TTLs', explained: true },
    });
    expect(running.last()?.entry?.resolver).toBe('r1');
    await pass(s(45));
    expect(running.last()).toMatchObject({ share: 7 / 8, flipped: 7, cold: 0 });
    await pass(s(300));
    expect(running.last()).toMatchObject({ share: 1, flipped: 8, laggards: [], entry: null });
    // What was expected when the swap began to be watched stays.
    expect(new Set(running.told.map(({ news }) => news.forecast?.worst))).toEqual(new Set([303]));
    expect(closest(running.told.map(({ at }) => at))).toBeGreaterThanOrEqual(1000);
    expect(closest(kept.flushes.slice(3).map(({ at }) => at))).toBeGreaterThanOrEqual(1000);
    const spells = kept.record.watched.find(({ resolver: { id } }) => id === 'r1')?.spells;
    expect(spells?.map(({ cause }) => cause)).toEqual(['raises TTLs']);
    const [spell] = spells ?? [];
    expect(Math.abs((spell?.to ?? 0) - (spell?.until ?? 0))).toBeLessThan(1500);
    // Nothing changes, nothing is told or kept.
    const [told, flushed] = [running.told.length, kept.flushes.length];
    await pass(s(150));
    expect([running.told.length, kept.flushes.length]).toEqual([told, flushed]);
  });

  it('silent and refused: complete once they were given up, and no part of the share', async () => {
    const some = habits({ is: 'silent' }, { is: 'refusing' }, plain, { is: 'hanging' });
    const { net, clock, watch, pass } = worlds(some);
    net.authority.rdata = newSet;
    const running = watch(swapped(clock.now()), many(4));
    await pass(s(5));
    expect(running.last()).toMatchObject({ complete: false, share: 1 });
    await pass(s(120));
    expect(running.last()).toMatchObject({
      ...{ complete: true, share: 1, ableToTell: 0.25, unexplained: 0 },
      ...{ counts: { new: 1, silent: 2, refused: 1 }, cold: 1 },
    });
  });

  it('who refused before the swap is not asked after it, and counts as refusing', async () => {
    const { net, clock, watch, pass } = worlds(habits({ is: 'refusing' }));
    const baseline = watch(draining, many(2));
    await pass(s(100));
    baseline.abort();
    net.authority.rdata = newSet;
    const running = watch(swapped(clock.now()), many(2));
    await pass(s(100));
    expect(net.asked.filter(({ address }) => address === addressOf(0))).toHaveLength(1);
    expect(running.last()).toMatchObject({
      complete: true,
      counts: { new: 1, refused: 1 },
      ableToTell: 0.5,
    });
  });

  it('old beyond its bound is unexplained, though nothing else changes', async () => {
    const { net, clock, watch, pass } = worlds(habits({ is: 'lagging' }));
    net.authority.rdata = newSet;
    const running = watch(swapped(clock.now()), many(3));
    await pass(s(50));
    expect(running.last()).toMatchObject({ unexplained: 0 });
    await pass(s(12));
    expect(running.last()).toMatchObject({
      ...{ unexplained: 1, laggards: [{ resolver: 'r0', explained: false }] },
    });
  });
});

describe('what is kept', () => {
  it('goes on from the record after kill -9, which loses a second at most', async () => {
    for (const killedAt of [700, 1500, 2300, 9100, 61_300]) {
      const { net, clock, kept, watch, pass, restart } = worlds();
      const baseline = watch(draining, many(40));
      await pass(s(5));
      baseline.abort();
      net.authority.rdata = newSet;
      const swap = clock.now();
      watch(swapped(swap), many(40));
      await pass(killedAt);
      const frozen = kept.record;
      const now = clock.now().up;
      const { offset } = frozen.steady!;
      const states = new Map(frozen.watched.map(one => [one.state.last.address, one.state]));
      for (const { address, at } of net.asked) {
        if (at + 5 >= now - 1000) continue;
        const received = (states.get(address)?.last.received ?? 0) - offset;
        expect(received).toBeGreaterThanOrEqual(at + 5);
      }
      restart();
      const asked = net.asked.length;
      const after = watch(swapped(swap), many(40));
      await pass(s(2));
      if (killedAt > 9000) {
        expect(after.last()?.complete).toBe(true);
        expect(net.asked.length - asked).toBeLessThan(30);
      }
    }
  });

  it('what could not be kept is kept later', async () => {
    const { kept, watch, pass } = worlds();
    kept.broken = true;
    const running = watch(draining, many(5));
    await pass(s(10));
    expect(running.last()).toMatchObject({ complete: true });
    expect(kept.record.watched).toEqual([]);
    kept.broken = false;
    await pass(s(2));
    expect(kept.record.watched).toHaveLength(5);
    expect(kept.record.minutes).toHaveLength(1);
  });

  it('an abort keeps the last of it', async () => {
    const { kept, watch, pass } = worlds();
    const running = watch(draining, many(20));
    await pass(4);
    expect(kept.record.watched).toEqual([]);
    await pass(3);
    running.abort();
    await pass(0);
    expect(kept.record.watched).toHaveLength(20);
  });

  it('the next watch of a cutover begins with what the one before it kept last', async () => {
    const { net, watch, pass } = worlds();
    const first = watch(draining, many(20));
    await pass(7);
    first.abort();
    watch(draining, many(20));
    await pass(s(10));
    expect(net.asked).toHaveLength(20);
  });

  it('instants do not move when the wall clock is set; a reboot begins another count', async () => {
    const { clock, kept, watch, pass, restart } = worlds();
    const first = watch(draining, many(3));
    await pass(s(5));
    first.abort();
    const { steady } = kept.record;
    clock.jump(s(3600));
    restart();
    const second = watch(draining, many(4));
    await pass(s(5));
    const offset = steady?.offset ?? 0;
    expect(kept.record.steady).toEqual({ ...steady, wallOffset: offset + s(3600) });
    second.abort();
    await pass(0);
    clock.reboot();
    restart();
    const { wall, up, boot } = clock.now();
    watch(draining, many(5));
    await pass(s(5));
    const wallOffset = wall - up;
    expect(kept.record.steady).toEqual({ boot, offset: wallOffset - s(3600), wallOffset });
  });

  it('of a resolver that has other addresses now says nothing; that has one more does', async () => {
    const { net, kept, watch, pass, restart } = worlds();
    const first = watch(draining, many(2));
    await pass(s(5));
    first.abort();
    await pass(0);
    restart();
    const [moved, grown] = ['192.0.2.77', '192.0.2.78'];
    const both = resolver(1, { addresses: [grown, addressOf(1)] });
    watch(draining, [resolver(0, { addresses: [moved] }), both]);
    await pass(s(5));
    expect(net.asked.slice(2).map(({ address }) => address)).toEqual([moved]);
    const addresses = kept.record.watched.map(({ state }) => state.last.address);
    expect(new Set(addresses)).toEqual(new Set([moved, addressOf(1)]));
  });

  it('what is kept and damaged ends the watch with BUG, and nothing else', async () => {
    const { net, clock, kept, watch, pass, restart } = worlds();
    const baseline = watch(draining, many(2));
    await pass(s(5));
    baseline.abort();
    await pass(0);
    net.authority.rdata = newSet;
    const [first, ...rest] = kept.record.watched;
    const { state, ...without } = first!;
    const fields = ['dropped', 'recent', 'last', 'series'];
    const broken = fields.map(name => ({
      ...without,
      state: Object.fromEntries(Object.entries(state).filter(([field]) => field !== name)),
    }));
    for (const one of broken) {
      const watched = [one, ...rest] as WatchRecord['watched'];
      kept.record = { ...kept.record, watched };
      restart();
      const running = watch(swapped(clock.now()), many(2));
      await pass(s(100));
      expect(running.end()).toMatchObject({ code: 'BUG' });
    }
  });

  it('minutes: one at the start, and one whenever the picture changes', async () => {
    const { net, clock, kept, watch, pass } = worlds();
    net.authority.rdata = newSet;
    watch(swapped(clock.now()), many(3));
    await pass(s(300));
    expect(kept.record.minutes.map(({ slice }) => slice.counts.new)).toEqual([0, 3]);
  });
});

describe('who listens', () => {
  it('and throws, ends the watch with that', async () => {
    const { watch, pass, kept } = worlds();
    const running = watch(draining, many(3), async () => {
      throw new Fault('STORE', 'the database is locked');
    });
    await pass(s(3));
    expect(running.end()).toMatchObject({ code: 'STORE' });
    expect(kept.record.watched).toHaveLength(3);
  });

  it('slowly, hears the newest next', async () => {
    const { clock, watch, pass } = worlds();
    const running = watch(draining, many(60), async () => {
      await new Promise<void>(resolve => {
        clock.after(s(5), resolve);
      });
    });
    await pass(s(30));
    expect(closest(running.told.map(({ at }) => at))).toBeGreaterThanOrEqual(5000);
    expect(running.last()).toMatchObject({ complete: true, counts: { old: 60 } });
  });
});
