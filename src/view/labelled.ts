import { hang, shown, type Look } from './table.ts';

const labelColumns = 11;

/** What stands before the text of a line. */
export const label = (text: string): string => text.padEnd(labelColumns);
/** Below it. */
export const margin = ' '.repeat(labelColumns);

/** A label and its text beside it, wrapped. */
export function labelled(name: string, text: string, look: Look): readonly string[] {
  const [first = '', ...rest] = hang(label(name), shown(text, look), look.width);
  return [look.paint.dim(first.slice(0, labelColumns)) + first.slice(labelColumns), ...rest];
}

/** More under the same label, each with a mark before it. */
export const below = (mark: string, text: string, look: Look): readonly string[] =>
  hang(`${margin}${mark} `, shown(text, look), look.width);
