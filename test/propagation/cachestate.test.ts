import { describe, expect, it } from 'vitest';
import { type CacheState, isSettled, observe, oldUntil } from '../../src/propagation/cachestate.ts';
import { stragglerOf } from '../../src/propagation/straggler.ts';
import {
  after,
  draining,
  empty,
  expectation,
  fold,
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
const verdicts = (states: readonly CacheState[]) => states.map(({ verdict }) => verdict);
const causeOf = (state: CacheState) => stragglerOf(state, expectation)?.cause;

describe('an entry is tracked, not a TTL', () => {
  it('the same end within a second is the same entry, old until then', () => {
    const state = after([
      saidOld(s(2), 50),
      saidOld(s(12), 40),
      saidOld(s(30.9), 22),
      saidOld(s(50.2), 1),
    ]);
    expect(state.series).toHaveLength(1);
    expect(state.series[0]).toMatchObject({ anchor: s(52), expiresAt: s(52.9), count: 4, ttl: 50 });
    expect(stragglerOf(state, expectation)).toMatchObject({
      ...{ cause: 'waiting for its TTL', until: s(53.9), final: true },
    });
  });

  it('an answer at TTL 0 may be followed by another for a second', () => {
    const states = fold([saidOld(s(2), 0), saidOld(s(2.9), 0), saidNew(s(3.5), 60)]);
    expect(verdicts(states)).toEqual(['old', 'old', 'mixed']);
    expect(observe(states.at(-1)!, saidNew(s(4), 59), expectation).verdict).toBe('new');
  });

  it('an end that jumps forward, and old, is another entry: fetched again, not stuck', () => {
    const states = fold([saidOld(s(10), 30), saidOld(s(41.5), 60), saidOld(s(61.5), 40)]);
    expect(states.at(-1)).toMatchObject({ refetchedOld: 1, frozen: false, verdict: 'old' });
    expect(states.at(-1)!.series).toHaveLength(2);
    expect(stragglerOf(states.at(-1)!, expectation)).toMatchObject({
      ...{ cause: 'fetched old again', until: s(102.5) },
    });
  });

  it('entries that are answered in turn are several caches; all must have turned', () => {
    const farm = [saidOld(s(2), 50), saidOld(s(3), 10), saidOld(s(4), 48), saidNew(s(15), 60)];
    const states = fold([...farm, saidOld(s(16), 36), saidNew(s(17), 58)]);
    expect(states[2]!.interleaved).toBe(true);
    expect(verdicts(states)).toEqual(['old', 'old', 'old', 'mixed', 'mixed', 'mixed']);
    expect(stragglerOf(states.at(-1)!, expectation)).toMatchObject({
      ...{ cause: 'several caches disagree', until: s(53) },
    });
  });

  it('a farm is new only after the last old entry ended and eleven clean answers', () => {
    const start = [saidOld(s(2), 50), saidNew(s(3), 60), saidOld(s(4), 48)];
    // However often one member says new, the other one still holds old.
    const early = Array.from({ length: 20 }, (_, i) => saidNew(s(5 + i), 58 - i));
    expect(after([...start, ...early])).toMatchObject({ verdict: 'mixed', clean: 0 });
    const clean = Array.from({ length: 11 }, (_, i) => saidNew(s(54 + i / 10), 9));
    expect(verdicts(fold([...start, ...clean])).slice(-2)).toEqual(['mixed', 'new']);
  });

  it('names of members keep entries apart that end together', () => {
    const state = after([saidOld(s(2), 50, { nsid: 'a' }), saidOld(s(3), 49, { nsid: 'b' })]);
    expect(state.series.map(({ nsid }) => nsid)).toEqual(['a', 'b']);
    expect(state.nsids).toEqual(['a', 'b']);
  });

  it('another member that says new is no doubt about the first', () => {
    const states = fold([saidNew(s(2), 60, { nsid: 'a' }), saidNew(s(3), 20, { nsid: 'b' })]);
    expect(verdicts(states)).toEqual(['new', 'new']);
  });
});

describe('what an arrival is worth', () => {
  it('a first answer at the full TTL was primed by us, a smaller one was there before', () => {
    expect(after([saidOld(s(2), 60)]).series[0]!.primedByUs).toBe(true);
    expect(after([saidOld(s(2), 3600)], draining).series[0]!.primedByUs).toBe(true);
    expect(after([saidOld(s(2), 41)]).series[0]!.primedByUs).toBe(false);
  });

  it('new at first sight is cold; seen to turn is flipped', () => {
    expect(after([saidNew(s(5), 60)]).arrival).toBe('cold');
    expect(after([saidOld(s(5), 10), saidNew(s(17), 60)]).arrival).toBe('flipped');
  });

  it('a baseline entry that ended before the swap leaves a cold resolver', () => {
    const at = (end: number) => {
      const baseline = observe(null, saidOld(s(end - 60), 60), draining);
      return observe(baseline, saidNew(s(70), 60), expectation);
    };
    expect(at(-2)).toMatchObject({ verdict: 'new', arrival: 'cold' });
    expect(at(30)).toMatchObject({ verdict: 'new', arrival: 'flipped' });
  });

  it('is settled only when it said new since the last authoritative server turned', () => {
    const lagging = { ...expectation, authorityNewSince: null };
    const state = observe(null, saidNew(s(5), 60), lagging);
    expect(isSettled(state, lagging, 1)).toBe(false);
    expect(isSettled(state, { ...expectation, authorityNewSince: s(6) }, 1)).toBe(false);
    expect(isSettled(state, { ...expectation, authorityNewSince: s(4) }, 1)).toBe(true);
    expect(isSettled(state, expectation, 11)).toBe(false);
  });
});

describe('stale data', () => {
  it('EDE 3 and 19 are no countdown: new after three clean answers', () => {
    for (const ede of [3, 19]) {
      const before = [saidOld(s(2), 10), saidOld(s(20), 30, { ede })];
      const states = fold([...before, ...[20.6, 20.7, 20.8].map(at => saidNew(s(at), 60))]);
      expect(verdicts(states)).toEqual(['old', 'old', 'mixed', 'mixed', 'new']);
      expect(states[1]).toMatchObject({ stale: { count: 1, streak: 1 }, series: { length: 1 } });
      expect(stragglerOf(states[1]!, expectation)).toMatchObject({
        ...{ cause: 'serves stale', until: null },
      });
    }
  });

  it('TTL 30 on old data whose entry has ended is stale without a sign; eleven answers clear it', () => {
    const before = [saidOld(s(2), 10), saidOld(s(20), 30)];
    expect(causeOf(after(before))).toBe('serves stale');
    expect(after(before).floor).toBeNull();
    const clean = Array.from({ length: 11 }, (_, i) => saidNew(s(21 + i / 10), 60));
    expect(verdicts(fold([...before, ...clean])).slice(-2)).toEqual(['mixed', 'new']);
  });

  it('an entry that counts through 30 is not stale', () => {
    const state = after([saidOld(s(2), 40), saidOld(s(12), 30)]);
    expect(state).toMatchObject({ stale: null, series: { length: 1 } });
  });

  it('new data served stale is new', () => {
    expect(after([saidNew(s(2), 30, { ede: 3 })])).toMatchObject({ verdict: 'new', stale: null });
    const unsigned = after([saidNew(s(2), 10), saidNew(s(20), 30), saidNew(s(21), 60)]);
    expect(unsigned).toMatchObject({ verdict: 'new', interleaved: false, series: { length: 2 } });
    const streak = [saidOld(s(2), 30, { ede: 3 }), saidNew(s(3), 30, { ede: 3 })];
    expect(after(streak).stale).toMatchObject({ count: 1, streak: 0 });
  });

  it('a third set at TTL 30 is not taken for stale data', () => {
    const third = (at: number, ttl: number) => said({ at: s(at), ttl, rdata: otherSet });
    expect(after([third(2, 10), third(20, 30)])).toMatchObject({ stale: null });
  });
});

describe('habits', () => {
  it('a TTL that nobody gave is a floor', () => {
    expect(after([saidNew(s(2), 300)]).floor).toBe(300);
    expect(causeOf(after([saidOld(s(2), 300)]))).toBe('raises TTLs');
    // 30 may be the mark of stale data.
    const low = { ...expectation, ttl: { old: 3600, low: 20 } };
    expect([30, 31].map(ttl => after([saidOld(s(2), ttl)], low).floor)).toEqual([null, 31]);
    // In the drain an old entry may well have that much left of its 3600 s.
    expect(after([saidOld(s(2), 300)], draining).floor).toBeNull();
    expect(after([saidOld(s(2), 7200)], draining).floor).toBe(7200);
  });

  it('a TTL that rises on the second answer is the floor, not a second cache', () => {
    const state = after([saidOld(s(-2), 60), saidOld(s(-1), 299), saidOld(s(0), 298)]);
    expect(state).toMatchObject({ floor: 299, interleaved: false, refetchedOld: 0 });
    expect(oldUntil(state, s(0))).toBe(s(299));
  });

  it('entries that all begin below the TTL show a ceiling, which turns earlier', () => {
    const state = after([saidOld(s(-20), 10), saidOld(s(-8), 10), saidNew(s(4), 10)]);
    expect(state).toMatchObject({ ceiling: 10, verdict: 'new', floor: null });
  });

  it('a TTL that stands still while time passes', () => {
    const state = after([2, 5, 8, 11, 14].map(at => saidOld(s(at), 45)));
    expect(state).toMatchObject({ frozen: true, verdict: 'old', refetchedOld: 0 });
    expect(stragglerOf(state, expectation)).toMatchObject({
      ...{ cause: 'does not count down', until: null },
    });
  });

  it('a cache that fetches early turns before the end; it is new once that has passed', () => {
    const states = fold([saidOld(s(10), 50), saidNew(s(58.5), 60), saidNew(s(61), 57)]);
    expect(verdicts(states)).toEqual(['old', 'mixed', 'new']);
    expect(causeOf(states[1]!)).toBe('waiting for its TTL');
  });

  it('new, and old again: a regression, fetched from a server that lags', () => {
    const lagging = { ...expectation, authorityNewSince: null };
    const states = fold([saidOld(s(2), 5), saidNew(s(9), 10), saidOld(s(21), 10)], lagging);
    expect(verdicts(states)).toEqual(['old', 'new', 'old']);
    expect(states[2]).toMatchObject({ regressions: 1, newSince: null });
    expect(stragglerOf(states[2]!, lagging)).toMatchObject({
      ...{ cause: 'fetched old again', until: s(32), final: false },
    });
  });

  it('old beside a young new entry is another cache, no regression', () => {
    const state = after([saidNew(s(2), 60), saidOld(s(3), 40)]);
    expect(state).toMatchObject({ regressions: 0, interleaved: true, verdict: 'mixed' });
  });
});

describe('who cannot tell', () => {
  it('silence, SERVFAIL, REFUSED and an empty answer are never old and never new', () => {
    const first = [silent(s(2)), refused(s(2), 'SERVFAIL'), refused(s(2)), empty(s(2))];
    expect(first.map(one => after([one]).verdict)).toEqual([
      'silent',
      'refused',
      'refused',
      'empty',
    ]);
    expect(after([empty(s(2), 300)]).verdict).toBe('empty');
    expect(after([refused(s(2))]).refused).toBe(true);
    expect(after([refused(s(2), 'SERVFAIL')]).refused).toBe(false);
  });

  it('two lost packets do not undo what is known, three do', () => {
    const states = fold([saidNew(s(2), 60), silent(s(3)), silent(s(4)), silent(s(5))]);
    expect(verdicts(states)).toEqual(['new', 'new', 'new', 'silent']);
  });

  it('an old entry that ended in silence is no longer old', () => {
    expect(after([saidOld(s(2), 5), silent(s(6))]).verdict).toBe('old');
    expect(after([saidOld(s(2), 5), silent(s(9))]).verdict).toBe('silent');
  });

  it('REFUSED and an empty answer count at once', () => {
    expect(after([saidNew(s(2), 60), refused(s(3))]).verdict).toBe('refused');
    expect(after([saidNew(s(2), 60), empty(s(3))]).verdict).toBe('empty');
  });

  it('absence counts where it was expected, and was stated with its SOA', () => {
    const created = { ...expectation, old: [[]] };
    expect(after([empty(s(2), 15)], created).verdict).toBe('old');
    expect(after([empty(s(2), null)], created).verdict).toBe('empty');
    const deleted = { ...expectation, new: [] };
    expect(after([empty(s(2), 15)], deleted).verdict).toBe('new');
  });
});

describe('who makes answers up', () => {
  it('new before it was written is a lie, and nothing it says counts as new', () => {
    const states = fold([saidNew(s(-5), 60), saidNew(s(100), 60)]);
    expect(verdicts(states)).toEqual(['other', 'other']);
    expect(causeOf(states[1]!)).toBe('filtered or rewritten');
  });

  it('it is found out by its baseline as well, when nothing new was expected yet', () => {
    const baseline = observe(null, saidNew(s(-500), 60), draining);
    expect(baseline.verdict).toBe('other');
    expect(observe(baseline, saidNew(s(5), 60), expectation)).toMatchObject({
      ...{ verdict: 'other', lied: true },
    });
  });

  it('without a known swap nobody is a liar', () => {
    const unknown = { ...expectation, swappedAt: null };
    expect(after([saidNew(s(-5), 60)], unknown).verdict).toBe('new');
  });

  it('a third set is other; beside old it is mixed; with nothing expected all is other', () => {
    expect(after([said({ at: s(2), ttl: 60, rdata: otherSet })]).verdict).toBe('other');
    const both = [saidOld(s(2), 50), said({ at: s(3), ttl: 60, rdata: otherSet })];
    expect(after(both).verdict).toBe('mixed');
    const nothing = { ...expectation, old: [], new: null, swappedAt: null };
    expect(after([saidOld(s(2), 50)], nothing).verdict).toBe('other');
    expect(after([saidOld(s(2), 50), saidNew(s(3), 60)], nothing).verdict).toBe('mixed');
  });
});

it('another aim keeps entries and habits, and forgets the progress', () => {
  const state = after([saidOld(s(2), 300), saidNew(s(310), 300)]);
  expect(state).toMatchObject({ verdict: 'new', arrival: 'flipped', floor: 300 });
  const back = { ...expectation, old: [newSet], new: oldSet, swappedAt: s(320), firstSentAt: null };
  const turned = observe(state, silent(s(330)), back);
  expect(turned).toMatchObject({ verdict: 'silent', arrival: null, clean: 0, floor: 300 });
  expect(turned.series.map(({ value }) => value)).toEqual(['new', 'old']);
});
