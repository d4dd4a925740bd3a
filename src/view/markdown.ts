import { type Look } from './table.ts';
import { printable, timeText, tookText } from './words.ts';

/** The zone in which times are told. */
export type Times = Pick<Look, 'zone'>;

/** Text of any origin between other text of a Markdown file. */
export const escaped = (text: string): string =>
  printable(text).replaceAll(/[\\`*_{}[\]<>#|~&]/g, character => `\\${character}`);

/** Text that is copied: in a code span that no backtick of its own can end. */
export function code(text: string): string {
  const clean = printable(text).replaceAll('|', '\\|');
  const longest = Math.max(0, ...(clean.match(/`+/g) ?? []).map(run => run.length));
  const fence = '`'.repeat(longest + 1);
  const space = clean.startsWith('`') || clean.endsWith('`') ? ' ' : '';
  return `${fence}${space}${clean}${space}${fence}`;
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** A table; cells must be escaped. */
export function tableLines(title: readonly string[], rows: readonly (readonly string[])[]) {
  return [row(title), row(title.map(() => '---')), ...rows.map(row)];
}

/** A heading with its lines; nothing where there are none. */
export const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ['', `## ${title}`, '', ...lines];

/** A moment, or that it has not come. */
export const when = (iso: string | null, { zone }: Times): string =>
  iso === null ? 'not yet' : timeText(Date.parse(iso), zone);

/** A span that is over. */
export const took = (seconds: number): string => tookText(seconds * 1000);
