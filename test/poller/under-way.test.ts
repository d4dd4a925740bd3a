import { describe, expect, it } from 'vitest';
import { limits } from '../../src/limits.ts';
import { addressOf, type Habit, resolver } from './caches.ts';
import { site } from './site.ts';

const most = limits.pollUnderWay;
const count = most + 60;
const resolvers = Array.from({ length: count }, (_, i) => resolver(i));
/** Everybody has this habit, and all may be asked at once. */
const crowd = (habit: Habit) =>
  site(Object.fromEntries(resolvers.map((_, i) => [addressOf(i), habit])), {
    politeness: { total: 10_000, operator: 10_000 },
  });

describe('questions under way', () => {
  it('are not more than the transport has places for; the others follow as they end', async () => {
    const { net, watch, pass } = crowd({ is: 'silent' });
    watch({ mode: 'baseline', resolvers });
    await pass(0);
    expect(net.asked).toHaveLength(most);
    await pass(3000);
    const asked = new Set(net.asked.map(({ address }) => address));
    expect(asked.size).toBe(count);
  });

  it('that are never answered make room when they are given up, or their watch is', async () => {
    const { net, watch, pass } = crowd({ is: 'hanging' });
    const first = watch({ mode: 'baseline', resolvers });
    await pass(limits.pollDeadlineMs);
    expect(net.asked.length).toBeGreaterThanOrEqual(count);
    first.abort();
    await pass(0);
    const before = net.asked.length;
    watch({ mode: 'baseline', resolvers });
    // The buckets are full again by then.
    await pass(1000);
    expect(net.asked).toHaveLength(before + most);
  });
});
