// What a terminal showed, as a picture: text with SGR colours becomes an SVG that scales and can be read aloud.

import { columnsOf } from '../src/view/table.ts';

interface Run {
  readonly text: string;
  readonly classes: string;
}

const names: Readonly<Record<string, string>> = {
  ...{ 1: 'bold', 2: 'dim', 31: 'red', 32: 'green', 33: 'yellow', 36: 'cyan' },
};
/** What ends a class. */
const ends: Readonly<Record<string, readonly string[]>> = {
  22: ['bold', 'dim'],
  39: ['red', 'green', 'yellow', 'cyan'],
};

const font = { size: 14, columns: 8.43, line: 19 };
const edge = 16;
const bar = 34;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** The pieces of one line that look alike. */
function runsOf(line: string): readonly Run[] {
  const runs: Run[] = [];
  const on = new Set<string>();
  for (const piece of line.split('\u001b[')) {
    const [, codes, text = piece] = /^([\d;]*)m([^]*)$/.exec(piece) ?? [];
    for (const code of codes?.split(';') ?? []) {
      if (code === '0' || code === '') on.clear();
      for (const name of ends[code] ?? []) on.delete(name);
      const name = names[code];
      if (name !== undefined) on.add(name);
    }
    if (text !== '') runs.push({ text, classes: [...on].join(' ') });
  }
  return runs;
}

/** `title` stands in the bar above, and is what the picture is called where it is read aloud. */
export function terminalSvg(
  output: string,
  { title, columns }: { readonly title: string; readonly columns: number },
): string {
  const lines = output.trimEnd().split(/\r?\n/);
  const width = Math.ceil(columns * font.columns + 2 * edge);
  const height = bar + lines.length * font.line + edge;
  const rows = lines.flatMap((line, index) => {
    const runs = runsOf(line);
    const length = columnsOf(runs.map(({ text }) => text).join(''));
    if (length === 0) return [];
    const spans = runs.map(({ text, classes }) =>
      classes === '' ? escaped(text) : `<tspan class="${classes}">${escaped(text)}</tspan>`,
    );
    // Whatever font is there, a column is as wide as every other one.
    const place = `x="${edge}" y="${bar + (index + 0.75) * font.line}"`;
    const wide = `textLength="${Math.round(length * font.columns)}"`;
    return [`<text ${place} ${wide} xml:space="preserve">${spans.join('')}</text>`];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<style>text{font:${font.size}px ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#d7dae0}`,
    '.bold{font-weight:bold;fill:#fff}.dim{opacity:.65}.red{fill:#ff7b72}.green{fill:#56d364}',
    '.yellow{fill:#e3b341}.cyan{fill:#76e3ea}.title{fill:#9198a1}</style>',
    `<rect width="${width}" height="${height}" rx="8" fill="#161b22"/>`,
    `<text class="title" x="${edge}" y="22">${escaped(title)}</text>`,
    ...rows,
    '</svg>\n',
  ].join('\n');
}
