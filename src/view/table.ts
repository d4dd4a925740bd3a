import { type Instant } from '../clock.ts';
import { asciiPrintable, printable, timeText, distanceText } from './words.ts';

/** What colours mean something; the caller brings the escape codes, or none. */
export interface Paint {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly cyan: (text: string) => string;
}

const same = (text: string): string => text;

/** No colour at all. */
export const plain: Paint = {
  bold: same,
  dim: same,
  red: same,
  green: same,
  yellow: same,
  cyan: same,
};

/** How text is to look: for whom, how wide, when. */
export interface Look {
  /** Columns. */
  readonly width: number;
  readonly ascii: boolean;
  readonly paint: Paint;
  /** IANA name of the reader's time zone, or `UTC`. */
  readonly zone: string;
  readonly now: Instant;
}

const unicodeSymbols = {
  done: '✔',
  current: '◌',
  waiting: '·',
  held: '✖',
  paused: '‖',
  fail: '✗',
  warn: '!',
  unknown: '?',
  skipped: '–',
  change: '±',
  create: '+',
  remove: '-',
  arrow: '→',
};

/** Each has a word beside it wherever it stands; none is the only bearer of a meaning. */
export type Symbols = Readonly<Record<keyof typeof unicodeSymbols, string>>;

const asciiSymbols: Symbols = {
  done: '*',
  current: '>',
  waiting: '.',
  held: 'X',
  paused: '=',
  fail: 'x',
  warn: '!',
  unknown: '?',
  skipped: '-',
  change: '~',
  create: '+',
  remove: '-',
  arrow: '->',
};

export const symbolsOf = ({ ascii }: Pick<Look, 'ascii'>): Symbols =>
  ascii ? asciiSymbols : unicodeSymbols;

/** Text of any origin as this look may print it: nothing that moves the cursor, no line ends. */
export const shown = (text: string, { ascii }: Pick<Look, 'ascii'>): string =>
  ascii ? asciiPrintable(text) : printable(text);

/** `2026-12-05 06:00:00 +01:00 (in 12 min)`. */
export const whenText = (at: Instant, { zone, now }: Look): string =>
  `${timeText(at, zone)} (${distanceText(at, now)})`;

const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** Columns that a printable text takes on a terminal. */
export function columnsOf(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let columns = 0;
  for (const character of text)
    if (!/\p{M}/u.test(character)) columns += wide.test(character) ? 2 : 1;
  return columns;
}

/** Fills up with spaces to a number of columns. */
export const padded = (text: string, columns: number): string =>
  text + ' '.repeat(Math.max(0, columns - columnsOf(text)));

/** No line ends between a number and its unit, within a span of two units, in `TTL 300`, `(in 5 s)` or `10 mx.example.`. */
const breaks =
  / (?!(?<=\d )(?:[%sdh]|ms|min|per cent)(?![\w-])|(?<=[A-Z]{2} |\(in )\d|(?<=\d (?:d|h|min) )\d+ (?:h|min|s)(?!\w)|(?<=(?:^|[ (])\d{1,5} )(?=\S*[a-z-])[\w-]\S*\.(?![^ ;,)]))/u;

/** Breaks at spaces; a word that is too long stays whole, since rdata must be copied as it is. */
export function wrap(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(breaks)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && columnsOf(longer) > columns) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}

/** Wraps what stands beside a label or a mark; the lines below are indented as far. */
export function hang(label: string, text: string, width: number): readonly string[] {
  const indent = columnsOf(label);
  return wrap(text, Math.max(20, width - indent)).map((line, index) =>
    index === 0 ? label + line : ' '.repeat(indent) + line,
  );
}

/** One cell, with the colour that it gets once it has its place. */
export interface Cell {
  readonly text: string;
  readonly paint?: (text: string) => string;
}

const cellOf = (cell: string | Cell): Cell => (typeof cell === 'string' ? { text: cell } : cell);
const painted = ({ paint }: Cell, text: string): string =>
  paint === undefined ? text : paint(text);

interface TableLook {
  readonly width: number;
  readonly indent?: number;
  /** The last column takes one line, and this mark stands where it was cut. Left out: it wraps. */
  readonly cut?: string;
}

/** As many whole words as there is room for, and a mark. */
function cutTo(text: string, columns: number, mark: string): string {
  if (columnsOf(text) <= columns) return text;
  const [line = ''] = wrap(text, columns - mark.length - 1);
  return `${line.replace(/[,;:]$/, '')} ${mark}`;
}

/** The last column is at least this wide, else it moves below its row. */
const lastColumns = 24;
const gap = '  ';

/**
 * Rows in columns, as wide as they need to be; only the last column wraps, and moves below its row where
 * the width leaves it no room. Cells must be printable.
 */
export function table(
  rows: readonly (readonly (string | Cell)[])[],
  { width, indent = 0, cut }: TableLook,
): readonly string[] {
  const cells = rows.map(row => row.map(cellOf));
  const last = Math.max(0, ...cells.map(row => row.length)) - 1;
  const widths = Array.from({ length: Math.max(0, last) }, (_, column) =>
    Math.max(0, ...cells.map(row => columnsOf(row[column]?.text ?? ''))),
  );
  const margin = ' '.repeat(indent);
  const used = indent + widths.reduce((sum, columns) => sum + columns + gap.length, 0);
  const below = width - used < lastColumns && cells.some(row => overflows(row[last], width - used));
  const restIndent = below ? indent + 4 : used;
  return cells.flatMap(row => {
    const head = widths.map((columns, column) => {
      const cell = row[column] ?? { text: '' };
      return painted(cell, cell.text) + padded('', columns - columnsOf(cell.text));
    });
    const start = margin + head.map(text => text + gap).join('');
    const end = row[last];
    if (end === undefined || end.text === '') return [start.trimEnd()];
    const text = cut === undefined ? end.text : cutTo(end.text, width - restIndent, cut);
    const lines = wrap(text, width - restIndent).map(line => painted(end, line));
    const rest = (line: string): string => ' '.repeat(restIndent) + line;
    if (below) return [start.trimEnd(), ...lines.map(rest)];
    return [start + (lines[0] ?? ''), ...lines.slice(1).map(rest)];
  });
}

const overflows = (cell: Cell | undefined, columns: number): boolean =>
  cell !== undefined && columnsOf(cell.text) > columns;

/** Items side by side, broken between them. */
export function inline(
  items: readonly Cell[],
  { width, indent }: { readonly width: number; readonly indent: number },
): readonly string[] {
  const lines: string[] = [];
  let line = '';
  let columns = indent;
  for (const item of items) {
    const needed = columnsOf(item.text) + (line === '' ? 0 : gap.length);
    if (line !== '' && columns + needed > width) {
      lines.push(' '.repeat(indent) + line);
      line = painted(item, item.text);
      columns = indent + columnsOf(item.text);
      continue;
    }
    line += (line === '' ? '' : gap) + painted(item, item.text);
    columns += needed;
  }
  return line === '' ? lines : [...lines, ' '.repeat(indent) + line];
}
