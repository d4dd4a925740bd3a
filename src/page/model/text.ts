import { brief, printable } from '../../view/words.ts';

/** Longer texts of strangers are cut; the journal and the API have the whole. */
const most = 400;

/** Text of anybody as a page shows it: nothing invisible, nothing that turns the direction, no end of the world. */
export const plainText = (text: string, length = most): string => brief(printable(text), length);

/** The same cut behind a whole word, where there is one. */
export function phraseText(text: string, length: number): string {
  const whole = printable(text);
  if (whole.length <= length) return whole;
  const words = whole.slice(0, length - 3).replace(/[\s.,:;]+\S*$/, '');
  return `${words}...`;
}

/** A number stays on the line of its unit. */
export const unbroken = (text: string): string => text.replaceAll(' %', '\u00a0%');
