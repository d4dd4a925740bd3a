import { expect, it } from 'vitest';
import { mapPoints, placed } from '../../../src/page/model/places.ts';
import {
  ageText,
  clockText,
  countdownText,
  timesHere,
  zoneText,
} from '../../../src/page/model/moments.ts';
import { phraseText, plainText } from '../../../src/page/model/text.ts';

const now = Date.parse('2026-12-05T05:18:15Z');

it('tells times by the zone of the viewer, with the date where it is not today', () => {
  expect(clockText('2026-12-05T05:43:36Z', { now, zone: 'UTC' })).toBe('05:43');
  expect(clockText('2026-12-05T05:43:36Z', { now, zone: 'Europe/Berlin' }, true)).toBe('06:43:36');
  expect(clockText('2026-12-06T05:43:36Z', { now, zone: 'UTC' })).toBe('2026-12-06 05:43');
  expect(zoneText({ now, zone: 'Europe/Berlin' })).toBe('UTC+01:00');
  expect(zoneText({ now, zone: 'UTC' })).toBe('UTC');
});

it('counts down as a timetable does, and never below nothing', () => {
  expect([41_000, 725_000, 3_730_000, 273_600_000, -5].map(countdownText)).toEqual([
    ...['0:41', '12:05', '1:02:10', '3 d 4 h', '0:00'],
  ]);
  expect(ageText('2026-12-05T05:17:34Z', now)).toBe('0:41');
});

it('shows nothing invisible of what strangers say, and no more than fits', () => {
  expect(plainText('safe\u202Eelpmaxe.live\u0007')).toBe('safe\\u{202e}elpmaxe.live\\x07');
  expect(plainText('x'.repeat(10_000)).length).toBe(400);
});

it('puts on the map what stands in one place, and beside it what stands everywhere', () => {
  const row = (id: string, anycast: boolean | null) => ({
    ...{ id, name: id, operator: id, country: null, anycast, verdict: 'new' },
  });
  const points = mapPoints(
    [row('here', false), row('everywhere', true), row('listed', null), row('lost', false)],
    [
      { id: 'here', latitude: 52.5, longitude: 13.4 },
      { id: 'everywhere', latitude: 37.4, longitude: -122.1 },
      { id: 'listed', anycast: true },
    ],
  );
  const { here, anycast, unknown } = placed(points);
  expect(here.map(({ id }) => id)).toEqual(['here']);
  expect(anycast.map(({ id }) => id)).toEqual(['everywhere', 'listed']);
  expect(unknown).toBe(1);
});

it('has one clock for texts that were made by another', () => {
  const text = 'the window ends at 2026-12-05 06:00:00 +00:00, as 2026-12-05 07:30:00 +01:00 said';
  expect(timesHere(text, { zone: 'Europe/Berlin' })).toBe(
    'the window ends at 2026-12-05 07:00:00 +01:00, as 2026-12-05 07:30:00 +01:00 said',
  );
  expect(timesHere('2026-99-99 06:00:00 +00:00', { zone: 'UTC' })).toContain('2026-99-99');
});

it('cuts between words, and within one that has no end', () => {
  expect(phraseText('nobody has to act', 17)).toBe('nobody has to act');
  expect(phraseText('nobody has to act: it waits', 21)).toBe('nobody has to...');
  expect(phraseText('x'.repeat(50), 10)).toBe('xxxxxxx...');
});
