import { describe, expect, it } from 'vitest';
import { observe } from '../../src/propagation/cachestate.ts';
import { type Cause, stragglerOf } from '../../src/propagation/straggler.ts';
import { type Observation } from '../../src/propagation/observation.ts';
import * as example from './example.ts';
import {
  after,
  expectation,
  newSet,
  oldSet,
  otherSet,
  refused,
  said,
  saidNew,
  saidOld,
  silent,
} from './example.ts';

const s = (seconds: number) => seconds * 1000;

describe('every cause, and until when', () => {
  // [what was seen, its cause, until in seconds]
  const table: readonly (readonly [readonly Observation[], Cause, number | null])[] = [
    [[saidOld(s(2), 50)], 'waiting for its TTL', 53],
    [[saidOld(s(2), 50), silent(s(20))], 'waiting for its TTL', 53],
    [[saidOld(s(10), 50), saidNew(s(58.5), 60)], 'waiting for its TTL', 61],
    [[saidOld(s(2), 300)], 'raises TTLs', 303],
    // How long it keeps entries is not known yet, so that this one can be from before the swap.
    [[saidOld(s(9), 300)], 'raises TTLs', 310],
    [[2, 5, 8, 11].map(at => saidOld(s(at), 45)), 'does not count down', null],
    [[saidOld(s(2), 5), saidOld(s(20), 30, { ede: 3 })], 'serves stale', null],
    [[saidOld(s(2), 5), saidOld(s(20), 30)], 'serves stale', null],
    // It turned when it was asked: nothing lives for the 30 s that stale data is given.
    [[saidOld(s(2), 5), saidOld(s(20), 30), saidNew(s(21), 60)], 'serves stale', null],
    [[saidOld(s(2), 50), saidNew(s(3), 60)], 'several caches disagree', 53],
    [[saidNew(s(2), 60), saidOld(s(3), 20)], 'several caches disagree', 24],
    [[saidOld(s(2), 5), saidOld(s(9), 60)], 'fetched old again', 70],
    [[saidOld(s(30), 60)], 'fetched old again', 91],
    [[saidOld(s(2), 5), saidNew(s(9), 10), saidOld(s(19.5), 10)], 'fetched old again', 30.5],
    // Its entry of before the swap had ended; what it holds was fetched before the swap as well.
    [[saidOld(s(-70), 60), saidOld(s(2), 50)], 'waiting for its TTL', 53],
    [[said({ at: s(2), ttl: 60, rdata: otherSet })], 'filtered or rewritten', null],
    [[saidNew(s(-2), 60)], 'filtered or rewritten', null],
    [[example.empty(s(2), 60, [15])], 'filtered or rewritten', null],
    [[example.empty(s(2), 60)], 'other', null],
    [[refused(s(2))], 'silent or refused', null],
    [[refused(s(2), 'SERVFAIL')], 'silent or refused', null],
    [[silent(s(2))], 'silent or refused', null],
  ];

  it.each(table)('%#: %j', (observations, cause, until) => {
    const straggler = stragglerOf(after(observations), expectation)!;
    expect(straggler.cause).toBe(cause);
    expect(straggler.until).toBe(until === null ? null : s(until));
    expect(straggler.evidence).toEqual(observations.slice(-6));
  });
});

it('nothing known and new are no stragglers', () => {
  expect(stragglerOf(after([saidNew(s(2), 60)]), expectation)).toBeNull();
});

it('with nothing expected another set is no rewriting', () => {
  const nothing = { ...expectation, old: [], new: null, swappedAt: null };
  expect(stragglerOf(after([saidOld(s(2), 60)], nothing), nothing)?.cause).toBe('other');
});

it('the end is not final while an authoritative server still hands out old', () => {
  const state = after([saidOld(s(2), 50)]);
  expect(stragglerOf(state, expectation)?.final).toBe(true);
  expect(stragglerOf(state, { ...expectation, authorityNewSince: null })?.final).toBe(false);
});

it('the evidence has the first and the last of each run', () => {
  const entry = [50, 40, 30, 20].map(ttl => saidOld(s(52 - ttl), ttl));
  const { evidence } = stragglerOf(
    after([...entry, silent(s(33)), saidOld(s(40), 12)]),
    expectation,
  )!;
  expect(evidence.map(({ received }) => received / 1000)).toEqual([2, 32, 33, 40]);
});

it('an old entry that finds no place among many new ones is not forgotten', () => {
  const many = Array.from({ length: 14 }, (_, i) => saidNew(s(3), 30 + 3 * i));
  const state = after([saidOld(s(2), 20), ...many]);
  expect(state.series).toHaveLength(12);
  expect(state.series.every(({ value }) => value === 'new')).toBe(true);
  expect(state).toMatchObject({
    verdict: 'mixed',
    dropped: { old: s(23), new: s(37), other: null },
  });
  expect(stragglerOf(state, expectation)?.until).toBe(s(23));
  expect(observe(state, saidNew(s(23.5), 60), expectation).verdict).toBe('new');

  // Rolled back: what was let go as new is old now.
  const back = { ...expectation, old: [newSet], new: oldSet, swappedAt: s(4) };
  expect(observe(state, saidOld(s(36), 60), back).verdict).toBe('mixed');
  const only = after(many);
  expect(only.dropped.new).toBe(s(37));
  expect(observe({ ...only, series: [] }, saidOld(s(36), 60), back).verdict).toBe('mixed');
  expect(observe({ ...only, series: [] }, saidOld(s(38), 60), back).verdict).toBe('new');
});
