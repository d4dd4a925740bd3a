import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Ballot, tallyOf } from '../../src/propagation/tally.ts';
import { type Verdict, verdicts } from '../../src/propagation/verdict.ts';

const ballot = (verdict: Verdict | null, more: Partial<Ballot> = {}): Ballot => ({
  ...{ operator: 'one', country: null, weight: 1, verdict, arrival: null },
  ...more,
});

it('who cannot tell counts in neither part of the share', () => {
  const tally = tallyOf(
    [
      ballot('new', { weight: 3, arrival: 'flipped' }),
      ballot('new', { arrival: 'cold' }),
      ballot('old', { weight: 2 }),
      ballot('mixed'),
      ballot('other'),
      ...[ballot('empty'), ballot('refused', { weight: 4 }), ballot('silent'), ballot(null)],
    ],
    5,
  );
  expect(tally).toMatchObject({ share: 4 / 8, ableToTell: 8 / 14, total: 9, unasked: 1, at: 5 });
  expect(tally).toMatchObject({ flipped: 1, cold: 1, counts: { new: 2, refused: 1 } });
  expect(tally.weights).toMatchObject({ new: 4, old: 2, refused: 4 });
});

it('nobody asked and nobody able to tell are not nought per cent', () => {
  expect(tallyOf([], 0)).toMatchObject({ share: null, ableToTell: null, total: 0 });
  expect(tallyOf([ballot(null)], 0)).toMatchObject({ share: null, ableToTell: null, unasked: 1 });
  expect(tallyOf([ballot('silent')], 0)).toMatchObject({ share: null, ableToTell: 0 });
});

it('by operator and by country, in order', () => {
  const { operators, countries } = tallyOf(
    [
      ballot('new', { operator: 'b', country: 'SE' }),
      ballot('old', { operator: 'a', country: 'SE' }),
      ballot('new', { operator: 'a' }),
    ],
    0,
  );
  expect(Object.entries(operators).map(([name, { share }]) => [name, share])).toEqual([
    ['a', 0.5],
    ['b', 1],
  ]);
  expect(Object.keys(countries)).toEqual(['SE']);
  expect(countries['SE']).toMatchObject({ total: 2, share: 0.5 });
});

it('slices add up, and a share lies between 0 and 1', () => {
  const ballots = fc.array(
    fc.record({
      operator: fc.constantFrom('a', 'b', '__proto__'),
      country: fc.constantFrom('SE', 'DE', null),
      weight: fc.double({ min: 0.01, max: 100, noNaN: true }),
      verdict: fc.constantFrom(...verdicts, null),
      arrival: fc.constantFrom('cold', 'flipped', null),
    }),
  );
  fc.assert(
    fc.property(ballots, all => {
      const tally = tallyOf(all, 0);
      const slices = Object.values(tally.operators);
      const counted = verdicts.reduce((sum, verdict) => sum + tally.counts[verdict], 0);
      expect(counted + tally.unasked).toBe(tally.total);
      expect(slices.reduce((sum, { total }) => sum + total, 0)).toBe(tally.total);
      for (const part of [tally.share, tally.ableToTell]) {
        expect(part ?? 0).toBeGreaterThanOrEqual(0);
        expect(part ?? 0).toBeLessThanOrEqual(1);
      }
      expect(JSON.parse(JSON.stringify(tally))).toEqual(tally);
    }),
  );
});
