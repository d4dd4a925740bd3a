import { describe, expect, it } from 'vitest';
import { type CacheState, observe } from '../../src/propagation/cachestate.ts';
import { type Aim, heardOf, type Row, rowOf } from '../../src/poller/row.ts';
import { forecastFrom } from '../../src/poller/forecast.ts';
import { summaryOf } from '../../src/poller/summary.ts';
import { type Observation } from '../../src/propagation/observation.ts';
import {
  draining,
  empty,
  expectation,
  otherSet,
  said,
  saidNew,
  saidOld,
  silent,
} from '../propagation/example.ts';
import { resolver } from './caches.ts';

const s = (seconds: number) => seconds * 1000;
const watch: Aim = { mode: 'watch', expectation };
const baseline: Aim = { mode: 'baseline', expectation: draining };

function row(id: number, observations: readonly Observation[], aim: Aim = watch): Row {
  let state: CacheState | null = null;
  let made = rowOf(resolver(id), null, { aim, now: 0 });
  for (const observation of observations) {
    state = observe(state, observation, aim.expectation);
    made = heardOf(made, state, aim);
  }
  return made;
}

const news = (rows: readonly Row[], second: number) =>
  summaryOf(rows, watch, { now: s(second), forecast: null }).news;

describe('the causes of one resolver', () => {
  it('follow each other, with what was told of their end', () => {
    const seen = [saidOld(s(2), 20), saidOld(s(10), 12), saidNew(s(24), 60)];
    expect(row(1, seen).watched?.spells).toEqual([
      { cause: 'waiting for its TTL', from: s(2), to: s(24), until: s(23) },
    ]);
    const silences = [
      saidOld(s(2), 5),
      ...[9, 12, 16].map(at => silent(s(at))),
      saidNew(s(20), 60),
    ];
    const { spells = [] } = row(1, silences).watched ?? {};
    expect(spells.map(({ cause, to }) => [cause, to])).toEqual([
      ['waiting for its TTL', s(9)],
      ['silent or refused', s(20)],
    ]);
  });

  it('are eight at most, and none before the swap', () => {
    const restless = Array.from({ length: 40 }, (_, i) =>
      i % 2 === 0 ? empty(s(2 + i)) : saidOld(s(2 + i), 50 - i),
    );
    expect(row(1, restless).watched?.spells).toHaveLength(8);
    expect(row(1, [saidOld(-s(90), 20)], baseline).watched?.spells).toEqual([]);
  });

  it('end when something else becomes new', () => {
    const known = row(1, [saidOld(s(2), 50)]).watched;
    const back = {
      ...watch,
      expectation: { ...expectation, new: expectation.old[0] ?? [], old: [] },
    };
    const begun = rowOf(resolver(1), known, { aim: back, now: s(30) });
    expect(begun.watched?.spells).toMatchObject([{ to: s(30) }]);
    expect(begun.current).toBe(false);
  });
});

describe('a row is current', () => {
  it('once it was heard or given up', () => {
    expect(row(1, []).current).toBe(false);
    expect(row(1, [silent(s(2))]).current).toBe(false);
    expect(row(1, [silent(s(2)), silent(s(4)), silent(s(9))]).current).toBe(true);
    expect(row(1, [empty(s(2))]).current).toBe(true);
  });

  it('as a watch begins anew: while there is nothing to ask yet', () => {
    const known = row(1, [saidOld(s(2), 50)]).watched;
    const at = (second: number) =>
      rowOf(resolver(1), known, { aim: watch, now: s(second) }).current;
    expect([at(30), at(60)]).toEqual([true, false]);
  });
});

describe('the news', () => {
  it('name the unexplained first, then those that last longest, then those that cannot tell', () => {
    const rows = [
      row(1, [saidOld(s(2), 20)]),
      row(2, [silent(s(2)), silent(s(3)), silent(s(4))]),
      row(3, [saidOld(s(2), 200)]),
      row(4, [saidOld(s(2), 5), saidOld(s(20), 30, { ede: 3 })]),
      row(5, [empty(s(2))]),
      row(6, [saidNew(s(2), 60)]),
    ];
    const { laggards, unexplained, entry, counts } = news(rows, 21);
    expect(laggards.map(({ resolver: id }) => id)).toEqual(['r5', 'r4', 'r3', 'r1', 'r2']);
    expect(laggards.map(({ leftMs }) => leftMs)).toEqual([null, null, s(182), s(2), null]);
    expect(laggards[0]?.explained).toBe(false);
    // It cannot tell.
    expect(unexplained).toBe(0);
    expect(entry).toEqual({ resolver: 'r3', leftMs: s(182) });
    expect(counts).toMatchObject({ new: 1, old: 3, silent: 1, empty: 1 });
  });

  it('name twenty at most, and count all', () => {
    const rows = Array.from({ length: 30 }, (_, i) => row(i, [saidOld(s(2), 50)]));
    expect(news(rows, 70)).toMatchObject({ unexplained: 30, complete: true });
    expect(news(rows, 70).laggards).toHaveLength(20);
  });

  it('who cannot be asked from here is waited for by nobody; where that is everybody, nobody can tell', () => {
    const out = { ...row(1, []), leftOut: true };
    expect(news([out], 3)).toMatchObject({ complete: true, ableToTell: null, total: 1 });
    expect(news([out, row(2, [saidOld(s(2), 50)])], 3).complete).toBe(true);
  });

  it('count as unexplained only those that can tell', () => {
    const mute = [empty(s(2)), empty(s(2), 60, [3]), silent(s(2))].map((one, i) => row(i, [one]));
    const told = news([...mute, row(7, [saidNew(s(2), 60)])], 300);
    expect(told).toMatchObject({ unexplained: 0, share: 1 });
    expect(told.laggards.filter(({ explained }) => !explained)).toHaveLength(2);
    expect(news([...mute, row(7, [saidOld(s(2), 50)])], 300).unexplained).toBe(1);
  });

  it('who was heard and cannot be asked any more has no part in them', () => {
    const out = { ...row(1, [saidOld(s(2), 50)]), leftOut: true };
    const rows = [out, row(2, [saidNew(s(2), 60)])];
    expect(news(rows, 300)).toMatchObject({
      ...{ share: 1, unexplained: 0, laggards: [], entry: null, complete: true, total: 2 },
      counts: { old: 0, new: 1 },
    });
  });

  it('no entry of another set is waited for, as no drain ends it', () => {
    const forged = said({ at: s(2), ttl: 90_000, rdata: otherSet });
    expect(news([row(1, [forged])], 3)).toMatchObject({ counts: { other: 1 }, entry: null });
    const both = row(1, [saidOld(s(2), 50), said({ at: s(9), ttl: 90_000, rdata: otherSet })]);
    expect(news([both], 10).entry).toEqual({ resolver: 'r1', leftMs: s(43) });
  });

  it('passing time changes nothing but what is left', () => {
    const rows = [row(1, [saidOld(s(2), 50)])];
    const at = (second: number) => summaryOf(rows, watch, { now: s(second), forecast: null });
    expect(at(3).mark).toBe(at(40).mark);
    expect(at(3).nextAt).toBe(s(62));
    expect(at(62).mark).not.toBe(at(61).mark);
    expect(at(62).nextAt).toBeNull();
  });
});

it('a forecast needs somebody who can tell', () => {
  const foresight = { learnt: [], now: -s(80), wall: 0 };
  const mute = row(2, [silent(s(2)), silent(s(3)), silent(s(4))]);
  expect(forecastFrom([row(1, []), mute], watch, foresight)).toBeNull();
  const raising = row(1, [saidOld(-s(90), 5000)], baseline);
  const made = forecastFrom([raising, mute], baseline, foresight);
  expect(made).toMatchObject({ unsure: 0, blind: 1, makers: [{ resolver: 'r1', seconds: 5000 }] });
  // A second for its last second, and what it takes to be asked.
  expect(made?.worst).toBe(5003);
});

it('an anycast service is not new after one answer: another of its machines may hold the old set', () => {
  const many = { ...resolver(1), anycast: true };
  const answers = Array.from({ length: 11 }, (_, at) => saidNew(s(10 + at), 60));
  const verdicts = [1, 10, 11].map(count => {
    const { watched } = row(1, answers.slice(0, count));
    const one: Row = { ...row(1, []), resolver: many, watched };
    const { counts, share } = news([one], 30);
    return [counts['new'], share];
  });
  expect(verdicts).toEqual([
    [0, 0],
    [0, 0],
    [1, 1],
  ]);
});
