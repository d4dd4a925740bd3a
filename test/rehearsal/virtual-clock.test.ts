import { describe, expect, it } from 'vitest';
import { isFault } from '../../src/errors.ts';
import { virtualClock } from '../../src/rehearsal/virtual-clock.ts';

const wall = Date.UTC(2026, 11, 1);
const never = new AbortController().signal;

describe('a virtual clock', () => {
  it('is at every instant that somebody waits for, in their order, and at no other', async () => {
    const clock = virtualClock(wall);
    const seen: [string, number][] = [];
    const at = (name: string) => () => seen.push([name, clock.now().wall - wall]);
    await Promise.all([
      clock.sleep(86_400_000, never).then(at('day')),
      clock.until(wall + 3_600_000, never).then(at('hour')),
      clock.sleep(10, never).then(at('first')),
      clock.sleep(10, never).then(at('second')),
      clock.until(wall - 5, never).then(at('past')),
    ]);
    expect(seen).toEqual([
      ['past', 0],
      ['first', 10],
      ['second', 10],
      ['hour', 3_600_000],
      ['day', 86_400_000],
    ]);
    const { up, boot } = clock.now();
    expect([up % 1, boot]).toEqual([0, 'rehearsal']);
  });

  it('lets everybody do what they can before time passes', async () => {
    const clock = virtualClock(wall);
    let turns = 0;
    const working = async (): Promise<void> => {
      for (; turns < 500; turns++) await Promise.resolve();
    };
    const slept = clock.sleep(1, never).then(() => turns);
    await working();
    expect(await slept).toBe(500);
  });

  it('does not pass for who waits for ever, and lets nobody wait who was aborted', async () => {
    const clock = virtualClock(wall);
    const stop = new AbortController();
    const waiting = clock.until(Number.MAX_SAFE_INTEGER, stop.signal);
    await new Promise(resolve => setTimeout(resolve, 5));
    expect(clock.now().wall).toBe(wall);
    stop.abort();
    for (const one of await Promise.allSettled([waiting, clock.sleep(1, stop.signal)]))
      expect(one.status === 'rejected' && isFault(one.reason, 'ABORTED')).toBe(true);
  });
});
