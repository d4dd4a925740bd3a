import fc from 'fast-check';
import { expect, it } from 'vitest';
import { editDistance, listed, nearest } from '../../src/config/nearest.ts';

it('finds the word that was meant, or none', () => {
  const words = ['domain', 'provider', 'records', 'prepare', 'schedule'];
  const meant = ['domian', 'Provider', 'record', 'shedule', 'zone', 'x', ''].map(word =>
    nearest(word, words),
  );
  expect(meant).toEqual(['domain', 'provider', 'records', 'schedule', null, null, null]);
  expect(nearest('d'.repeat(1000), words)).toBeNull();
});

it('measures insertions, deletions, replacements and swaps', () => {
  expect(editDistance('', 'abc')).toBe(3);
  expect(editDistance('kitten', 'sitting')).toBe(3);
  expect(editDistance('ab', 'ba')).toBe(1);
});

it('is a distance: zero for the same alone, and the same both ways', () => {
  const word = fc.stringMatching(/^[abc]{0,6}$/);
  fc.assert(
    fc.property(word, word, (one, other) => {
      expect(editDistance(one, other)).toBe(editDistance(other, one));
      expect(editDistance(one, other) === 0).toBe(one === other);
    }),
  );
});

it('lists words as a sentence does', () => {
  expect(listed([])).toBe('');
  expect(listed(['a'])).toBe('a');
  expect(listed(['a', 'b', 'c'], 'or')).toBe('a, b or c');
  expect(listed(Array.from({ length: 12 }, () => 'a'))).toMatch(/ and 2 more$/);
});
