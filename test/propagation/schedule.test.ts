import { describe, expect, it } from 'vitest';
import { observe } from '../../src/propagation/cachestate.ts';
import { type Expectation } from '../../src/propagation/expectation.ts';
import { type Observation } from '../../src/propagation/observation.ts';
import { type NextAsk, nextAsk, type SchedulePolicy } from '../../src/propagation/schedule.ts';
import * as example from './example.ts';
import {
  after,
  draining,
  expectation,
  refused,
  said,
  saidNew,
  saidOld,
  silent,
} from './example.ts';

const s = (seconds: number) => seconds * 1000;
const policy: SchedulePolicy = {
  ...{ mode: 'watch', chance: 0, samples: 1, gapMs: 1000, longestMs: s(900), settledMs: null },
};

/** When to ask after these, as of the moment of the last; seconds after it. */
function pauseAfter(
  observations: readonly Observation[],
  more: Partial<SchedulePolicy> = {},
  expected: Expectation = expectation,
): readonly [number, number] | null {
  const state = after(observations, expected);
  const now = state.last.received;
  const next = nextAsk(state, expected, { policy: { ...policy, ...more }, now });
  return next === null ? null : [(next.at - now) / 1000, next.burst];
}

describe('after the swap', () => {
  it('who was never asked is asked now', () => {
    expect(nextAsk(null, expectation, { policy, now: 5 })).toEqual({ at: 5, burst: 1 });
  });

  it('old: several times around its end, as TTLs are whole seconds; a little later by chance', () => {
    const seen = [saidOld(s(2), 50)];
    expect(pauseAfter(seen)).toEqual([49.7, 1]);
    expect(pauseAfter(seen, { chance: 0.5 })).toEqual([49.75, 1]);
    const looks: number[] = [];
    for (let at = 51.7; at < 53; at = looks.at(-1)!) {
      seen.push(saidOld(s(at), Math.max(0, Math.floor(52 - at))));
      looks.push(at + pauseAfter(seen)![0]);
    }
    expect(looks.map(at => at.toFixed(1))).toEqual(['52.4', '52.8', '53.2']);
  });

  it('said new before its old entry has certainly ended: then, and not before', () => {
    expect(pauseAfter([saidOld(s(2), 50), saidNew(s(51.6), 60)])).toEqual([1.4, 1]);
  });

  it('asked rarely: only once an old entry has certainly ended', () => {
    expect(pauseAfter([saidOld(s(2), 90)], { gapMs: s(60) })).toEqual([91, 1]);
  });

  it('what does not count down is asked less and less often, but never left alone', () => {
    const stood = (...at: number[]) => at.map(one => saidOld(s(one), 45));
    expect(pauseAfter(stood(2, 5, 8, 11))).toEqual([5, 1]);
    expect(pauseAfter(stood(2, 5, 8, 11, 32, 62, 92, 122))).toEqual([11.7, 1]);
  });

  it('never later than the longest pause, never before the gap, never before now', () => {
    expect(pauseAfter([saidOld(s(2), 50_000)])).toEqual([900, 1]);
    expect(pauseAfter([saidOld(s(2), 0)], { gapMs: s(60) })).toEqual([60, 1]);
    const state = after([saidOld(s(2), 50)]);
    expect(nextAsk(state, expectation, { policy, now: s(500) })?.at).toBe(s(500));
  });

  it('stale: within half a second to one, three at once; later when that goes on', () => {
    const stale = (at: number) => saidOld(s(at), 30, { ede: 3 });
    const quick = { gapMs: 100 };
    expect(pauseAfter([stale(2)], quick)).toEqual([0.5, 3]);
    expect(pauseAfter([stale(2)], { ...quick, chance: 0.9999 })?.[0]).toBeCloseTo(1, 2);
    expect(pauseAfter([saidOld(s(2), 30)], quick)).toEqual([0.5, 3]);
    // Without the sign for it eleven clean answers are wanted.
    const unsigned = [saidOld(s(2), 5), saidOld(s(20), 30), saidNew(s(21), 60), saidNew(s(22), 59)];
    expect(pauseAfter([...unsigned, saidNew(s(23), 58)])).toEqual([1, 5]);
    const stuck = Array.from({ length: 9 }, (_, i) => stale(2 + i));
    expect(pauseAfter(stuck, quick)).toEqual([8, 3]);
    const forever = Array.from({ length: 200 }, (_, i) => stale(2 + i));
    expect(pauseAfter(forever, quick)).toEqual([60, 3]);
  });

  it('a farm: looks before the first of its entries ends, and an odd burst then', () => {
    const farm = [saidOld(s(2), 50), saidOld(s(3), 10), saidOld(s(4), 48)];
    expect(pauseAfter(farm)).toEqual([8.7, 1]);
    expect(pauseAfter([...farm, saidOld(s(13.5), 38)])).toEqual([0.5, 5]);
    const turned = [...farm, saidNew(s(54), 60)];
    expect(pauseAfter(turned)).toEqual([1, 5]);
  });

  it('the same full TTL twice: a look while it must move', () => {
    expect(pauseAfter([saidOld(s(2), 20), saidOld(s(24), 20)])).toEqual([2.5, 1]);
    expect(pauseAfter([saidOld(s(2), 20), saidOld(s(24), 20), saidOld(s(27), 17)])).toEqual([
      16.7, 1,
    ]);
  });

  describe('entries that last a moment and all say the same', () => {
    /** Asked as the schedule says for an hour, with `ttl` each time; how long the pauses were. */
    const pausesOf = (ttl: number, rdata: (i: number) => readonly string[]): readonly number[] => {
      const seen = [said({ at: s(2), ttl, rdata: rdata(0) })];
      const pauses: number[] = [];
      let state = after(seen);
      for (let at = 2; at < 3600;) {
        const next = nextAsk(state, expectation, { policy, now: s(at) });
        pauses.push((next?.at ?? Infinity) / 1000 - at);
        at = (next?.at ?? Infinity) / 1000;
        state = observe(state, said({ at: s(at), ttl, rdata: rdata(pauses.length) }), expectation);
      }
      return pauses;
    };

    it('are asked less and less often: twice a minute in the end', () => {
      for (const ttl of [0, 1, 2]) {
        const pauses = pausesOf(ttl, () => example.oldSet);
        expect(pauses.length).toBeLessThan(150);
        expect(pauses.at(-1)).toBeCloseTo(30, 0);
        expect(Math.max(...pauses)).toBeLessThan(32);
      }
    });

    it('hardly ever where they are made up, and another each time', () => {
      for (const ttl of [0, 1]) {
        const pauses = pausesOf(ttl, i => [`10 mx${String(i)}.portal.example.`]);
        expect(pauses.length).toBeLessThan(60);
        expect(pauses.at(-1)).toBeCloseTo(900, 0);
      }
    });

    it('are no reason to miss the end of one of a usual length, nor what comes after new', () => {
      const ended = Array.from({ length: 11 }, (_, i) => saidOld(s(2 + 70 * i), 60));
      expect(pauseAfter([...ended, saidOld(s(704.5), 57)])?.[0]).toBeCloseTo(57.2);
      const short = Array.from({ length: 11 }, (_, i) => saidOld(s(2 + 3 * i), 1));
      expect(pauseAfter(short)?.[0]).toBe(30);
      const turned = [...short, saidNew(s(40), 1), saidOld(s(45), 1)];
      expect(pauseAfter(turned)?.[0]).toBeLessThan(2);
    });
  });

  it('silence: twice as long each time, with an end', () => {
    const silences = (count: number) => Array.from({ length: count }, (_, i) => silent(s(i + 1)));
    const far = { longestMs: s(9000), chance: 0.5 };
    expect([1, 2, 3, 4].map(count => pauseAfter(silences(count), far)?.[0])).toEqual([2, 4, 8, 16]);
    expect(pauseAfter(silences(40), far)).toEqual([600, 1]);
    expect(pauseAfter(silences(1), { chance: 0.9999 })?.[0]).toBeCloseTo(2.5, 2);
    expect(pauseAfter([example.empty(s(1))], far)).toEqual([2, 1]);
  });

  it('REFUSED: never again; SERVFAIL: as for silence', () => {
    expect(pauseAfter([refused(s(2))])).toBeNull();
    expect(pauseAfter([saidNew(s(1), 60), refused(s(2))])).toBeNull();
    expect(pauseAfter([refused(s(2), 'SERVFAIL')], { chance: 0.5 })).toEqual([2, 1]);
  });

  it('new and settled: no more, or rarely', () => {
    expect(pauseAfter([saidNew(s(2), 60)])).toBeNull();
    expect(pauseAfter([saidNew(s(2), 60)], { settledMs: s(300) })).toEqual([300, 1]);
  });

  it('who was asked before the swap is asked anew after it', () => {
    const state = after([saidOld(-s(600), 50)], draining);
    expect(nextAsk(state, expectation, { policy, now: 5 })).toEqual({ at: 5, burst: 1 });
    const floor = after([saidOld(-200, 86_400)], draining);
    expect(nextAsk(floor, expectation, { policy, now: 5 })).toEqual({ at: 800, burst: 1 });
    const never = after([refused(-s(600))], draining);
    expect(nextAsk(never, expectation, { policy, now: 5 })).toBeNull();
  });

  it('an anycast address: until enough clean answers came', () => {
    const many = { samples: 11 };
    const news = (count: number) => Array.from({ length: count }, (_, i) => saidNew(s(2 + i), 60));
    expect([1, 8, 10].map(count => pauseAfter(news(count), many))).toEqual([
      ...[
        [1, 5],
        [1, 3],
        [1, 1],
      ],
    ]);
    expect(pauseAfter(news(11), many)).toBeNull();
  });

  it('new while a server lags: again when that entry ends', () => {
    const lagging = { ...expectation, authorityNewSince: null };
    expect(pauseAfter([saidNew(s(2), 60)], {}, lagging)).toEqual([61, 1]);
    // It has turned since: the next answer makes it final.
    const state = observe(null, saidNew(s(2), 60), lagging);
    const turned = { ...expectation, authorityNewSince: s(3) };
    expect(nextAsk(state, turned, { policy, now: s(4) })).toEqual({ at: s(4), burst: 1 });
  });
});

describe('before the swap', () => {
  const baseline = (observations: readonly Observation[]): NextAsk | null => {
    const state = after(observations, draining);
    const now = state.last.received;
    return nextAsk(state, draining, { policy: { ...policy, mode: 'baseline', chance: 0.5 }, now });
  };

  it('one answer, and then silence', () => {
    expect(nextAsk(null, draining, { policy, now: 5 })).toEqual({ at: 5, burst: 1 });
    expect(baseline([saidOld(s(2), 10)])).toBeNull();
    expect(baseline([example.empty(s(2))])).toBeNull();
    expect(baseline([refused(s(2))])).toBeNull();
  });

  it('three tries at it', () => {
    expect(baseline([silent(s(2))])).toEqual({ at: s(4), burst: 1 });
    expect(baseline([silent(s(2)), silent(s(4)), silent(s(8))])).toBeNull();
  });
});

describe('a look', () => {
  const look = (
    observations: readonly Observation[],
    chance = 0,
  ): readonly [number, number] | null =>
    pauseAfter(observations, { mode: 'look', chance, gapMs: 100 }, draining);

  it('one answer is enough, whatever it says', () => {
    expect(look([saidOld(s(2), 50)])).toBeNull();
    expect(look([example.empty(s(2))])).toBeNull();
    expect(look([refused(s(2))])).toBeNull();
  });

  it('who was stale or failed is asked again within a second', () => {
    expect(look([saidOld(s(2), 30, { ede: 3 })])).toEqual([0.5, 1]);
    expect(look([saidOld(s(2), 30)])).toEqual([0.5, 1]);
    expect(look([refused(s(2), 'SERVFAIL')], 0.9999)?.[0]).toBeCloseTo(1, 2);
    expect(look([refused(s(2), 'SERVFAIL')])).toEqual([0.5, 1]);
    expect(look([silent(s(2)), saidOld(s(3), 50)])).toBeNull();
  });

  it('three times at most, and not sooner than is polite', () => {
    const failing = (at: number) => refused(s(at), 'SERVFAIL');
    expect(look([failing(2), failing(4), failing(8)])).toBeNull();
    expect(pauseAfter([failing(2)], { mode: 'look', gapMs: s(60) }, draining)).toEqual([60, 1]);
  });

  it('who was silent is asked at its other places, and nowhere twice', () => {
    const pause = (count: number, places: number, gapMs = 100) => {
      const silences = Array.from({ length: count }, (_, i) => silent(s(2 + i)));
      return pauseAfter(silences, { mode: 'look', places, gapMs }, draining);
    };
    expect(pause(1, 1)).toBeNull();
    expect([pause(1, 2), pause(2, 2)]).toEqual([[0, 1], null]);
    expect([pause(2, 4), pause(3, 4)]).toEqual([[0, 1], null]);
    // A minute is no look.
    expect(pause(1, 4, s(60))).toBeNull();
  });
});
