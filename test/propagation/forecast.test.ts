import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundOf, forecastOf, shareAt } from '../../src/propagation/forecast.ts';
import { type Participant } from '../../src/propagation/participant.ts';

/** A busy cache that nothing is special about, and that is asked at once. */
const cache = (life: number, more: Partial<Participant> = {}): Participant => ({
  ...{ resolver: 'cache', weight: 1, life, source: 'plain', learntAt: null, holds: 1 },
  ...{ left: null, caches: 1, asking: 0, askingMost: 0 },
  ...more,
});
const at = { low: 300, blind: 0 };

describe('the forecast from how long entries live', () => {
  it('busy caches turn evenly within the low TTL, and a second later at the latest', () => {
    const plain = [cache(300, { weight: 3 }), cache(300)];
    expect(forecastOf(plain, at)).toEqual({
      ...{ p50: 150, p95: 285, worst: 301, makers: [], unsure: 0, blind: 0 },
    });
    expect(shareAt(plain, 75)).toBeCloseTo(0.25);
    expect(shareAt(plain, -5)).toBe(0);
    expect(shareAt(plain, 4000)).toBe(1);
  });

  it('caches that rarely hold an entry have turned as soon as they are asked', () => {
    const quiet = Array.from({ length: 9 }, () => cache(300, { holds: 0.01, asking: 4 }));
    expect(forecastOf(quiet, at)).toMatchObject({ p50: 4, p95: 4, worst: 301 });
    // Nine quiet and a busy one: its part is waited for.
    expect(forecastOf([...quiet, cache(300)], at)?.p95).toBeGreaterThan(140);
  });

  it('a floor stretches its part, and its resolver is named as who makes the worst', () => {
    const learntAt = 5;
    const floor = cache(3600, { resolver: 'google', source: 'canary', learntAt });
    const { p50, p95, worst, makers } = forecastOf([cache(300, { weight: 9 }), floor], at)!;
    expect([p50, p95, worst]).toEqual([166, 1800, 3601]);
    expect(makers).toEqual([{ resolver: 'google', seconds: 3600, source: 'canary', learntAt }]);
  });

  it('an entry that was seen to outlive the swap turns at its end and no sooner', () => {
    const held = cache(300, { resolver: 'held', left: 500 });
    expect(shareAt([held], 499)).toBe(0);
    expect(shareAt([held], 500)).toBe(1);
    const { worst, makers } = forecastOf([cache(300), held], at)!;
    expect(worst).toBe(501);
    expect(makers).toEqual([{ resolver: 'held', seconds: 500, source: 'entry', learntAt: null }]);
  });

  it('several caches behind one address are done when the last is', () => {
    expect(shareAt([cache(300, { caches: 3 })], 150)).toBeCloseTo(1 / 8);
  });

  it('who may raise TTLs unseen is counted, and makes the way longer but not the worst', () => {
    const unknown = Array.from({ length: 5 }, () => cache(300, { source: 'unknown' }));
    const known = Array.from({ length: 5 }, () => cache(300));
    const [some, none] = [forecastOf(unknown, at)!, forecastOf(known, { ...at, blind: 2 })!];
    expect(some.unsure).toBe(5);
    expect(none).toMatchObject({ unsure: 0, blind: 2 });
    expect(some.p50).toBeGreaterThan(none.p50);
    expect(some.worst).toBe(none.worst);
    expect(some.p95).toBe(some.worst);
  });

  it('TTL 0 turns at once; nobody, no forecast', () => {
    expect(forecastOf([cache(0)], { low: 0, blind: 0 })).toMatchObject({
      p50: 0,
      p95: 0,
      worst: 1,
    });
    expect(forecastOf([], at)).toBeNull();
  });

  it('rises, is reached by p50 and p95, and is whole at the worst but for what is not known', () => {
    const participants = fc.array(
      fc.record({
        ...{ resolver: fc.constant('cache'), learntAt: fc.constant(null) },
        weight: fc.double({ min: 0.01, max: 9, noNaN: true }),
        life: fc.nat(9000),
        source: fc.constantFrom('plain', 'seen', 'unknown'),
        holds: fc.double({ min: 0, max: 1, noNaN: true }),
        left: fc.option(fc.nat(5000)),
        caches: fc.integer({ min: 1, max: 4 }),
        asking: fc.nat(20),
        askingMost: fc.integer({ min: 20, max: 80 }),
      }),
      { minLength: 1, maxLength: 20 },
    );
    fc.assert(
      fc.property(participants, fc.nat(9000), (some: readonly Participant[], t) => {
        const { p50, p95, worst, makers = [] } = forecastOf(some, { low: 300, blind: 0 })!;
        expect(shareAt(some, t + 1)).toBeGreaterThanOrEqual(shareAt(some, t) - 1e-12);
        expect(p50).toBeLessThanOrEqual(p95);
        expect(p95).toBeLessThanOrEqual(worst);
        for (const [share, when] of [
          [0.5, p50],
          [0.95, p95],
        ] as const) {
          if (when < worst) expect(shareAt(some, when)).toBeGreaterThanOrEqual(share - 1e-6);
          expect(shareAt(some, when - 1.01)).toBeLessThan(share);
        }
        if (!some.some(({ source }) => source === 'unknown'))
          expect(shareAt(some, worst)).toBeCloseTo(1);
        expect(makers.length).toBeLessThanOrEqual(3);
        for (const { seconds } of makers) expect(seconds).toBeGreaterThan(300);
      }),
    );
  });
});

it('the bound is the longest life from the last authoritative turn, and none before that', () => {
  expect(boundOf(null, 300, [])).toBeNull();
  expect(boundOf(5000, 300, [])).toBe(306_000);
  expect(boundOf(5000, 300, [null, 600, 20])).toBe(606_000);
});
