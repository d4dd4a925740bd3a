import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CacheState, isSettled, observe } from '../../src/propagation/cachestate.ts';
import { type Expectation } from '../../src/propagation/expectation.ts';
import { nextAsk, type SchedulePolicy } from '../../src/propagation/schedule.ts';
import { stragglerOf } from '../../src/propagation/straggler.ts';
import { expectation, saidNew } from './example.ts';
import { type Habit, simulatedCache, type World } from './simulated.ts';

const seconds = (max: number) => fc.integer({ min: 0, max });

const habits = fc.record({
  kind: fc.constantFrom<Habit['kind']>('plain', 'stale', 'prefetch', 'frozen', 'rewriting'),
  floor: fc.constantFrom(0, 0, 90),
  ceiling: fc.constantFrom(86_400, 86_400, 20),
  truncates: fc.boolean(),
  signsStale: fc.boolean(),
  nsid: fc.constant(null),
});
const honest = habits.map(habit => ({
  ...habit,
  kind: habit.kind === 'prefetch' ? habit.kind : ('plain' as const),
}));
const worlds = fc.record({
  low: fc.constantFrom(2, 20, 60),
  turns: fc.array(seconds(100_000), { minLength: 1, maxLength: 2 }),
  picks: fc.array(fc.nat(7), { minLength: 1, maxLength: 8 }),
});
/** Milliseconds between questions, some of them long. */
const gaps = fc.array(
  fc.oneof(fc.integer({ min: 1, max: 3000 }), fc.integer({ max: 90_000, min: 1 })),
  {
    ...{ minLength: 1, maxLength: 60 },
  },
);
const routes = fc.array(fc.nat(2), { minLength: 1, maxLength: 20 });

const expectationAt = ({ low, turns }: World, at: number): Expectation => {
  const turnedAt = Math.max(...turns);
  return {
    ...{ ...expectation, ttl: { old: 3600, low } },
    authorityNewSince: at >= turnedAt ? turnedAt : null,
  };
};

describe('simulated caches whose truth is known', () => {
  it('never new while a member of a farm holds old that was seen; until is a bound', () => {
    const farms = fc.array(honest, { minLength: 1, maxLength: 3 });
    let claims = 0;
    fc.assert(
      fc.property(farms, worlds, fc.tuple(gaps, routes), (members, world, [waits, route]) => {
        const caches = members.map(member => simulatedCache(member, world));
        let state: CacheState | null = null;
        let at = -30_000;
        for (const [turn, wait] of waits.entries()) {
          at += wait;
          const cache = caches[(route[turn % route.length] ?? 0) % caches.length]!;
          const expected = expectationAt(world, at);
          const observation = cache.ask(at);
          state = observe(state, observation, expected);
          const seen = caches.map(one => one.holdsSeenOld(at)).filter(entry => entry !== null);
          if (state.verdict === 'new') {
            claims += 1;
            expect(seen).toEqual([]);
          }
          const until = stragglerOf(state, expected)?.until ?? null;
          for (const { endsAt } of until === null ? [] : seen)
            expect(endsAt).toBeLessThanOrEqual(until! + 1);
        }
      }),
      { numRuns: 400 },
    );
    expect(claims).toBeGreaterThan(100);
  });

  it('until is right to two seconds for one cache that counts', () => {
    fc.assert(
      fc.property(honest, worlds, gaps, (member, world, waits) => {
        const cache = simulatedCache({ ...member, kind: 'plain' }, world);
        let state: CacheState | null = null;
        let at = -30_000;
        for (const wait of waits) {
          at += wait;
          const expected = expectationAt(world, at);
          state = observe(state, cache.ask(at), expected);
          // It is alone behind its address, and is never taken for a farm.
          expect(state.interleaved).toBe(false);
          const truth = cache.holdsSeenOld(at);
          if (truth === null || state.verdict !== 'old') continue;
          const until = stragglerOf(state, expected)!.until!;
          expect(Math.abs(until - truth.endsAt)).toBeLessThanOrEqual(2000);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('what rewrites, and what answered new before it was written, is never new', () => {
    fc.assert(
      fc.property(habits, worlds, gaps, (member, world, waits) => {
        const cache = simulatedCache({ ...member, kind: 'rewriting' }, world);
        let rewriter: CacheState | null = null;
        let liar: CacheState = observe(null, saidNew(-31_000, 60), expectation);
        let at = -30_000;
        for (const wait of waits) {
          at += wait;
          rewriter = observe(rewriter, cache.ask(at), expectationAt(world, at));
          liar = observe(liar, saidNew(at, 60), expectation);
          expect([rewriter.verdict, liar.verdict]).toEqual(['other', 'other']);
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('asked when the schedule says', () => {
  const policy = (chance: number): SchedulePolicy => ({
    ...{ mode: 'watch', chance, samples: 1, gapMs: 1000, longestMs: 600_000, settledMs: null },
  });
  const quick = fc.constantFrom<Habit['kind']>('plain', 'stale', 'prefetch', 'frozen');

  it('every cache is found new soon after its old entry ended, with few questions', () => {
    fc.assert(
      fc.property(
        habits,
        quick,
        worlds,
        fc.double({ min: 0, max: 0.99, noNaN: true }),
        (...all) => {
          const [member, kind, world, chance] = all;
          const cache = simulatedCache({ ...member, kind }, world);
          const turnedAt = Math.max(...world.turns);
          let state = observe(null, cache.ask(-3000), expectationAt(world, -3000));
          let questions = 1;
          let at = 0;
          while (!isSettled(state, expectationAt(world, at), 1)) {
            const next = nextAsk(state, expectationAt(world, at), {
              policy: policy(chance),
              now: at,
            });
            expect(next).not.toBeNull();
            expect(next!.at).toBeGreaterThanOrEqual(at);
            expect(next!.burst % 2).toBe(1);
            at = next!.at;
            for (let count = 0; count < next!.burst; count++) {
              at += 20;
              state = observe(state, cache.ask(at), expectationAt(world, at));
              questions += 1;
            }
            if (questions > 1000) throw new Error(`never settled: ${JSON.stringify(state)}`);
          }
          const longest = Math.max(world.low, member.floor);
          // The entry of before, one from a server that lagged, and what stale data asks besides.
          expect(at).toBeLessThanOrEqual(turnedAt + (2 * longest + 45) * 1000);
          expect(
            nextAsk(state, expectationAt(world, at), { policy: policy(chance), now: at }),
          ).toBeNull();
        },
      ),
      { numRuns: 300 },
    );
  });
});
