import { expect, it } from 'vitest';
import { addressOf, type Habit, resolver } from './caches.ts';
import { draining, worlds } from './keeping.ts';

const s = (seconds: number) => seconds * 1000;
const held = (count: number) => Array.from({ length: count }, (_, id) => resolver(id));

it('what a canary learns while everybody is left alone is told within two minutes, once', async () => {
  const { net, kept, clock, watch, pass } = worlds();
  const running = watch(draining, held(3));
  await pass(s(600));
  const told = running.told.length;
  expect(running.last()?.forecast).toMatchObject({ worst: 63, makers: [] });
  kept.learnt.push({
    ...{ resolver: 'r1', address: addressOf(1), floor: 1800, ceiling: null, caches: 2 },
    ...{ at: clock.now().wall, from: 'canary' },
  });
  await pass(s(120));
  expect(running.last()?.forecast).toMatchObject({
    makers: [{ resolver: 'r1', seconds: 1800, source: 'canary' }],
  });
  expect(running.last()?.forecast?.worst).toBeGreaterThan(1800);
  await pass(s(3600));
  expect(running.told).toHaveLength(told + 1);
  // And nobody was asked for it.
  expect(net.asked).toHaveLength(3);
  running.abort();
});

it('is made from what was heard where nothing was learnt, and of nobody where nobody was', async () => {
  const silent: Habit = { is: 'silent' };
  const { watch, pass } = worlds({ [addressOf(0)]: silent });
  const running = watch(draining, held(1));
  await pass(s(600));
  expect(running.last()?.forecast).toBeNull();
  running.abort();
});
