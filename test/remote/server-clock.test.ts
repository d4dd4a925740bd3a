import { expect, it } from 'vitest';
import { serverClock } from '../../src/remote/server-clock.ts';
import { stillClock } from '../support/clock.ts';

it('tells the time of a server whose clock is an hour ahead, and waits for it by that', async () => {
  const own = stillClock();
  const clock = serverClock(own);
  expect(clock.now()).toEqual(own.now());
  const { wall, up } = own.now();
  clock.heard({ wall: wall + 3_600_000, up: up + 7, boot: 'theirs' });
  expect(clock.now()).toEqual({ wall: wall + 3_600_000, up: up + 7, boot: 'theirs' });
  const { signal } = new AbortController();
  await clock.until(wall + 3_605_000, signal);
  await clock.until(wall, signal);
  expect(own.slept).toEqual([5000, 0]);
});
