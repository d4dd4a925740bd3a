import { expect, it } from 'vitest';
import { limits } from '../../src/limits.ts';
import { ends, play, swap } from './settle-play.ts';
import { never, openSite, type SiteOptions } from './site.ts';

const start = openSite().clock.now().wall;

/** A write that is under way until it is given up; `given` holds when that was. */
const slow =
  (given: number[], arrives: boolean): NonNullable<SiteOptions['provider']> =>
  (inner, { clock }) => ({
    ...inner,
    write: async (moves, signal) => {
      signal.addEventListener('abort', () => given.push(clock.truth()));
      if (arrives) clock.after(9000, () => void inner.write(moves, never));
      return new Promise<never>(() => undefined);
    },
  });

it.each([
  { left: 5000, givenUp: 5000 },
  { left: 3_600_000, givenUp: limits.writeDeadlineMs },
])('a write with $left ms left is given up after $givenUp ms', async ({ left, givenUp }) => {
  const given: number[] = [];
  const intent = { ...swap, by: start + left };
  const { settlement, site } = await ends({ intent, provider: slow(given, false) });
  expect(given).toEqual([givenUp]);
  expect(settlement).toMatchObject({ is: 'not-applied', refused: false });
  expect(site.clock.truth()).toBeGreaterThanOrEqual(givenUp + limits.writeDeadlineMs);
});

it('nobody knows what became of a write that was given up at its time: reads tell', async () => {
  const given: number[] = [];
  const { site, doing } = play({
    intent: { ...swap, by: start + 5000 },
    provider: slow(given, true),
  });
  expect(await site.finish(doing)).toMatchObject({ is: 'confirmed' });
  expect(given).toEqual([5000]);
  expect(site.writes()).toBe(1);
});
