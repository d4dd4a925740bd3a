import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { makeProgram } from '../src/commands/program.ts';

const root = join(import.meta.dirname, '..');
const pages = [
  ...readdirSync(root).filter(name => name.endsWith('.md')),
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.md'))
    .map(name => join('docs', name)),
];

/** What a heading is called in a link: lower case, spaces as hyphens, punctuation left out. */
const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .trim()
    .replaceAll(' ', '-');

const anchorsOf = (text: string): readonly string[] =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchor(heading));

it('every link between pages and to files leads somewhere', () => {
  expect(pages.length).toBeGreaterThan(10);
  const broken = pages.flatMap(page => {
    const text = readFileSync(join(root, page), 'utf8').replaceAll(/```[\s\S]*?```/g, '');
    return [...text.matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)].flatMap(([, link = '']) => {
      const [path = '', fragment] = link.split('#');
      const target = path === '' ? join(root, page) : join(root, dirname(page), path);
      if (!existsSync(target)) return [`${page}: ${link}`];
      if (fragment === undefined || !target.endsWith('.md')) return [];
      return anchorsOf(readFileSync(target, 'utf8')).includes(fragment) ? [] : [`${page}: ${link}`];
    });
  });
  expect(broken).toEqual([]);
});

/** What follows `dns-cutover` on the lines of shell blocks, as words; without comments and what it is piped into. */
const commandsOf = (text: string): readonly (readonly string[])[] =>
  [...text.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = '']) =>
    [
      ...block.replaceAll(/\\\n\s*/g, '').matchAll(/(?:npx |\$ |^)dns-cutover ([^\n#>|;&)]*)/gm),
    ].map(([, line = '']) =>
      [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c ?? ''),
    ),
  );

it('every command line in the pages is one that the program takes', async () => {
  let seen = 0;
  for (const page of pages)
    for (const words of commandsOf(readFileSync(join(root, page), 'utf8'))) {
      seen += 1;
      const program = makeProgram('0.0.0', () => Promise.resolve());
      await expect(
        program.parseAsync(words, { from: 'user' }),
        `${page}: ${words.join(' ')}`,
      ).resolves.toBeDefined();
    }
  expect(seen).toBeGreaterThan(50);
});
