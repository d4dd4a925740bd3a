import { embedded, dataId, rootId, type PageData } from './data.ts';
import { iconName, type Mood } from './icon.ts';

/** What stands around what a page shows. */
export interface Shell {
  readonly title: string;
  readonly mood: Mood;
  /** Where scripts are off the page asks again by itself; not where somebody types. */
  readonly refreshes: boolean;
  readonly script: string;
  readonly styles: readonly string[];
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

const escaped = (text: string): string => text.replace(/[&<>"]/g, found => entities[found] ?? '');

const styleLink = (name: string): string =>
  `<link rel="stylesheet" href="/assets/${escaped(name)}">`;

/** How often a page without scripts asks again. */
const refreshSeconds = 15;

/** One whole page. `body` is markup that was escaped already. */
export function documentText(
  { title, mood, refreshes, script, styles }: Shell,
  { data, body }: { readonly data: PageData; readonly body: string },
): string {
  const refresh = `<noscript><meta http-equiv="refresh" content="${refreshSeconds}"></noscript>`;
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    `<title>${escaped(title)}</title>`,
    `<link rel="icon" id="icon" type="image/svg+xml" href="/assets/${iconName(mood)}">`,
    ...styles.map(styleLink),
    `<script type="module" src="/assets/${escaped(script)}"></script>`,
    ...(refreshes ? [refresh] : []),
    '</head>',
    '<body>',
    `<div id="${rootId}">${body}</div>`,
    `<script type="application/json" id="${dataId}">${embedded(data)}</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}
