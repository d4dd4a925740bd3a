import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Cutover } from '../../src/cutover/cutover.ts';
import {
  allLeft,
  memberOf,
  nextWave,
  wavesHash,
  wavesOf,
  type Member,
  type Waves,
} from '../../src/cutover/wave.ts';
import { parseName, type Name } from '../../src/dns/name.ts';

const name = (index: number): Name => parseName(`d${String(index)}.example`);
const names = (count: number): readonly Name[] =>
  Array.from({ length: count }, (_, index) => name(index));

const waves: Waves = {
  canary: [name(3)],
  shares: [10, 50, 100],
  concurrency: 2,
  stopOnFailure: true,
  wait: 3600,
  patience: 600,
};

const toCome = (domain: Name): Member => ({ domain, standing: 'to-come', swapped: null, why: '' });

describe('the waves', () => {
  it('are the canaries, then growing shares of the rest', () => {
    expect(wavesOf(waves, names(7)).map(list => list.map(one => one.slice(1, 2)).join(''))).toEqual(
      ['3', '0', '12', '456'],
    );
    expect(wavesOf({ canary: [], shares: [100] }, names(2))).toEqual([[name(0), name(1)]]);
    expect(wavesOf(waves, [name(3)])).toEqual([[name(3)]]);
  });

  it('hold every domain once', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 60 }),
        fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 5 }),
        fc.subarray([0, 1, 2, 3, 4, 5]),
        (count, shares, canaries) => {
          const domains = names(count);
          const canary = canaries.filter(index => index < count).map(name);
          const own = { canary, shares: [...shares.toSorted((a, b) => a - b), 100] };
          expect([...wavesOf(own, domains).flat()].sort()).toEqual([...domains].sort());
        },
      ),
    );
  });

  it('have a hash of what they are and of every plan', () => {
    const plans = names(2).map(one => [one, 'aaaa-bbbb-cccc-dddd'] as const);
    const known = wavesHash(waves, plans);
    expect(known).toMatch(/^[0-9a-f]{4}(-[0-9a-f]{4}){3}$/);
    expect(wavesHash({ ...waves, concurrency: 3 }, plans)).not.toBe(known);
    expect(wavesHash(waves, plans.toReversed())).not.toBe(known);
    expect(wavesHash(waves, [plans[0]!, [name(1), 'other']])).not.toBe(known);
  });
});

describe('a member', () => {
  const at = (own: Partial<Cutover>): Cutover =>
    ({
      ...{ outcome: null, stage: 'drain', hold: null, ending: null, swaps: [] },
      plan: { steps: ['swap'] },
      ...own,
    }) as unknown as Cutover;
  const terms = { now: 1_000_000, patience: 600 };
  const standing = (own: Partial<Cutover>): string => memberOf(name(0), at(own), terms).standing;

  it('stands where its cutover does', () => {
    expect(memberOf(name(0), null, terms).standing).toBe('to-come');
    expect(standing({})).toBe('moving');
    expect(standing({ stage: 'propagate' })).toBe('moving');
    expect(standing({ stage: 'sweep' })).toBe('over');
    expect(standing({ stage: 'settle' })).toBe('over');
    expect(standing({ stage: 'rollback' })).toBe('failed');
    expect(standing({ outcome: 'done' })).toBe('done');
    expect(standing({ outcome: 'rolled-back' })).toBe('failed');
    expect(standing({ outcome: 'abandoned' })).toBe('failed');
    expect(standing({ stage: 'settle', ending: {} as never })).toBe('failed');
  });

  it('fails when it waits for a person for too long', () => {
    const held = (since: number): Partial<Cutover> => ({
      hold: { why: 'claimed', claim: 'x', since },
    });
    expect(standing(held(400_001))).toBe('moving');
    expect(standing(held(400_000))).toBe('failed');
    expect(memberOf(name(0), at(held(0)), terms).why).toBe('held: claimed');
  });

  it('was swapped when its last step was', () => {
    const swaps = [{ wall: 5, up: 0, boot: 'a' }];
    expect(memberOf(name(0), at({ stage: 'settle', swaps }), terms).swapped).toBe(5);
    const two = { steps: ['a', 'b'] } as unknown as Cutover['plan'];
    expect(memberOf(name(0), at({ swaps, plan: two }), terms).swapped).toBeNull();
  });
});

/** What may become of one that moves, in the order in which chance picks. */
const ways = ['over', 'over', 'over', 'failed', 'moving'] as const;

/** Plays waves: starts what it is told to start, and lets chance decide what becomes of those. */
function play(own: Waves, domains: readonly Name[], chances: readonly number[]) {
  let members = domains.map(toCome);
  let now = 0;
  const starts: {
    readonly wave: number;
    readonly domains: readonly Name[];
    readonly at: number;
  }[] = [];
  const seen: { readonly members: readonly Member[]; readonly is: string }[] = [];
  for (const chance of chances) {
    const next = nextWave({ waves: own, members, now });
    // Whoever comes after a crash, and knows nothing but the cutovers, decides the same.
    expect(nextWave({ waves: own, members: structuredClone(members), now })).toEqual(next);
    seen.push({ members, is: next.is });
    if (next.is === 'start') {
      starts.push({ wave: next.wave, domains: next.domains, at: now });
      members = members.map(one =>
        next.domains.includes(one.domain) ? { ...one, standing: 'moving' } : one,
      );
    } else if (next.is === 'wait' && next.until !== null) now = next.until;
    else {
      now += 60_000;
      const moving = members.filter(({ standing }) => standing === 'moving');
      const one = moving[chance % Math.max(1, moving.length)];
      const way = ways[chance % ways.length] ?? 'over';
      members = members.map(member =>
        member === one
          ? { ...member, standing: way, swapped: way === 'over' ? now : null }
          : member,
      );
    }
  }
  return { members, starts, seen };
}

describe('what is done next', () => {
  const game = fc.record({
    count: fc.integer({ min: 1, max: 25 }),
    concurrency: fc.integer({ min: 1, max: 6 }),
    stopOnFailure: fc.boolean(),
    canary: fc.boolean(),
    chances: fc.array(fc.nat(1000), { minLength: 300, maxLength: 300 }),
  });

  it('never more at once than allowed, nobody twice, nothing after a failure, no wave before its time', () => {
    fc.assert(
      fc.property(game, ({ count, concurrency, stopOnFailure, canary, chances }) => {
        const own = { ...waves, concurrency, stopOnFailure, canary: canary ? [name(0)] : [] };
        const domains = names(count);
        const { starts, seen, members } = play(own, domains, chances);
        for (const { members: then, is } of seen) {
          const moving = then.filter(({ standing }) => standing === 'moving').length;
          expect(moving).toBeLessThanOrEqual(concurrency);
          const failed = then.some(({ standing }) => standing === 'failed');
          if (stopOnFailure && failed) expect(is).not.toBe('start');
        }
        const started = starts.flatMap(one => one.domains);
        expect(new Set(started).size).toBe(started.length);
        const lists = wavesOf(own, domains);
        for (const { wave, domains: some, at } of starts) {
          for (const domain of some) expect(lists[wave]).toContain(domain);
          const before = lists.slice(0, wave).flat();
          for (const domain of before) expect(started).toContain(domain);
          for (const { domain, swapped, standing } of members)
            if (before.includes(domain) && standing === 'over' && swapped! <= at)
              expect(at - swapped!).toBeGreaterThanOrEqual(own.wait * 1000);
        }
      }),
    );
  });

  it('in the end everybody, where nobody fails', () => {
    fc.assert(
      fc.property(game, ({ count, concurrency, chances }) => {
        const fine = chances.map(chance => chance - (chance % ways.length));
        const { members } = play({ ...waves, concurrency }, names(count), fine);
        expect(members.map(({ standing }) => standing)).toEqual(names(count).map(() => 'over'));
        expect(allLeft(members)).toBe(true);
      }),
    );
  });

  it('says why nothing is started', () => {
    const [a, b, c] = names(3).map(toCome) as [Member, Member, Member];
    const state = (members: readonly Member[], own: Partial<Waves> = {}) =>
      nextWave({ waves: { ...waves, canary: [a.domain], ...own }, members, now: 10_000_000 });
    const gone: Member = { ...a, standing: 'failed', why: 'rolled-back' };
    expect(state([gone, b, c])).toEqual({ is: 'stopped', failed: [gone] });
    expect(state([gone, b, c], { stopOnFailure: false })).toMatchObject({ is: 'start' });
    expect(state([{ ...a, standing: 'moving' }, b, c])).toEqual({
      is: 'wait',
      wave: 1,
      until: null,
    });
    expect(state([{ ...a, standing: 'over', swapped: 9_000_000 }, b, c])).toEqual({
      ...{ is: 'wait', wave: 1 },
      until: 12_600_000,
    });
    expect(state([{ ...a, standing: 'done', swapped: 5 }, b, c])).toEqual({
      ...{ is: 'start', wave: 1 },
      domains: [b.domain],
    });
    expect(state([gone])).toEqual({ is: 'through' });
    expect(allLeft([gone])).toBe(false);
  });
});
