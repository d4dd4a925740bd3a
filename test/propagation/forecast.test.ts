import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundOf, forecastOf, shareAt, turningOf } from '../../src/propagation/forecast.ts';
import { after, refused, said, saidNew, saidOld, otherSet } from './example.ts';

describe('the forecast from floors', () => {
  it('without floors everything turns within the low TTL, evenly', () => {
    const plain = [
      { weight: 3, floor: null },
      { weight: 1, floor: 5 },
    ];
    expect(forecastOf(plain, 300)).toEqual({ p50: 150, p95: 285, worst: 300 });
    expect(shareAt(plain, 300, 75)).toBeCloseTo(0.25);
    expect(shareAt(plain, 300, -5)).toBe(0);
    expect(shareAt(plain, 300, 4000)).toBe(1);
  });

  it('a floor stretches its part', () => {
    const some = [
      { weight: 9, floor: null },
      { weight: 1, floor: 3600 },
    ];
    const { p50, p95, worst } = forecastOf(some, 300)!;
    expect(shareAt(some, 300, 300)).toBeCloseTo(0.9 + 0.1 / 12);
    expect([p50, p95, worst]).toEqual([166, 1800, 3600]);
  });

  it('TTL 0 turns at once; nobody, no forecast', () => {
    expect(forecastOf([{ weight: 1, floor: null }], 0)).toEqual({ p50: 0, p95: 0, worst: 0 });
    expect(forecastOf([], 300)).toBeNull();
  });

  it('rises, is reached by p50 and p95, and is whole at the worst', () => {
    const participants = fc.array(
      fc.record({
        weight: fc.double({ min: 0.01, max: 9, noNaN: true }),
        floor: fc.option(fc.nat(9000)),
      }),
      { minLength: 1, maxLength: 20 },
    );
    fc.assert(
      fc.property(participants, fc.nat(5000), fc.nat(9000), (some, low, t) => {
        const { p50, p95, worst } = forecastOf(some, low)!;
        expect(shareAt(some, low, t + 1)).toBeGreaterThanOrEqual(shareAt(some, low, t));
        expect(shareAt(some, low, p50)).toBeGreaterThanOrEqual(0.5 - 1e-6);
        expect(shareAt(some, low, p95)).toBeGreaterThanOrEqual(0.95 - 1e-6);
        expect(shareAt(some, low, p50 - 1.01)).toBeLessThan(0.5);
        expect(shareAt(some, low, worst)).toBeCloseTo(1);
        expect(p50).toBeLessThanOrEqual(p95);
        expect(p95).toBeLessThanOrEqual(worst);
      }),
    );
  });
});

it('the bound is the longest life from the last authoritative turn, and none before that', () => {
  expect(boundOf(null, 300, [])).toBeNull();
  expect(boundOf(5000, 300, [])).toBe(306_000);
  expect(boundOf(5000, 300, [null, 600, 20])).toBe(606_000);
});

describe('the outlook from the entries seen', () => {
  const row = (weight: number, ...observations: Parameters<typeof after>[0][number][]) => ({
    ...{ weight, state: after(observations) },
  });

  const outlookOf = (...[rows, now]: Parameters<typeof turningOf>) => {
    const reached = turningOf(rows, now);
    return { p50: reached(0.5), p95: reached(0.95), worst: reached(1) };
  };

  it('turns entry by entry; who cannot tell is left out', () => {
    const rows = [
      row(5, saidNew(2000, 60)),
      row(4, saidOld(2000, 10)),
      row(1, saidOld(2000, 50)),
      row(9, refused(2000)),
      { weight: 9, state: null },
    ];
    expect(outlookOf(rows, 3000)).toEqual({ p50: 3000, p95: 53_000, worst: 53_000 });
    // Its entry has ended and nobody asked since: any moment now.
    expect(outlookOf(rows, 20_000)).toEqual({ p50: 20_000, p95: 53_000, worst: 53_000 });
  });

  it('has no end where stale, frozen or foreign data stands in the way', () => {
    const endless = [
      [saidOld(2000, 30, { ede: 3 })],
      [2, 5, 8, 11].map(at => saidOld(at * 1000, 45)),
      [said({ at: 2000, ttl: 5, rdata: otherSet })],
    ];
    for (const observations of endless) {
      const rows = [row(19, saidNew(2000, 60)), row(1, ...observations)];
      expect(outlookOf(rows, 12_000)).toEqual({ p50: 12_000, p95: 12_000, worst: null });
    }
    expect(outlookOf([], 5)).toEqual({ p50: null, p95: null, worst: null });
  });
});
