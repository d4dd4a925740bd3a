import { describe, expect, it } from 'vitest';
import { type Chance } from '../src/clock.ts';
import { Fault, isFault } from '../src/errors.ts';
import { limits } from '../src/limits.ts';
import { pauseMs, retry } from '../src/retry.ts';
import { stillClock } from './support/clock.ts';

const chanceOf = (...floats: readonly number[]): Chance => {
  let next = 0;
  return { float: () => floats[next++ % floats.length] ?? 0, hex: () => '' };
};
const busy = (retryAfterMs?: number): Fault =>
  new Fault('RATE_LIMITED', 'slow down', retryAfterMs === undefined ? {} : { retryAfterMs });

/** Fails with each of these in turn, then answers. */
function failing(...faults: readonly Error[]) {
  const clock = stillClock();
  const owner = new AbortController();
  let calls = 0;
  const attempt = async (): Promise<string> => {
    const fault = faults[calls++];
    if (fault !== undefined) throw fault;
    return 'done';
  };
  const run = async (chance = chanceOf(0), again = (fault: Fault) => fault.retryable) =>
    retry({ clock, chance, again, signal: owner.signal }, attempt).catch((error: unknown) => {
      if (isFault(error)) return error;
      throw error;
    });
  return { run, clock, owner, calls: () => calls };
}

describe('the pause before the next attempt', () => {
  it('doubles its bound up to the greatest, and at least half of it is certain', () => {
    const least = [1, 2, 3, 4, 5, 6].map(n => pauseMs(n, busy(), chanceOf(0)));
    expect(least).toEqual([125, 250, 500, 1000, 2000, 2000]);
    const most = [1, 2, 3, 4, 5, 6].map(n => pauseMs(n, busy(), chanceOf(1)));
    expect(most).toEqual([250, 500, 1000, 2000, 4000, 4000]);
  });

  it('is as long as the other side asked for, where that is longer', () => {
    expect(pauseMs(1, busy(3000), chanceOf(0))).toBe(3000);
    expect(pauseMs(1, busy(1), chanceOf(0))).toBe(125);
    expect(pauseMs(1, busy(-5), chanceOf(0))).toBe(125);
    expect(pauseMs(1, busy(Number.NaN), chanceOf(0))).toBe(125);
  });
});

describe('attempts', () => {
  it('go on until one succeeds, with the pauses that chance drew', async () => {
    const { run, clock, calls } = failing(busy(), busy(), busy());
    expect(await run(chanceOf(0, 0.5, 1))).toBe('done');
    expect(calls()).toBe(4);
    expect(clock.slept).toEqual([125, 375, 1000]);
  });

  it('end with the last failure when all are used up', async () => {
    const faults = Array.from({ length: 9 }, (_, n) => new Fault('UNAVAILABLE', `the ${n + 1}.`));
    const { run, calls } = failing(...faults);
    expect(await run()).toBe(faults[limits.retryAttempts - 1]);
    expect(calls()).toBe(limits.retryAttempts);
  });

  it('end at once with what is not worth another', async () => {
    const refused = new Fault('UNAUTHORIZED', 'no');
    const { run, clock, calls } = failing(refused);
    expect(await run()).toBe(refused);
    expect(calls()).toBe(1);
    expect(clock.slept).toEqual([]);
  });

  it('end at once when the pause would lead past the ceiling', async () => {
    const long = busy(limits.retryCeilingMs + 1);
    const { run, clock } = failing(long);
    expect(await run()).toBe(long);
    expect(clock.slept).toEqual([]);
    const fits = failing(busy(limits.retryCeilingMs));
    expect(await fits.run()).toBe('done');
  });

  it('end when the pauses together would lead past it', async () => {
    const third = limits.retryCeilingMs / 3 + 1;
    const faults = [busy(third), busy(third), busy(third)];
    const { run, calls } = failing(...faults);
    expect(await run()).toBe(faults[2]);
    expect(calls()).toBe(3);
  });

  it('turn what is no Fault into a BUG, which is not tried again; also a TypeError', async () => {
    const thrown = new TypeError('x is not a function');
    const { run, calls } = failing(thrown);
    expect(await run()).toMatchObject({ code: 'BUG', cause: thrown });
    expect(calls()).toBe(1);
  });
});

describe('who gives up', () => {
  it('beforehand makes no attempt', async () => {
    const { run, owner, calls } = failing();
    owner.abort();
    expect(await run()).toMatchObject({ code: 'ABORTED' });
    expect(calls()).toBe(0);
  });

  it('during an attempt or a pause gets no other failure than ABORTED', async () => {
    const during = failing(busy(), busy());
    const given = during.run(chanceOf(0), fault => {
      during.owner.abort(new Error('a reason of the caller'));
      return fault.retryable;
    });
    expect(await given).toMatchObject({ code: 'ABORTED' });
    expect(during.calls()).toBe(1);
  });
});
