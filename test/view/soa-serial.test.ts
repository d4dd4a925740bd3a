import { expect, it } from 'vitest';
import { serialAge, serialIn, stepsBehind } from '../../src/view/soa-serial.ts';

const now = Date.UTC(2026, 11, 5, 6);

it('stands third in an SOA', () => {
  expect(serialIn('ns1.example.net. hostmaster.example.org. 7 7200 3600 1209600 300')).toBe(7);
  expect(serialIn('')).toBeNull();
});

it('is compared in 32 bits that wrap', () => {
  expect(stepsBehind(7, 9)).toBe(2);
  expect(stepsBehind(9, 7)).toBe(-2);
  expect(stepsBehind(4_294_967_295, 1)).toBe(2);
});

it.each([
  ['a day and a number', 2026120402, 'of 2026-12-04'],
  ['tomorrow, ahead of us in the world', 2026120600, 'of 2026-12-06'],
  ['seconds of a clock', now / 1000 - 7200, 'made 2 h ago'],
  ['a plain counter', 7, null],
  ['a day that no month has', 2026130100, null],
  ['a day that is to come', 2027010100, null],
])('tells its age where it is %s', (_what, serial, age) => {
  expect(serialAge(serial, now)).toBe(age);
});
