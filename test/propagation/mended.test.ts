import { describe, expect, it } from 'vitest';
import { isSettled, observe, type CacheState } from '../../src/propagation/cachestate.ts';
import { cleanOfMany } from '../../src/propagation/verdict.ts';
import { draining, empty, expectation, saidNew, saidOld, silent } from './example.ts';

const s = (seconds: number): number => seconds * 1000;
const times = (count: number): readonly number[] => Array.from({ length: count }, (_, at) => at);

/** Sequences that were once judged wrongly. */
describe('what is new, and stays so', () => {
  it('is counted anew from the moment when the last server turned', () => {
    const before = { ...expectation, authorityNewSince: null };
    const turned = { ...expectation, authorityNewSince: s(150) };
    let state: CacheState | null = null;
    for (const at of times(cleanOfMany))
      state = observe(state, saidNew(s(10 + at), 60, { nsid: at % 2 === 0 ? 'a' : 'b' }), before);
    expect(state!.clean).toBe(cleanOfMany);
    const one = observe(state, saidNew(s(151), 60, { nsid: 'a' }), turned);
    expect(one.clean).toBe(1);
    expect(isSettled(one, turned, cleanOfMany)).toBe(false);
  });

  it('is not, while a member of a farm counts down from 30: that is no stale answer', () => {
    let state: CacheState | null = null;
    for (const at of [2, 4, 6]) state = observe(state, saidOld(s(at), 32 - at), expectation);
    for (const at of times(cleanOfMany + 1))
      state = observe(state, saidNew(s(7 + at), 60), expectation);
    expect(state!.verdict).toBe('mixed');
  });

  it('is nothing that a filter denies, also where the step deletes the set', () => {
    const deleted = { ...expectation, new: [] };
    const state = observe(null, empty(s(2), 15, [15]), deleted);
    expect(state.verdict).toBe('empty');
  });

  it('is nothing that a liar says, also after the way back and another attempt', () => {
    const back = { ...expectation, old: [expectation.new!], new: expectation.old[0]! };
    const late = { ...expectation, swappedAt: s(5000), firstSentAt: 0, authorityNewSince: s(5000) };
    let state: CacheState | null = observe(null, saidNew(s(-5), 60), expectation);
    expect(state.lied).toBe(true);
    for (const at of times(15))
      state = observe(state, saidNew(s(100 + 70 * at), 5 + at), { ...back, firstSentAt: null });
    state = observe(state, saidNew(s(6000), 60), late);
    expect([state.lied, state.verdict]).toEqual([true, 'other']);
  });

  it('is nothing that a liar says, also when the first question after the swap was in vain', () => {
    let state: CacheState = observe(null, saidNew(s(-500), 60), draining);
    state = observe(state, silent(s(5)), expectation);
    state = observe(state, saidNew(s(8), 60), expectation);
    expect([state.lied, state.verdict]).toEqual([true, 'other']);
  });

  it('stays new when a clock was set and the aim is the same', () => {
    const early = observe(null, saidNew(s(10), 60), expectation);
    // The moment of the swap lies later by the clock that was set.
    const moved = { ...expectation, swappedAt: s(60), authorityNewSince: s(60) };
    expect(observe(early, saidNew(s(70), 60), moved)).toMatchObject({
      ...{ lied: false, verdict: 'new' },
    });
  });
});
