import { describe, expect, it } from 'vitest';
import {
  type CalibrationGround,
  deviationsOf,
  errorOf,
} from '../../../src/view/resolvers/calibration.ts';
import { deviationTexts, errorText } from '../../../src/view/resolvers/calibration-text.ts';
import { type Spell, type Watched } from '../../../src/propagation/watched.ts';
import { saidNew, saidOld } from '../../propagation/example.ts';
import { watched } from '../watched.ts';

const s = (seconds: number) => seconds * 1000;
const spell = (cause: Spell['cause'], from: number, to: number | null): Spell => ({
  ...{ cause, from, to, until: null },
});
/** Ten that turned as foreseen. */
const plain = Array.from({ length: 10 }, (_, index) =>
  watched(`plain-${index}`, [saidOld(s(2), 20), saidNew(s(24), 60)]),
);
const ground = (more: Partial<CalibrationGround> = {}): CalibrationGround => ({
  reached: [{ percent: 50, seconds: 90, forecast: 60 }],
  foreseen: { p50: 60, p95: 114, worst: 121, makers: [], unsure: 0, blind: 0 },
  ...{ watched: plain, from: 0, to: Infinity, lagSeconds: 1, low: 60 },
  ...more,
});
const whys = (more: Partial<CalibrationGround>) =>
  deviationsOf(ground(more)).map(({ why, resolvers }) => [why, ...resolvers]);
const withSpell = (...spells: readonly Spell[]): readonly Watched[] => [
  ...plain,
  { ...watched('odd', [saidOld(s(2), 20), saidNew(s(24), 60)]), spells },
];

describe('the error of a forecast', () => {
  it('is how much later it came, in seconds and in per cent', () => {
    expect(errorOf(80, 92)).toEqual({ errorSeconds: 12, errorPercent: 15 });
    expect(errorOf(90, 60)).toEqual({ errorSeconds: -30, errorPercent: -33.3 });
    expect(errorOf(0, 3)).toEqual({ errorSeconds: 3, errorPercent: null });
    expect(errorOf(null, 3)).toEqual({ errorSeconds: null, errorPercent: null });
    expect(errorOf(3, null)).toEqual({ errorSeconds: null, errorPercent: null });
  });

  it('reads as later or earlier; before the last moment is in time', () => {
    const reached = (percent: number, forecast: number | null, seconds: number | null) =>
      errorText({ percent, at: null, seconds, forecast, ...errorOf(forecast, seconds) });
    expect(reached(50, 80, 92)).toBe('12 s later (15 %)');
    expect(reached(95, 90, 60)).toBe('30 s earlier (-33.3 %)');
    expect(reached(100, 90, 60)).toBe('in time, by 30 s');
    expect(reached(100, 60, 90)).toBe('30 s later (50 %)');
    expect(reached(50, null, 92)).toBe('-');
  });
});

describe('why it came otherwise than foreseen', () => {
  it('is not asked where it did not', () => {
    const odd = withSpell(spell('serves stale', s(30), s(40)));
    for (const seconds of [60, 69, 52])
      expect(whys({ reached: [{ percent: 50, seconds, forecast: 60 }], watched: odd })).toEqual([]);
    // What comes before the last moment is in time.
    expect(whys({ reached: [{ percent: 100, seconds: 9, forecast: 121 }], watched: odd })).toEqual(
      [],
    );
  });

  it('is told by the causes of the time in which it spread, with the names', () => {
    expect(whys({ watched: withSpell(spell('serves stale', s(30), s(40))) })).toEqual([
      ['served stale', 'odd'],
    ]);
    expect(whys({ watched: withSpell(spell('serves stale', -s(40), -s(30))) })).toEqual([]);
    expect(whys({ watched: withSpell(spell('filtered or rewritten', s(1), null)) })).toEqual([
      ['no known end', 'odd'],
    ]);
    expect(whys({ watched: withSpell(spell('fetched old again', s(1), null)) })).toEqual([
      ['lagging authority', 'odd'],
    ]);
    expect(whys({ lagSeconds: 40 })).toEqual([['lagging authority']]);
  });

  it('names who went back, and floors that nobody had named', () => {
    const back = watched('back', [saidOld(s(2), 5), saidNew(s(9), 10), saidOld(s(21), 10)]);
    expect(whys({ watched: [...plain, back] })).toContainEqual(['went back to old', 'back']);
    const floor = watched('floor', [saidNew(s(2), 900)]);
    const all = [...plain, floor];
    expect(whys({ watched: all })).toContainEqual(['raised TTLs that were not known', 'floor']);
    const maker = { resolver: 'floor', seconds: 900, source: 'seen', learntAt: null };
    const foreseen = { ...ground().foreseen, makers: [maker] };
    expect(whys({ watched: all, foreseen })).toEqual([]);
  });

  it('is that one decides alone, or that fewer held an entry where it came early', () => {
    const heavy = watched('heavy', [saidOld(s(2), 20), saidNew(s(24), 60)], { weight: 9 });
    expect(whys({ watched: [...plain, heavy] })).toEqual([['one weighs much', 'heavy']]);
    const cold = Array.from({ length: 10 }, (_, at) => watched(`cold-${at}`, [saidNew(s(2), 60)]));
    const early = [{ percent: 50, seconds: 3, forecast: 60 }];
    expect(whys({ watched: cold, reached: early })).toEqual([['fewer held an entry']]);
    expect(whys({ watched: plain, reached: early })).toEqual([]);
  });

  it('reads as a list with five names at most', () => {
    const resolvers = Array.from({ length: 7 }, (_, at) => `r${at}`);
    expect(
      deviationTexts([
        { why: 'served stale', resolvers },
        { why: 'fewer held an entry', resolvers: [] },
      ]),
    ).toEqual([
      'r0, r1, r2, r3, r4 and 2 more: served data that was over',
      'fewer caches held an old entry at the swap than was reckoned with',
    ]);
  });
});
