import fc from 'fast-check';
import { expect, it } from 'vitest';
import { durationPattern, formatDuration, parseDuration } from '../../src/config/duration.ts';

it('reads seconds and the four units', () => {
  const read = ['0', '90', '30s', '5m', '1h', '7d', 300, '0d'].map(parseDuration);
  expect(read).toEqual([0, 90, 30, 300, 3600, 604_800, 300, 0]);
});

it.each(['5x', '-1', '1.5', '1h30m', ' 5m', '5 m', '5M', '', 'm', '05m', '1e3', -1, 1.5, NaN])(
  'refuses %j',
  written => {
    expect(parseDuration(written)).toBeNull();
  },
);

it('writes what people write', () => {
  const written = [0, 90, 300, 3600, 86_400, 259_200, 604_800].map(formatDuration);
  expect(written).toEqual(['0s', '90s', '5m', '1h', '24h', '72h', '7d']);
});

it('comes back from its own text, for any length', () => {
  fc.assert(
    fc.property(fc.nat({ max: 400 * 86_400 }), seconds => {
      const text = formatDuration(seconds);
      expect(parseDuration(text)).toBe(seconds);
      expect(text).toMatch(new RegExp(durationPattern));
    }),
  );
});

it('the pattern of the schema and the reader agree on any text', () => {
  const pattern = new RegExp(durationPattern);
  const text = fc.stringMatching(/^[0-9]{0,11}[smhdx ]{0,2}$/);
  fc.assert(
    fc.property(text, written => {
      expect(parseDuration(written) !== null).toBe(pattern.test(written));
    }),
  );
});
