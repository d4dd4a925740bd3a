import { createInterface } from 'node:readline/promises';
import { plain, type Paint } from '../view/table.ts';
import { type Terminal } from './context.ts';

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

/** The process's own terminal. Data goes to stdout, talk to stderr. */
export async function openTerminal({
  color,
  ascii,
  input,
  utc,
}: TerminalOptions): Promise<Terminal> {
  const interactive = input && process.stdin.isTTY && process.stderr.isTTY;
  const paint = await paintFor(color);
  return {
    out: text => {
      process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
    },
    talk: text => {
      process.stderr.write(text.endsWith('\n') ? text : `${text}\n`);
    },
    interactive,
    look: () => ({
      width: process.stdout.isTTY ? Math.max(40, process.stdout.columns) : 80,
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
