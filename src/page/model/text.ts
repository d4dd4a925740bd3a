import { brief, printable } from '../../view/words.ts';

/** Longer texts of strangers are cut; the journal and the API have the whole. */
const most = 400;

/** Text of anybody as a page shows it: nothing invisible, nothing that turns the direction, no end of the world. */
export const plainText = (text: string, length = most): string => brief(printable(text), length);

/** A number stays on the line of its unit. */
export const unbroken = (text: string): string => text.replaceAll(' %', '\u00a0%');
