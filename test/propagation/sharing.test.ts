import { describe, expect, it } from 'vitest';
import { type CacheState, observe } from '../../src/propagation/cachestate.ts';
import { type Observation } from '../../src/propagation/observation.ts';
import { after, expectation, otherSet, said, saidNew, saidOld } from './example.ts';

/** As it comes off the wire: equal to what is held, and an object of its own. */
const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

const setsOf = (state: CacheState) => [
  ...state.series.map(({ rdata }) => rdata),
  ...state.recent.flatMap(({ outcome }) => ('rdata' in outcome ? [outcome.rdata] : [])),
];

const heard: readonly Observation[] = [
  saidOld(1000, 50, { nsid: 'a1' }),
  saidOld(11_000, 40, { nsid: 'a1' }),
  said({ at: 12_000, ttl: 600, rdata: otherSet }),
  said({ at: 13_000, ttl: 599, rdata: otherSet }),
  saidNew(62_000, 60, { nsid: 'a1' }),
  said({ at: 63_000, ttl: 15, rdata: null }),
];

describe('what is held of equal answers', () => {
  it('is one set for all resolvers, where it was expected', () => {
    for (const state of [after(heard.map(copy)), after(heard.map(copy))]) {
      const sets = new Set(setsOf(state));
      expect(sets).toContain(expectation.new);
      expect(sets).toContain(expectation.old[0]);
      // Old, new and the other one; null is that of the empty answer.
      expect(sets.size).toBe(4);
    }
  });

  it('is the set of the entry, where it was not', () => {
    const state = after(heard.slice(0, 4).map(copy));
    const other = state.series.find(({ value }) => value === 'other')?.rdata;
    expect(other).toEqual(otherSet);
    expect(setsOf(state).filter(set => set === other)).toHaveLength(3);
  });

  it('says what it said', () => {
    const state = after(heard.map(copy));
    expect(state.last).toEqual(heard.at(-1));
    for (const observation of state.recent) expect(heard).toContainEqual(observation);
  });

  it('survives JSON, and goes on from there as if nothing had been', () => {
    let kept: CacheState | null = null;
    let live: CacheState | null = null;
    for (const observation of heard) {
      live = observe(live, copy(observation), expectation);
      kept = copy(observe(kept, copy(observation), expectation));
      expect(kept).toStrictEqual(live);
    }
  });
});
