import { describe, expect, it } from 'vitest';
import { readSources, violations } from './support/architecture.ts';

it('the project keeps the rules of the house', () => {
  const sources = readSources(`${import.meta.dirname}/..`);
  expect(sources.has('src/cutover/step.ts')).toBe(true);
  expect(violations(sources)).toEqual([]);
  // Every file is parsed: on a busy machine that takes long.
}, 120_000);

/** What is said about a few files, among which a test reaches everything. */
function judged(files: Readonly<Record<string, string>>): readonly string[] {
  const reach = Object.keys(files).map(path => `import '../${path}';`);
  return violations(new Map([...Object.entries(files), ['test/all.test.ts', reach.join('\n')]]));
}

describe('what the rules catch', () => {
  it('an upward import, in each of its spellings', () => {
    const spellings = [
      `import { open } from '../store/store.ts';`,
      `import type { Store } from '../store/store.ts';`,
      `import { type Store } from '../store/store.ts';`,
      `import '../store/store.ts';`,
      `export { open } from '../store/store.ts';`,
      `export * from '../store/store.ts';`,
      `export const open = async () => (await import('../store/store.ts')).open;`,
      `export type Store = import('../store/store.ts').Store;`,
      `import store = require('../store/store.ts');`,
    ];
    for (const spelling of spellings)
      expect(
        judged({ 'src/authority/a.ts': `${spelling}\n`, 'src/store/store.ts': '' }),
        spelling,
      ).toEqual(['src/authority/a.ts:1: imports upward: src/store/store.ts']);
  });

  it('a neighbour, and two neighbours that import each other', () => {
    const neighbours = judged({
      'src/authority/a.ts': `import '../checks/b.ts';`,
      'src/checks/b.ts': `import '../authority/a.ts';`,
    });
    expect(neighbours).toEqual([
      'import cycle: authority -> checks -> authority',
      'src/authority/a.ts:1: imports its neighbour src/checks/b.ts',
      'src/checks/b.ts:1: imports its neighbour src/authority/a.ts',
    ]);
  });

  it('an import that is computed, and one of a room that is in no layer', () => {
    expect(judged({ 'src/app.ts': `const x = '';\nawait import(x);` })).toEqual([
      'src/app.ts:2: imports something computed',
    ]);
    expect(judged({ 'src/helpers/x.ts': `import '../errors.ts';`, 'src/errors.ts': '' })).toEqual([
      'src/helpers/x.ts: room helpers is in no layer',
    ]);
  });

  it('a pure room that imports more than it may', () => {
    const said = (text: string, room = 'cutover') =>
      judged({ [`src/${room}/a.ts`]: text, 'src/clock.ts': '', 'src/limits.ts': '' });
    expect(said(`import { createHash } from 'node:crypto';`)).toEqual([]);
    expect(said(`import { type Now } from '../clock.ts';`)).toEqual([]);
    expect(said(`import { domainToASCII } from 'node:url';`, 'dns')).toEqual([]);
    expect(said(`import { domainToASCII } from 'node:url';`)).toHaveLength(1);
    expect(said(`import { createHash, randomUUID } from 'node:crypto';`)).toHaveLength(1);
    expect(said(`import { createHash as random } from 'node:fs';`)).toHaveLength(1);
    expect(said(`import * as all from 'node:crypto';`)).toHaveLength(1);
    expect(said(`import crypto from 'node:crypto';`)).toHaveLength(1);
    expect(said(`import { clock } from '../clock.ts';`)).toHaveLength(1);
    expect(said(`export const read = async () => import('node:fs');`)).toHaveLength(1);
    expect(said(`import { z } from 'zod';`)).toHaveLength(1);
  });

  it('a pure room that takes time, chance or the world by itself', () => {
    const said = (text: string) => judged({ 'src/dns/a.ts': text });
    const impure = [
      'crypto.randomUUID()',
      'globalThis.crypto.randomUUID()',
      'randomUUID()',
      'Date.now()',
      'new Date()',
      'Date()',
      'Math.random()',
      'process.env',
      'setTimeout(f, 1)',
      'import.meta.dirname',
    ];
    for (const text of impure)
      expect(said(`export const a = () => ${text};`), text).not.toEqual([]);
    const pure = ['new Date(5).toISOString()', 'Math.floor(1.5)', '{ process: 1 }', 'x.process'];
    for (const text of pure) expect(said(`export const a = () => (${text});`), text).toEqual([]);
  });

  it('a file of 301 lines, also among the tests', () => {
    const lines = (count: number) => '// A line.\n'.repeat(count);
    expect(judged({ 'src/app.ts': lines(300), 'test/a.ts': lines(300) })).toEqual([]);
    expect(judged({ 'src/app.ts': lines(301), 'test/a.ts': lines(301) })).toEqual([
      'src/app.ts: has 301 lines, 300 at most',
      'test/a.ts: has 301 lines, 300 at most',
    ]);
  });

  it('a file that lies too deep, a default export, a provider that knows another', () => {
    expect(judged({ 'src/dns/a/b/c.ts': '' })).toEqual([
      'src/dns/a/b/c.ts: lies deeper than 2 folders below src',
    ]);
    for (const text of ['export default 1;', 'const a = 1;\nexport { a as default };'])
      expect(judged({ 'providers/x/x.ts': text })).toEqual([
        'providers/x/x.ts: has a default export',
      ]);
    expect(judged({ 'providers/x/x.ts': `import '../y/y.ts';`, 'providers/y/y.ts': '' })).toEqual([
      'providers/x/x.ts:1: provider x imports providers/y/y.ts',
    ]);
  });

  it('a file that nothing reaches', () => {
    const dead = new Map([
      ['src/cli.ts', `await import('./main.ts');`],
      ['src/main.ts', ''],
      ['providers/x/x.ts', ''],
    ]);
    expect(violations(dead)).toEqual(['providers/x/x.ts: nothing reaches it']);
  });
});
