import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CacheState, observe } from '../../src/propagation/cachestate.ts';
import { distributionOf, staleAtMost } from '../../src/propagation/distribution.ts';
import { holdsOther } from '../../src/propagation/members.ts';
import { type Observation } from '../../src/propagation/observation.ts';
import { resolver } from '../poller/caches.ts';
import { after, expectation, newSet, oldSet, saidNew, saidOld, silent } from './example.ts';

const s = (seconds: number) => seconds * 1000;
const from = (address: string, observation: Observation): Observation => ({
  ...observation,
  address,
});
const many = { ...resolver(1), anycast: true };

describe('the members of a service', () => {
  it('are told apart by their names, each with what it said last and until when', () => {
    const state = after([
      saidOld(s(2), 50, { nsid: 'a' }),
      saidNew(s(3), 60, { nsid: 'b' }),
      saidOld(s(4), 48, { nsid: 'a' }),
    ]);
    expect(state.members).toEqual([
      { name: 'b', value: 'new', rdata: newSet, at: s(3), until: s(64) },
      { name: 'a', value: 'old', rdata: oldSet, at: s(4), until: s(53) },
    ]);
  });

  it('are told apart by the address where they have no name', () => {
    const state = after([
      from('192.0.2.1', saidOld(s(2), 50)),
      from('2001:db8::1', saidNew(s(3), 60)),
    ]);
    expect(state.members?.map(({ name, value }) => [name, value])).toEqual([
      ['192.0.2.1', 'old'],
      ['2001:db8::1', 'new'],
    ]);
    expect(state.verdict).toBe('mixed');
  });

  it('are found through one address though they gave the same entry', () => {
    const state = after([
      from('192.0.2.1', saidNew(s(2), 50)),
      from('192.0.2.2', saidNew(s(3), 49)),
    ]);
    expect(state.members).toHaveLength(2);
  });

  it('are not listed where one alone was heard, whatever it said', () => {
    const state = after([saidOld(s(2), 9, { nsid: 'a' }), saidNew(s(20), 60, { nsid: 'a' })]);
    expect(state).not.toHaveProperty('members');
  });

  it('have no end where they serve stale data', () => {
    const state = after([
      saidNew(s(2), 60, { nsid: 'a' }),
      saidOld(s(3), 30, { nsid: 'b', ede: 3 }),
    ]);
    expect(state.members?.at(-1)).toMatchObject({ name: 'b', value: 'old', until: null });
  });

  it('are judged anew when something else becomes new', () => {
    const seen = [saidOld(s(2), 50, { nsid: 'a' }), saidNew(s(3), 60, { nsid: 'b' })];
    const back = { ...expectation, new: oldSet, old: [newSet] };
    const state = observe(after(seen), silent(s(9)), back);
    expect(state.members?.map(({ value }) => value)).toEqual(['new', 'old']);
  });

  it('are sixteen at most: what can still answer old stays', () => {
    const answers = [
      saidOld(s(2), 50, { nsid: 'late' }),
      ...Array.from({ length: 30 }, (_, at) => saidNew(s(3 + at), 60, { nsid: `m${at}` })),
    ];
    const { members = [] } = after(answers);
    expect(members).toHaveLength(16);
    expect(members[0]?.name).toBe('late');
  });

  it('keep the resolver from new as long as the entry of one of them, seen last, can be answered', () => {
    const answer = fc.record({
      wait: fc.integer({ min: 10, max: 20_000 }),
      member: fc.nat(5),
      isOld: fc.boolean(),
      ttl: fc.integer({ min: 0, max: 60 }),
      named: fc.boolean(),
    });
    let kept = 0;
    fc.assert(
      fc.property(fc.array(answer, { minLength: 2, maxLength: 60 }), answers => {
        let state: CacheState | null = null;
        let at = 2000;
        for (const { wait, member, isOld, ttl, named } of answers) {
          at += wait;
          const nsid = named ? { nsid: `m${member}` } : {};
          const said = isOld ? saidOld(at, ttl, nsid) : saidNew(at, ttl, nsid);
          state = observe(state, from(`192.0.2.${member}`, said), expectation);
          const holding = state.members?.filter(one => holdsOther(one, at)) ?? [];
          kept += holding.length;
          if (state.verdict === 'new') expect(holding).toEqual([]);
          expect(state.members?.length ?? 0).toBeLessThanOrEqual(16);
        }
      }),
      { numRuns: 300 },
    );
    expect(kept).toBeGreaterThan(1000);
  });
});

describe('how sure clean answers make', () => {
  it('is the part p for which so many would be clean in one of twenty cases: (1 - p)^n = 0.05', () => {
    for (const clean of [1, 3, 7, 11, 59])
      expect((1 - staleAtMost(clean)) ** clean).toBeCloseTo(0.05, 10);
    expect(staleAtMost(0)).toBe(1);
    expect(staleAtMost(11)).toBeLessThan(0.25);
    expect(staleAtMost(10)).toBeGreaterThan(0.25);
  });
});

describe('the state of a service of many machines', () => {
  it('is a distribution of what its members said last', () => {
    const answers = [
      saidOld(s(2), 50, { nsid: 'a' }),
      ...['b', 'c', 'd'].map((nsid, at) => saidNew(s(3 + at), 60, { nsid })),
    ];
    const state = after(answers);
    expect(distributionOf({ resolver: many, state })).toEqual({
      ...{ new: 3, old: 1, other: 0, seen: 4, clean: 0, wanted: 11, staleAtMost: 1 },
    });
    // A farm that nobody announced is one as well.
    expect(distributionOf({ resolver: resolver(1), state })).toMatchObject({ seen: 4, wanted: 11 });
  });

  it('counts the one that was heard alone', () => {
    const state = after([saidNew(s(2), 60), saidNew(s(3), 59)]);
    expect(distributionOf({ resolver: many, state })).toMatchObject({ new: 1, seen: 1, clean: 2 });
    expect(distributionOf({ resolver: resolver(1), state })).toBeNull();
    expect(distributionOf({ resolver: many, state: after([silent(s(2))]) })).toBeNull();
  });
});
