import { createInterface } from 'node:readline/promises';
import { stripVTControlCharacters } from 'node:util';
import { columnsOf, plain, type Paint } from '../view/table.ts';
import { type Canvas, type Live, type Terminal } from './context.ts';

export interface TerminalOptions {
  readonly color: boolean;
  readonly ascii: boolean;
  readonly input: boolean;
  readonly utc: boolean;
}

async function paintFor(color: boolean): Promise<Paint> {
  const dumb = process.env['TERM'] === 'dumb' || (process.env['NO_COLOR'] ?? '') !== '';
  if (!color || dumb || !process.stdout.isTTY) return plain;
  const { default: pico } = await import('picocolors');
  const { bold, dim, red, green, yellow, cyan } = pico.createColors(true);
  return { bold, dim, red, green, yellow, cyan };
}

/** Draws over what it drew before: up to its first line, erase to the end, and again. */
function liveOn(stream: NodeJS.WriteStream): Live | null {
  if (!stream.isTTY || process.env['TERM'] === 'dumb') return null;
  let drawn = 0;
  return {
    show: text => {
      // What is scrolled out cannot be drawn over, so the last row stays free.
      const most = Math.max(1, stream.rows - 1);
      const lines: string[] = [];
      let rows = 0;
      for (const line of text === '' ? [] : text.split('\n')) {
        const columns = columnsOf(stripVTControlCharacters(line));
        const needed = Math.max(1, Math.ceil(columns / stream.columns));
        if (rows + needed > most) break;
        rows += needed;
        lines.push(`${line}\n`);
      }
      const up = drawn === 0 ? '' : `\u001b[${String(drawn)}A`;
      stream.write(`${up}\r\u001b[J${lines.join('')}`);
      drawn = rows;
    },
  };
}

function canvasOn(stream: NodeJS.WriteStream): Canvas | null {
  if (!stream.isTTY || process.env['TERM'] === 'dumb') return null;
  return {
    get columns() {
      return stream.columns;
    },
    get rows() {
      return stream.rows;
    },
    print: text => {
      stream.write(text);
    },
    resized: act => {
      stream.on('resize', act);
      return () => {
        stream.off('resize', act);
      };
    },
  };
}

/** How wide text is that goes into a file or a pipe: COLUMNS says so, where it makes sense. */
function pipedWidth(): number {
  const columns = Number(process.env['COLUMNS'] ?? '');
  return Number.isInteger(columns) && columns >= 40 && columns <= 1000 ? columns : 80;
}

/** The process's own terminal. Data goes to stdout, talk to stderr. */
export async function openTerminal({
  color,
  ascii,
  input,
  utc,
}: TerminalOptions): Promise<Terminal> {
  const interactive = input && process.stdin.isTTY && process.stderr.isTTY;
  const paint = await paintFor(color);
  const lives = { out: liveOn(process.stdout), talk: liveOn(process.stderr) };
  return {
    out: text => {
      process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
    },
    talk: text => {
      process.stderr.write(text.endsWith('\n') ? text : `${text}\n`);
    },
    interactive,
    live: to => lives[to],
    canvas: () => canvasOn(process.stdout),
    look: () => ({
      width: process.stdout.isTTY ? Math.max(40, process.stdout.columns) : pipedWidth(),
      ascii,
      paint,
      zone: utc ? 'UTC' : Intl.DateTimeFormat().resolvedOptions().timeZone,
      now: Date.now(),
    }),
    question: async text => {
      const lines = createInterface({ input: process.stdin, output: process.stderr });
      try {
        return (await lines.question(text)).trim();
      } finally {
        lines.close();
      }
    },
  };
}
