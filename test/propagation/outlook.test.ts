import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Holder, outlookOf } from '../../src/propagation/outlook.ts';
import { stragglerOf } from '../../src/propagation/straggler.ts';
import { after, expectation, otherSet, refused, said, saidNew, saidOld } from './example.ts';

const row = (weight: number, ...said: Parameters<typeof after>[0][number][]): Holder => {
  const state = after(said);
  const cause = stragglerOf(state, expectation)?.cause ?? null;
  return { id: `of weight ${weight}`, weight, state, cause, final: true };
};

describe('the outlook from the entries seen', () => {
  const momentsOf = (...[rows, now]: Parameters<typeof outlookOf>) => {
    const reached = outlookOf(rows, now);
    return { p50: reached(0.5).at, p95: reached(0.95).at, worst: reached(1).at };
  };
  const rows = [
    row(5, saidNew(2000, 60)),
    row(4, saidOld(2000, 10)),
    row(1, saidOld(2000, 50)),
    row(9, refused(2000)),
    { id: 'unheard', weight: 9, state: null, cause: null, final: true },
  ];

  it('turns entry by entry; who cannot tell is left out', () => {
    expect(momentsOf(rows, 3000)).toEqual({ p50: 3000, p95: 53_000, worst: 53_000 });
    // Its entry has ended and nobody asked since: any moment now.
    expect(momentsOf(rows, 20_000)).toEqual({ p50: 20_000, p95: 53_000, worst: 53_000 });
  });

  it('names who is waited for, the last first, and until when', () => {
    const reached = outlookOf(rows, 3000);
    expect(reached(0.5)).toEqual({ at: 3000, waits: [], more: 0 });
    const plain = { cause: 'waiting for its TTL', floor: null, final: true };
    expect(reached(0.95).waits).toEqual([
      { ...plain, resolver: 'of weight 1', until: 53_000 },
      { ...plain, resolver: 'of weight 4', until: 13_000 },
    ]);
    const raised = outlookOf([row(1, saidOld(2000, 900))], 3000)(1);
    expect(raised.waits).toMatchObject([{ cause: 'raises TTLs', floor: 900, until: 903_000 }]);
  });

  it('names three, and counts the others', () => {
    const many = Array.from({ length: 9 }, (_, index) => row(index + 1, saidOld(2000, 20 + index)));
    const { waits, more } = outlookOf(many, 3000)(1);
    expect(waits.map(({ until }) => until)).toEqual([31_000, 30_000, 29_000]);
    expect(more).toBe(6);
  });

  it('has no end where stale, frozen or foreign data stands in the way, and says whose', () => {
    const endless = [
      [saidOld(2000, 30, { ede: 3 })],
      [2, 5, 8, 11].map(at => saidOld(at * 1000, 45)),
      [said({ at: 2000, ttl: 5, rdata: otherSet })],
    ];
    const causes = endless.map(observations => {
      const both = [row(19, saidNew(2000, 60)), row(1, ...observations)];
      expect(momentsOf(both, 12_000)).toEqual({ p50: 12_000, p95: 12_000, worst: null });
      const { waits } = outlookOf(both, 12_000)(1);
      expect(waits).toMatchObject([{ resolver: 'of weight 1', until: null }]);
      return waits[0]?.cause;
    });
    expect(causes).toEqual(['serves stale', 'does not count down', 'filtered or rewritten']);
    expect(momentsOf([], 5)).toEqual({ p50: null, p95: null, worst: null });
  });

  it('a larger share is never reached sooner, and none with a moment waits for what has no end', () => {
    const holder = fc
      .tuple(fc.integer({ min: 1, max: 9 }), fc.constantFrom('old', 'new', 'stale'), fc.nat(900))
      .map(([weight, what, ttl]) =>
        what === 'new'
          ? row(weight, saidNew(2000, ttl))
          : row(weight, saidOld(2000, ttl, what === 'stale' ? { ede: 3 } : {})),
      );
    fc.assert(
      fc.property(fc.array(holder, { minLength: 1, maxLength: 12 }), holders => {
        const reached = outlookOf(holders, 3000);
        let last = -Infinity;
        for (const share of [0.1, 0.5, 0.9, 1]) {
          const { at, waits, more } = reached(share);
          expect(at ?? Infinity).toBeGreaterThanOrEqual(last);
          last = at ?? Infinity;
          for (const { until } of waits) expect(until === null).toBe(at === null);
          expect(waits.length + more).toBeLessThanOrEqual(holders.length);
        }
      }),
    );
  });
});
