import { describe, expect, it } from 'vitest';
import { explainText } from '../../src/view/propagation/explain.ts';
import { propagationJson } from '../../src/view/propagation/json.ts';
import { type PropagationRow, rowsOf } from '../../src/view/propagation/rows.ts';
import { propagationText } from '../../src/view/propagation/text.ts';
import { type Picture, standingOf } from '../../src/view/propagation/propagation.ts';
import { plain } from '../../src/view/table.ts';
import { expectation, newSet, oldSet, saidNew, saidOld } from '../propagation/example.ts';
import { at, watched } from './watched.ts';

const wall = 1_796_450_400_000;
const now = { ...at(12_000, wall), expectation };
const look = { width: 200, ascii: false, paint: plain, zone: 'UTC', now: wall };

/** Many machines at one address, which said new so often. */
const after = (answers: number) =>
  watched(
    'many',
    Array.from({ length: answers }, (_, index) => saidNew(5000 + index * 10, 60)),
    { anycast: true },
  );

const picture = (rows: readonly PropagationRow[]): Picture => ({
  ...{ key: expectation.key, at: wall, expected: newSet, expectedFrom: 'given' },
  ...{ old: [oldSet], oldFrom: 'given', authorityTrouble: null, rows, notes: [] },
  authority: [
    {
      ...{ name: 'ns1.example.net.', address: '192.0.2.1', port: 53, verdict: 'new' },
      ...{ rdata: newSet, ttl: 60, serial: 1, trouble: null },
    },
  ],
});

describe('what is reached by an anycast service', () => {
  const standings = (once: boolean) =>
    [1, 10, 11].map(answers => {
      const shown = picture(rowsOf([after(answers)], { ...now, once }));
      return (['new', 'settled', 0.5] as const).map(goal => standingOf(shown, goal));
    });

  it('its last words decide where nobody asks again', () => {
    expect(standings(true)).toEqual([
      ['reached', 'pending', 'reached'],
      ['reached', 'pending', 'reached'],
      ['reached', 'reached', 'reached'],
    ]);
  });

  it('no goal before enough of its machines were heard', () => {
    expect(standings(false)).toEqual([
      ['pending', 'pending', 'pending'],
      ['pending', 'pending', 'pending'],
      ['reached', 'reached', 'reached'],
    ]);
  });
});

it('an anycast service that is asked again is not new, and every text says why', () => {
  const one = after(3);
  const row = rowsOf([one], now)[0]!;
  expect(row).toMatchObject({
    ...{ verdict: 'mixed', arrival: null, cause: null, explained: true, settled: false },
    sampled: { came: 3, wanted: 11 },
  });
  const text = propagationText(picture([row]), look);
  expect(text).toContain('0 of 1 resolver (0 % by weight), 1 asked again to be sure');
  expect(text).toContain('new so far: 3 of 11 answers of an anycast address');
  expect(explainText(one, { row, at: now }, look)).toContain('11 new answers in a row are wanted');
  expect(rowsOf([after(11)], now)[0]).not.toHaveProperty('sampled');
});

it('the state of a service is what its members said last, in the row, its text and for programs', () => {
  const one = watched(
    'many',
    [
      saidOld(5000, 60, { nsid: 'fra' }),
      saidNew(6000, 60, { nsid: 'ams' }),
      saidNew(7000, 60, { nsid: 'lon' }),
    ],
    { anycast: true },
  );
  const row = rowsOf([one], now)[0]!;
  expect(row).toMatchObject({
    ...{ verdict: 'mixed', cause: 'several caches disagree' },
    members: { new: 2, old: 1, other: 0, seen: 3, clean: 0, wanted: 11, staleAtMost: 1 },
  });
  const text = propagationText(picture([row]), look);
  expect(text).toContain('several caches disagree (2 new, 1 old of 3 members) until');
  const explained = explainText(one, { row, at: now }, look);
  expect(explained).toContain('What its members said last: 2 new, 1 old of 3 members');
  expect(explained).toContain(
    'No clean answer yet, so any part of it may be stale; 11 are wanted.',
  );
  expect(propagationJson(picture([row])).resolvers[0]?.members).toEqual(row.members);
});
