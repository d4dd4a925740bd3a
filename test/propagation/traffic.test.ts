import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Found, trafficOf } from '../../src/propagation/traffic.ts';

const found = (held: number, absent: number, life = 3600): readonly Found[] => [
  ...Array.from({ length: held }, () => ({ held: true, life })),
  ...Array.from({ length: absent }, () => ({ held: false, life })),
];

describe('how busy a name is', () => {
  it('shows in how many caches had its entry before they were asked', () => {
    const part = (held: number, absent: number, life: number) =>
      trafficOf(found(held, absent)).holding(null, life);
    expect(part(30, 30, 3600)).toBeCloseTo(0.5, 1);
    expect(part(2, 58, 3600)).toBeLessThan(0.08);
    expect(part(59, 1, 3600)).toBeGreaterThan(0.9);
    // An entry that lives for a twelfth of the time is there more rarely.
    expect(part(30, 30, 300)).toBeLessThan(0.25);
  });

  it('a cache that held it is the busier one of two', () => {
    const traffic = trafficOf(found(30, 30));
    const [held, absent] = [true, false].map(is => traffic.holding({ held: is, life: 3600 }, 300));
    expect(held).toBeGreaterThan(2 * absent!);
  });

  it('is anything where nothing was found', () => {
    const part = trafficOf([]).holding(null, 300);
    expect(part).toBeGreaterThan(0.2);
    expect(part).toBeLessThan(0.8);
  });

  it('a part is a probability, and a longer life never makes it less', () => {
    const some = fc.array(
      fc.record({ held: fc.boolean(), life: fc.constantFrom(0, 60, 3600, 86_400) }),
      { maxLength: 200 },
    );
    fc.assert(
      fc.property(some, fc.boolean(), fc.nat(90_000), (all, held, life) => {
        const traffic = trafficOf(all);
        const own = { held, life: 3600 };
        const [part, longer] = [traffic.holding(own, life), traffic.holding(own, life + 60)];
        expect(part).toBeGreaterThanOrEqual(0);
        expect(longer).toBeLessThanOrEqual(1);
        expect(longer).toBeGreaterThanOrEqual(part - 1e-12);
      }),
      { numRuns: 60 },
    );
  });
});
