import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type CacheState, observe } from '../../src/propagation/cachestate.ts';
import { type Observation } from '../../src/propagation/observation.ts';
import { nextAsk } from '../../src/propagation/schedule.ts';
import { stragglerOf } from '../../src/propagation/straggler.ts';
import { cleanOfMany, verdicts } from '../../src/propagation/verdict.ts';
import { empty, expectation, newSet, oldSet, otherSet, refused, said, silent } from './example.ts';

// Whatever comes, from whoever sends it: liars, forgers, broken clocks.

const at = fc.integer({ min: -100_000, max: 400_000 });
const data = fc.record({
  at,
  ttl: fc.oneof(fc.constantFrom(0, 1, 30, 60, 3600), fc.nat(200), fc.nat(2_147_483_647)),
  rdata: fc.constantFrom(oldSet, newSet, newSet, otherSet),
});
const observations: fc.Arbitrary<Observation> = fc.oneof(
  { weight: 8, arbitrary: data.map(said) },
  { weight: 2, arbitrary: data.map(one => said({ ...one, nsid: `m${one.ttl % 20}` })) },
  { weight: 1, arbitrary: data.map(one => said({ ...one, ede: 3 })) },
  { weight: 1, arbitrary: at.map(silent) },
  { weight: 1, arbitrary: at.map(time => refused(time, 'SERVFAIL')) },
  { weight: 1, arbitrary: at.map(time => empty(time, 15)) },
);
const streams = fc
  .array(observations, { minLength: 1, maxLength: 80 })
  .map(all => [...all].sort((one, other) => one.received - other.received));

it('new only when every old answer before it has run out', () => {
  let claims = 0;
  fc.assert(
    fc.property(streams, stream => {
      let state: CacheState | null = null;
      let lied = false;
      const runOut: number[] = [];
      for (const observation of stream) {
        const { received, outcome } = observation;
        state = observe(state, observation, expectation);
        if (outcome.kind !== 'answered' || outcome.rdata === null) continue;
        const isNew = outcome.rdata === newSet;
        if (isNew && received < 0) lied = true;
        // What is stale, and says so, has no end; where it looks so, eleven answers end it.
        const stale = outcome.ede.length > 0 || outcome.ttl === 30;
        if (!isNew && !stale) runOut.push(received + (outcome.ttl! + 1) * 1000);
        if (state.verdict !== 'new') continue;
        claims += 1;
        expect(lied).toBe(false);
        expect(isNew).toBe(true);
        expect(Math.max(...runOut, -Infinity)).toBeLessThanOrEqual(received);
      }
    }),
    { numRuns: 1000 },
  );
  expect(claims).toBeGreaterThan(100);
});

it('a state is the same whenever it is made, survives JSON, and has a size', () => {
  fc.assert(
    fc.property(streams, stream => {
      let [state, stored]: (CacheState | null)[] = [null, null];
      for (const observation of stream) {
        state = observe(state ?? null, observation, expectation);
        // A process that dies after every observation.
        const read = JSON.parse(JSON.stringify(stored)) as CacheState | null;
        stored = observe(read, JSON.parse(JSON.stringify(observation)) as Observation, expectation);
        expect(stored).toEqual(state);
        expect(JSON.stringify(state).length).toBeLessThan(8000);
        expect(state.series.length).toBeLessThanOrEqual(12);
        expect(state.recent.length).toBeLessThanOrEqual(6);
      }
    }),
    { numRuns: 60 },
  );
});

it('whoever is not new is a straggler with evidence, and is asked again at a time that is not past', () => {
  fc.assert(
    fc.property(streams, fc.double({ min: 0, max: 0.999, noNaN: true }), (stream, chance) => {
      let state: CacheState | null = null;
      for (const observation of stream) {
        state = observe(state, observation, expectation);
        expect(verdicts).toContain(state.verdict);
        const straggler = stragglerOf(state, expectation);
        expect(straggler === null).toBe(state.verdict === 'new');
        expect(straggler?.evidence.at(-1) ?? observation).toEqual(observation);
        if (straggler?.until != null) expect(straggler.until).toBeGreaterThan(observation.received);
        const now = observation.received + 10;
        const policy = {
          ...({ mode: 'watch', samples: cleanOfMany, gapMs: 1000 } as const),
          ...{ chance, longestMs: 600_000, settledMs: 60_000 },
        };
        const next = nextAsk(state, expectation, { policy, now });
        expect(next!.at).toBeGreaterThanOrEqual(now);
        expect(next!.at).toBeLessThanOrEqual(observation.received + 600_000);
        expect([1, 3, 5]).toContain(next!.burst);
      }
    }),
    { numRuns: 300 },
  );
});
