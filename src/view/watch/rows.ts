import { columnsOf, wrap, type Cell, type Look } from '../table.ts';
import { label, margin } from '../labelled.ts';

/** One line of a screen, before it is cut to its width and painted. */
export type Row = readonly Cell[];

/** Lines of a screen that belong together. */
export interface Block {
  /** What has the lowest gives way first. */
  readonly rank: number;
  /** So many lines stay as long as there is anything of a higher rank to be cut. */
  readonly least: number;
  readonly rows: readonly Row[];
  /** Follows the block before it without a blank line. */
  readonly joined?: boolean;
  /** Makes fewer lines of them; without it the last ones go. */
  readonly cut?: (rows: readonly Row[], room: number) => readonly Row[];
}

type Size = Pick<Look, 'width' | 'ascii'>;

const markOf = ({ ascii }: Pick<Look, 'ascii'>): string => (ascii ? '...' : '…');

/** The line with a mark that it goes on; only whole words are left of it. */
function unfinished(row: Row, look: Size): Row {
  const last = row.at(-1);
  if (last === undefined) return row;
  const before = row.slice(0, -1);
  const used = before.reduce((sum, { text }) => sum + columnsOf(text), 0);
  const [text = ''] = wrap(last.text, look.width - used - markOf(look).length - 1);
  return [...before, { ...last, text: `${text} ${markOf(look)}` }];
}

/** Says how many lines are missing, in the place of the last one that there is room for. */
export const more =
  (look: Look) =>
  (rows: readonly Row[], room: number): readonly Row[] => {
    if (rows.length <= room) return rows;
    if (room < 2) return rows.slice(0, room).map(row => unfinished(row, look));
    const kept = rows.slice(0, room - 1);
    const text = `${margin}${markOf(look)} ${rows.length - kept.length} more`;
    return [...kept, [{ text, paint: look.paint.dim }]];
  };

/** Columns beside a label. */
export const labelRoom = ({ width }: Pick<Look, 'width'>): number =>
  Math.max(20, width - margin.length);

/** A label with its lines beside it. */
export const cells = (
  name: string,
  lines: readonly string[],
  look: Look & { readonly colour?: (text: string) => string },
): readonly Row[] =>
  lines.map((text, index) => [
    { text: index === 0 ? label(name) : margin, paint: look.paint.dim },
    { text, ...(look.colour !== undefined && { paint: look.colour }) },
  ]);

/** As much of a text as fits, by characters. */
function head(text: string, columns: number): string {
  let kept = '';
  for (const character of text) {
    if (columnsOf(kept + character) > columns) break;
    kept += character;
  }
  return kept;
}

/** The line, no wider than the screen; what is cut is marked. */
function painted(row: Row, { width, ascii }: Size): string {
  const whole = row.reduce((sum, { text }) => sum + columnsOf(text), 0);
  const mark = whole > width ? markOf({ ascii }) : '';
  let room = width - mark.length;
  let line = '';
  for (const { text, paint } of row) {
    const fits = columnsOf(text) <= room;
    const kept = fits ? text : head(text, room);
    line += paint === undefined || kept === '' ? kept : paint(kept);
    room -= columnsOf(kept);
    if (!fits) break;
  }
  return (line + (room < 0 ? '' : mark)).trimEnd();
}

/** The same blocks with no more lines than there are rows; blank lines between them where that fits. */
export function fitted(
  blocks: readonly Block[],
  look: Size & { readonly rows: number },
): readonly string[] {
  const all = blocks.filter(({ rows }) => rows.length > 0);
  const room = all.map(({ rows }) => rows.length);
  const over = () => room.reduce((sum, lines) => sum + lines, 0) - look.rows;
  const ranked = all
    .map((block, index) => ({ block, index }))
    .sort((a, b) => a.block.rank - b.block.rank);
  for (const floor of ['least', 'none'] as const)
    for (const { block, index } of ranked) {
      const least = floor === 'none' ? 0 : Math.min(block.least, room[index] ?? 0);
      room[index] = Math.max(least, (room[index] ?? 0) - Math.max(0, over()));
    }
  let blanks = -over();
  const lines = all.flatMap(({ rows, cut, joined = false }, index) => {
    const some = (cut ?? ((list, number) => list.slice(0, number)))(rows, room[index] ?? 0);
    const blank = index > 0 && !joined && some.length > 0 && blanks > 0;
    if (blank) blanks -= 1;
    return [...(blank ? [''] : []), ...some.map(row => painted(row, look))];
  });
  return lines.slice(0, Math.max(0, look.rows));
}
