import { expect, it } from 'vitest';
import { control } from '../../src/controller/controller.ts';
import { never, openSite, order } from './site.ts';
import { noCanary } from '../support/no-canary.ts';

it.each([
  { asked: 3, answer: 'write.synced', afterMs: 35_000 },
  // Every minute, until nobody asks any more.
  { asked: 1e9, answer: 'write.unsynced', afterMs: 915_000 },
])('is told $answer when the provider has said no $asked times', async row => {
  const asks: number[] = [];
  const site = openSite({
    capabilities: { syncStatus: 'reported' },
    provider: (provider, { clock }) => ({
      ...provider,
      synced: async () => {
        asks.push(clock.truth());
        return asks.length >= row.asked;
      },
    }),
  });
  const { plan } = await site.app.plan(order, never);
  const id = await site.app.start(plan, { accept: [], takeClaim: null, reason: null }, 'kim');
  const stop = new AbortController();
  const doing = control(
    { ...site.environment, watchWorld: async () => undefined, canary: noCanary },
    id,
    stop.signal,
  );
  const lines = () => site.backing.journal.map(({ line }) => line);
  await site.until(() => lines().some(({ type }) => type === row.answer));
  stop.abort();
  await site.finish(doing);
  const told = lines().find(({ type }) => type === row.answer);
  expect(told?.data).toMatchObject({ afterMs: row.afterMs });
  const gaps = asks.map((at, index) => (at - (asks[index - 1] ?? at)) / 1000);
  expect(gaps.slice(0, 6)).toEqual([0, 10, 20, 40, 60, 60].slice(0, asks.length));
});
