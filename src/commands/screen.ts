import { type Canvas } from './context.ts';

/** The whole terminal for a while. */
export interface Screen {
  readonly size: () => { readonly width: number; readonly rows: number };
  /** Replaces what is shown; nothing is written where nothing changed. */
  readonly draw: (lines: readonly string[]) => void;
  /** Gives the terminal back as it was. Harmless when it was given back. */
  readonly close: () => void;
}

const escape = '\u001b[';
const enter = `${escape}?1049h${escape}?25l`;
const leave = `${escape}?25h${escape}?1049l`;

/** Terminals that do not know their size say 0. */
const sizeOf = ({ columns, rows }: Canvas) => ({
  width: columns > 0 ? columns : 80,
  rows: rows > 0 ? rows : 24,
});

/** What ends the process without a word to us still leaves the terminal as it was. */
const deadly = ['SIGHUP', 'SIGQUIT'] as const;

/**
 * Takes the alternate screen and hides the cursor. `resized` is called when the size changes, after what
 * was there is gone. The screen is given back by `close`, by an abort of the signal at once, and by every end
 * of the process but a SIGKILL; while it is suspended (Ctrl-Z) the terminal is the shell's.
 */
export function openScreen(
  canvas: Canvas,
  { signal, resized }: { readonly signal: AbortSignal; readonly resized: () => void },
): Screen {
  let open = true;
  let shown: readonly string[] = [];
  const onResize = () => {
    // Where lines stand after the terminal has wrapped them anew nobody knows.
    canvas.print(`${escape}2J`);
    shown = [];
    resized();
  };
  const back = () => {
    canvas.print(enter);
    onResize();
  };
  const suspend = () => {
    canvas.print(leave);
    process.kill(process.pid, 'SIGSTOP');
  };
  const die = (name: NodeJS.Signals) => {
    close();
    process.kill(process.pid, name);
  };
  const close = () => {
    if (!open) return;
    open = false;
    still();
    for (const name of deadly) process.off(name, die);
    process.off('SIGTSTP', suspend).off('SIGCONT', back).off('exit', close);
    signal.removeEventListener('abort', close);
    canvas.print(leave);
  };
  const still = canvas.resized(onResize);
  for (const name of deadly) process.on(name, die);
  process.on('SIGTSTP', suspend).on('SIGCONT', back).on('exit', close);
  signal.addEventListener('abort', close);
  canvas.print(enter);
  if (signal.aborted) close();
  return {
    size: () => sizeOf(canvas),
    draw: lines => {
      if (!open) return;
      const changed = Array.from({ length: Math.max(lines.length, shown.length) }, (_, row) =>
        lines[row] === shown[row]
          ? ''
          : // Erased first: a line that fills its row would lose its last character.
            `${escape}${String(row + 1)};1H${escape}2K${lines[row] ?? ''}`,
      ).join('');
      if (changed !== '') canvas.print(changed);
      shown = lines;
    },
    close,
  };
}
