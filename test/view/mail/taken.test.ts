import { expect, it } from 'vitest';
import { takenText } from '../../../src/view/mail/text.ts';

it.each([
  [true, '2.0.0 queued', 'was taken'],
  [false, '5.7.1 no', 'was not taken'],
  [false, '', 'got no answer, and may have been taken'],
])('a test message that was taken %s with the words "%s" %s', (taken, said, words) => {
  expect(takenText({ taken, said })).toBe(words);
});
