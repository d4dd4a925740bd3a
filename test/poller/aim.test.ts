import { describe, expect, it } from 'vitest';
import { steadyOf } from '../../src/poller/aim.ts';
import { addressOf, type Habit, newSet, resolver } from './caches.ts';
import { draining, swapped, worlds } from './keeping.ts';

const s = (seconds: number) => seconds * 1000;
const many = (count: number) => Array.from({ length: count }, (_, i) => resolver(i));
const floor: Habit = { is: 'floor', ttl: 1800 };

it('a record without the wall clock of its last flush goes on by that of now', () => {
  const now = { boot: 'b', wall: s(100), up: s(20) };
  expect(steadyOf({ boot: 'a', offset: s(7) }, now)).toEqual({ boot: 'b', offset: s(80) });
  expect(steadyOf({ boot: 'b', offset: s(7) }, now)).toEqual({ boot: 'b', offset: s(7) });
  expect(steadyOf(null, now)).toEqual({ boot: 'b', offset: s(80) });
});

describe('over a reboot', () => {
  /** Watches for two minutes, so that all is known; then the clock is set, and after a minute the machine is booted anew. */
  const reboots = async (setMs: number, bootMs: number) => {
    const site = worlds({ [addressOf(1)]: floor });
    const { net, clock, kept, watch, pass, restart } = site;
    const baseline = watch(draining, many(2));
    await pass(s(5));
    baseline.abort();
    await pass(s(100));
    net.authority.rdata = newSet;
    const swap = clock.now();
    const first = watch(swapped(swap), many(2));
    await pass(s(120));
    expect(first.last()).toMatchObject({ complete: true, counts: { new: 1, old: 1 } });
    clock.jump(setMs);
    // What the controller makes of its moments once the clock was set, and after the reboot.
    const wall = swap.wall + setMs;
    await pass(s(60));
    // Nobody stopped it in good order.
    const record = kept.record;
    first.abort();
    await pass(0);
    kept.record = record;
    clock.reboot();
    clock.jump(bootMs);
    restart();
    const now = clock.now();
    const reckoned = now.up;
    const at = { boot: now.boot, wall, reckoned, up: now.up - Math.max(0, now.wall - wall) };
    const asked = net.asked.length;
    const since = { ...swapped(at), authorityNewSince: now };
    return { ...site, asked, running: watch(since, many(2)) };
  };

  it('entries end when they end, though the clock was set before', async () => {
    for (const setMs of [0, s(3600), -s(86_400), 1500]) {
      const { running, net, asked, pass } = await reboots(setMs, 0);
      await pass(s(30));
      const last = running.last();
      expect(last).toMatchObject({ complete: true, unexplained: 0, counts: { new: 1, old: 1 } });
      expect(net.asked.length - asked).toBeLessThan(4);
      const left = 1800 - 5 - 100 - 120 - 60 - 30;
      expect(Math.abs((last?.entry?.leftMs ?? 0) - s(left))).toBeLessThan(s(40));
      await pass(s(left + 30));
      expect(running.last()).toMatchObject({ share: 1, counts: { new: 2 } });
    }
  });

  it('nobody is called a liar by a clock that was wrong at the boot and is put right', async () => {
    const { running, clock, restart, watch, pass } = await reboots(0, s(3600));
    await pass(s(30));
    running.abort();
    clock.jump(-s(3600));
    restart();
    const now = clock.now();
    const at = { ...now, up: now.up - s(230), reckoned: now.up };
    const after = watch({ ...swapped(at), authorityNewSince: now }, many(2));
    await pass(s(90));
    expect(after.last()).toMatchObject({ counts: { new: 1, old: 1, other: 0 } });
  });

  it('whoever was heard at a time that is still to come is asked at once', async () => {
    const { running, net, asked, pass } = await reboots(0, -s(7200));
    expect(running.last()?.complete).not.toBe(true);
    await pass(s(30));
    expect(new Set(net.asked.slice(asked).map(({ address }) => address)).size).toBe(2);
    expect(running.last()).toMatchObject({ complete: true, counts: { new: 1, old: 1 } });
    // What was left of an entry then is the most that is left of it now.
    await pass(s(1800));
    expect(running.last()).toMatchObject({ share: 1 });
  });

  it('a clock that is ahead then: entries have ended, and all are asked at once', async () => {
    const { running, net, asked, pass } = await reboots(0, s(7200));
    await pass(s(30));
    expect(new Set(net.asked.slice(asked).map(({ address }) => address)).size).toBe(2);
    expect(running.last()).toMatchObject({ complete: true, counts: { new: 1, old: 1 } });
    await pass(s(1800));
    expect(running.last()).toMatchObject({ share: 1 });
  });
});
