import { describe, expect, it } from 'vitest';
import { isFault } from '../../src/errors.ts';
import { pacedClock } from '../../src/rehearsal/paced-clock.ts';

const wall = Date.UTC(2026, 11, 1);
const never = new AbortController().signal;

describe('a paced clock', () => {
  it('lets a day pass while somebody sleeps through it, on both of its clocks', async () => {
    const clock = pacedClock(wall, 10_000_000);
    const before = clock.now();
    await clock.sleep(86_400_000, never);
    const after = clock.now();
    expect(after.up - before.up).toBeGreaterThanOrEqual(86_400_000);
    expect(after.wall - before.wall).toBe(after.up - before.up);
    expect(after.boot).toBe(before.boot);
  });

  it('has reached the instant that somebody waited for', async () => {
    const clock = pacedClock(wall, 1_000_000);
    const at = clock.now().wall + 3_600_000;
    await clock.until(at, never);
    expect(clock.now().wall).toBeGreaterThanOrEqual(at);
    await clock.until(wall, never);
  });

  it('overtakes no instant that somebody waits for, however late the timer is', async () => {
    const clock = pacedClock(wall, 1_000_000);
    const at = clock.now().wall + 3_600_000;
    const waiting = clock.until(at, never);
    const sleeping = clock.sleep(1000, never);
    // No timer can fire while this runs, for half a day of the clock.
    const end = performance.now() + 43;
    while (performance.now() < end);
    expect(clock.now().wall).toBe(at);
    await Promise.all([waiting, sleeping]);
  });

  it('wakes those who sleep when it is told to go faster, in the order of their dues', async () => {
    const clock = pacedClock(wall, 1);
    const woken: string[] = [];
    const sleepers = [
      clock.sleep(7_200_000, never).then(() => woken.push('later')),
      clock.sleep(3_600_000, never).then(() => woken.push('sooner')),
    ];
    clock.pace(50_000_000);
    await Promise.all(sleepers);
    expect(woken).toEqual(['sooner', 'later']);
  });

  it('never goes back when its pace changes', () => {
    const clock = pacedClock(wall, 1_000_000);
    let last = clock.now();
    for (const pace of [1, 5000, 30, 1_000_000, 1]) {
      clock.pace(pace);
      const now = clock.now();
      expect(now.up).toBeGreaterThanOrEqual(last.up);
      expect(now.wall).toBeGreaterThanOrEqual(last.wall);
      last = now;
    }
  });

  it('lets nobody sleep who was aborted, before or meanwhile', async () => {
    const clock = pacedClock(wall, 1);
    const stop = new AbortController();
    const sleeping = clock.sleep(86_400_000, stop.signal);
    stop.abort();
    const given = [sleeping, clock.sleep(1, stop.signal), clock.until(wall + 1e9, stop.signal)];
    for (const one of await Promise.allSettled(given))
      expect(one.status === 'rejected' && isFault(one.reason, 'ABORTED')).toBe(true);
  });
});
