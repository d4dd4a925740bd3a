import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { observe } from '../../src/propagation/cachestate.ts';
import { type Observation } from '../../src/propagation/observation.ts';
import { paceOf, paces } from '../../src/propagation/pace.ts';
import { nextAsk, type SchedulePolicy } from '../../src/propagation/schedule.ts';
import * as example from './example.ts';
import { after, expectation, saidNew, saidOld, silent } from './example.ts';

const s = (seconds: number) => seconds * 1000;
const h = (hours: number) => s(3600 * hours);
const policy: SchedulePolicy = {
  ...{ mode: 'watch', chance: 0, samples: 1, gapMs: 1000, longestMs: s(300), settledMs: s(600) },
};

/** The pause after these, in seconds, as of their last. */
function pauseAfter(seen: readonly Observation[], more: Partial<SchedulePolicy> = {}): number {
  const state = after(seen);
  const now = state.last.received;
  const next = nextAsk(state, expectation, { policy: { ...policy, ...more }, now });
  return ((next?.at ?? Infinity) - now) / 1000;
}

/** Questions between two moments to one that answers like this, asked as the schedule says. */
function asked(answer: (at: number) => Observation, from: number, to: number): number {
  let state = observe(null, answer(from), expectation);
  let count = 1;
  for (let now = from; ; count++) {
    const next = nextAsk(state, expectation, { policy: { ...policy, chance: 0.5 }, now });
    if (next === null || next.at > to) return count;
    now = next.at;
    state = observe(state, answer(now), expectation);
  }
}

describe('the pace', () => {
  it('is slowed an hour after the swap, and again a day after it', () => {
    const times = (hours: number) => paceOf({ swappedAt: s(5) }, s(5) + h(hours)).times;
    expect([-1, 0, 0.9999, 1, 23.999, 24, 1000].map(times)).toEqual([1, 1, 1, 4, 4, 20, 20]);
    expect(paceOf({ swappedAt: null }, h(1000)).times).toBe(1);
    expect(paces.map(pace => pace.times)).toEqual([1, 4, 20]);
  });

  it('a settled resolver is looked at each 10, 40 and 200 minutes', () => {
    expect([0, 1, 24].map(hours => pauseAfter([saidNew(h(hours) + s(2), 60)]) / 60)).toEqual([
      ...[10, 40, 200],
    ]);
  });

  it('who holds old for long is never left alone for longer than 5, 20 and 100 minutes', () => {
    expect([0, 1, 24].map(hours => pauseAfter([saidOld(h(hours) + s(2), 86_400)]) / 60)).toEqual([
      ...[5, 20, 100],
    ]);
  });

  it('who was silent or stale just now is asked as promptly as ever, and rarely when that goes on', () => {
    const silences = (hours: number, count: number) =>
      Array.from({ length: count }, (_, i) => silent(h(hours) + s(i)));
    const pause = (hours: number, count: number) =>
      pauseAfter(silences(hours, count), { chance: 0.5, longestMs: h(9) });
    expect([0, 1, 24].map(hours => pause(hours, 2))).toEqual([4, 4, 4]);
    expect([0, 1, 24].map(hours => pause(hours, 40) / 60)).toEqual([10, 40, 200]);
    const stale = (hours: number) => [saidOld(h(hours) + s(2), 30, { ede: 3 })];
    expect([0, 1, 24].map(hours => pauseAfter(stale(hours), { gapMs: 100 }))).toEqual([
      ...[0.5, 0.5, 0.5],
    ]);
  });

  it('the end of an entry is met within its bound, whatever the TTL and whenever it was seen', () => {
    const seen = fc.record({
      hours: fc.constantFrom(0.5, 1, 5, 24, 100),
      ttl: fc.integer({ min: 0, max: 290 }),
      chance: fc.double({ min: 0, max: 0.999, noNaN: true }),
      gapMs: fc.constantFrom(1000, 60_000),
    });
    fc.assert(
      fc.property(seen, ({ hours, ttl, chance, gapMs }) => {
        const at = h(hours) + s(2);
        const end = (1 + ttl) * 1000;
        const { lateMs, times } = paceOf(expectation, at);
        // Stale data has TTL 30, and is another matter.
        fc.pre(ttl !== 30);
        const pause = 1000 * pauseAfter([saidOld(at, ttl)], { chance, gapMs });
        expect(pause).toBeLessThanOrEqual(Math.max(end + lateMs, gapMs));
        if (times > 1) expect(pause).toBeGreaterThanOrEqual(end);
      }),
    );
  });

  it('who fetches old again each minute, or makes its answers up, costs little after a day', () => {
    const old = (at: number) => saidOld(at, 60);
    const made = (at: number) =>
      example.said({ at, ttl: 0, rdata: [`10 mx${at}.portal.example.`] });
    for (const answer of [old, made, silent]) {
      const [first, later, last] = [
        asked(answer, 0, h(1)),
        asked(answer, h(1), h(2)),
        asked(answer, h(24), h(25)),
      ];
      expect(later).toBeLessThan(first);
      expect(last).toBeLessThan(later);
      expect(last).toBeLessThanOrEqual(20);
    }
  });
});
