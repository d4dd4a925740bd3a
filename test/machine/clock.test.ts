import { describe, expect, it } from 'vitest';
import { isFault } from '../../src/errors.ts';
import { systemChance } from '../../src/machine/chance.ts';
import { systemClock } from '../../src/machine/clock.ts';

const never = new AbortController().signal;
const aborted = (error: unknown) => isFault(error, 'ABORTED');

describe('the clock of the machine', () => {
  const clock = systemClock();

  it('counts up in milliseconds, shows the wall clock, and names one boot', () => {
    const readings = Array.from({ length: 1000 }, () => clock.now());
    for (const [index, { up, boot }] of readings.entries()) {
      expect(Number.isInteger(up)).toBe(true);
      expect(up).toBeGreaterThanOrEqual(readings[index - 1]?.up ?? 0);
      expect(boot).toBe(readings[0]?.boot);
    }
    const before = Date.now();
    const { wall } = clock.now();
    expect(wall).toBeGreaterThanOrEqual(before);
    expect(wall).toBeLessThanOrEqual(Date.now());
  });

  it('has the same boot and the same uptime for everybody on this machine', () => {
    const other = systemClock();
    if (process.platform === 'linux') expect(other.now().boot).toBe(clock.now().boot);
    const before = clock.now().up;
    const between = other.now().up;
    expect(between).toBeGreaterThanOrEqual(before);
    expect(between).toBeLessThanOrEqual(clock.now().up);
  });

  it('lets one sleep at least as long as asked, by its own uptime', async () => {
    const began = clock.now().up;
    await clock.sleep(25, never);
    expect(clock.now().up - began).toBeGreaterThanOrEqual(25);
    await clock.sleep(0, never);
    await clock.sleep(-5, never);
  });

  it('wakes one who waits for an instant when the wall clock shows it, at once when it has passed', async () => {
    const at = Date.now() + 25;
    await clock.until(at, never);
    expect(Date.now()).toBeGreaterThanOrEqual(at);
    await clock.until(0, never);
  });

  it('sleeps longer than a timer can count', async () => {
    // setTimeout fires at once beyond 2^31 ms; whoever had woken would win the race.
    const stop = new AbortController();
    const long = [2 ** 31, 2 ** 32 + 5, Number.MAX_SAFE_INTEGER, Infinity];
    const sleeping = [
      ...long.map(ms => clock.sleep(ms, stop.signal)),
      ...long.map(ms => clock.until(Date.now() + ms, stop.signal)),
    ].map(doing =>
      doing.then(
        () => 'woke',
        () => 'aborted',
      ),
    );
    expect(await Promise.race([...sleeping, clock.sleep(40, never).then(() => 'slept')])).toBe(
      'slept',
    );
    stop.abort();
    expect(new Set(await Promise.all(sleeping))).toEqual(new Set(['aborted']));
  });

  it('ends a sleep that is aborted, before or meanwhile', async () => {
    const stop = new AbortController();
    const sleeping = clock.sleep(60_000, stop.signal);
    const waiting = clock.until(Date.now() + 60_000, stop.signal);
    stop.abort();
    await expect(sleeping).rejects.toSatisfy(aborted);
    await expect(waiting).rejects.toSatisfy(aborted);
    await expect(clock.sleep(1, stop.signal)).rejects.toSatisfy(aborted);
  });
});

it('chance lies in [0, 1), and its bytes differ', () => {
  const floats = Array.from({ length: 1000 }, () => systemChance.float());
  for (const float of floats) expect(float >= 0 && float < 1).toBe(true);
  expect(new Set(floats).size).toBe(1000);
  const words = Array.from({ length: 100 }, () => systemChance.hex(8));
  for (const word of words) expect(word).toMatch(/^[0-9a-f]{16}$/);
  expect(new Set(words).size).toBe(100);
});
