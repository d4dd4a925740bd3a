import { expect, it } from 'vitest';
import { expectedView, foreseenText, groundsText } from '../../../src/view/world/expected.ts';

const day = 86_400_000;
const now = 100 * day;
const maker = (resolver: string, source: string, learntAt: number | null = null) => ({
  ...{ resolver, seconds: 3600, source, learntAt },
});
const foreseen = (makers: readonly ReturnType<typeof maker>[], more = {}) =>
  expectedView({ p50: 150, p95: 285, worst: 3602, makers, unsure: 0, blind: 0, ...more });

it('a forecast names who makes the last moment, and from where that is known', () => {
  const texts = [
    maker('a', 'seen'),
    maker('b', 'canary', now - 12 * day),
    maker('c', 'watch', now - day),
    maker('d', 'entry'),
  ].map(one => groundsText(foreseen([one]), now));
  expect(texts).toEqual([
    'a: keeps entries for 3600 s, seen in this watch',
    'b: keeps entries for 3600 s, measured by a canary 12 d ago',
    'c: keeps entries for 3600 s, met in another cutover 1 d ago',
    'd: an entry that outlives the swap by 3600 s',
  ]);
  expect(foreseenText(foreseen([maker('a', 'seen'), maker('d', 'entry')]), now)).toBe(
    '50 % in 2 min 30 s, 95 % in 4 min 45 s, all in 1 h 1 min (a: keeps entries for 3600 s, seen in this watch)',
  );
});

it('a forecast counts those of whom nothing tells, and those that cannot tell', () => {
  expect(groundsText(foreseen([], { unsure: 3, blind: 2 }), now)).toBe(
    'of 3 resolvers it is not known whether they raise TTLs; 2 cannot tell',
  );
  expect(groundsText(foreseen([]), now)).toBe('');
});

it('a forecast of an older version says what it said', () => {
  const old = expectedView({ p50: 1, p95: 2, worst: 3 });
  expect(old).toEqual({ p50: 1, p95: 2, worst: 3, makers: [], unsure: null, blind: null });
  expect(groundsText(old, now)).toBe('');
});
