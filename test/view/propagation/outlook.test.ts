import { describe, expect, it } from 'vitest';
import { outlookJson, outlookTexts } from '../../../src/view/propagation/outlook.ts';
import { rowsOf } from '../../../src/view/propagation/rows.ts';
import { type Picture } from '../../../src/view/propagation/propagation.ts';
import { type Watched } from '../../../src/propagation/watched.ts';
import {
  expectation,
  newSet,
  oldSet,
  otherSet,
  said,
  saidNew,
  saidOld,
  silent,
} from '../../propagation/example.ts';
import { at, watched } from '../watched.ts';

const wall = 1_796_450_400_000;
const now = { ...at(12_000, wall), expectation };
const look = { zone: 'UTC', now: wall };

const picture = (all: readonly Watched[], more: Partial<Picture> = {}): Picture => ({
  ...{ key: expectation.key, at: wall, expected: newSet, expectedFrom: 'given', old: [oldSet] },
  ...{ oldFrom: 'given', authority: [], authorityTrouble: null, notes: [], rows: rowsOf(all, now) },
  ...more,
});
const turned = watched('turned', [saidNew(5000, 60)], { weight: 6 });
const plain = watched('plain', [saidOld(5000, 30)], { weight: 3 });
const floor = watched('floor', [saidOld(5000, 900)]);

describe('the outlook of a picture', () => {
  it('tells when 95 % and all are expected, and who decides it', () => {
    const { half, target, worst, waits } = outlookJson(picture([turned, plain, floor]))!;
    expect(half).toBe(new Date(wall).toISOString());
    expect([target, worst]).toEqual([worst, new Date(wall + 894_000).toISOString()]);
    expect(waits.half.first).toEqual([]);
    expect(waits.worst.first.map(({ id, floor: least }) => [id, least])).toEqual([
      ['floor', 900],
      ['plain', null],
    ]);
    expect(outlookTexts(picture([turned, plain, floor]), look)).toEqual([
      '95 % and all: expected in 15 min (floor: floor 900 s until 06:14:54)',
    ]);
  });

  it('has no moment where something without an end stands in the way, and says whose', () => {
    const foreign = watched('foreign', [said({ at: 5000, ttl: 60, rdata: otherSet })]);
    const silence = watched('silence', [silent(5000), silent(6000), silent(7000)]);
    const all = [turned, plain, foreign, silence];
    expect(outlookTexts(picture(all), look)).toEqual([
      '95 %: no known end (foreign: filtered or rewritten)',
      'all: no known end (foreign: filtered or rewritten)',
    ]);
  });

  it('an entry that is over is due', () => {
    const over = watched('over', [saidOld(5000, 2)], { weight: 9 });
    expect(outlookTexts(picture([turned, over]), look).join()).toContain(
      '(over: its TTL, due now)',
    );
  });

  it('is none where all is new, nobody knows what is, or nobody can be believed', () => {
    const nothing = [
      picture([turned]),
      picture([turned, plain], { expected: null, expectedFrom: null }),
      picture([turned, plain], { distrust: { why: 'somebody answers', remedy: 'go elsewhere' } }),
    ];
    for (const one of nothing) {
      expect(outlookJson(one)).toBeNull();
      expect(outlookTexts(one, look)).toEqual([]);
    }
  });
});
