import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readSources, violations } from '../support/architecture.ts';
import { casesOf, command } from '../support/commands.ts';

const root = join(import.meta.dirname, '../..');
const modules = join(root, 'node_modules');
const toy = (file: string): Promise<string> =>
  readFile(join(import.meta.dirname, 'toy', file), 'utf8');
let copy = '';

/** The three places that a new provider touches, and what is written there: nothing else is. */
async function edits(): Promise<ReadonlyMap<string, string>> {
  const index = await readFile(join(root, 'providers/index.ts'), 'utf8');
  const imports = `import { type Static } from 'typebox';\nimport { toy, toySchema } from './toy/toy.ts';\n`;
  const end = index.lastIndexOf('};');
  return new Map([
    ['providers/toy/toy.ts', await toy('toy.ts.txt')],
    [
      'providers/index.ts',
      `${imports}${index.slice(0, end)}${await toy('index-line.txt')}${index.slice(end)}`,
    ],
    ['test/providers/toy.test.ts', await toy('toy.test.ts.txt')],
  ]);
}

beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'dns-cutover-toy-'));
  for (const part of ['src', 'providers', 'test/providers', 'test/support', 'config'])
    await cp(join(root, part), join(copy, part), { recursive: true });
  for (const file of ['package.json', 'tsconfig.json', 'vitest.config.ts'])
    await cp(join(root, file), join(copy, file));
  await symlink(modules, join(copy, 'node_modules'));
  await mkdir(join(copy, 'providers/toy'));
  for (const [path, text] of await edits()) await writeFile(join(copy, path), text);
});
afterAll(() => rm(copy, { recursive: true, force: true }));

it('a provider is a folder, a line and a test: types and layers are kept', async () => {
  const files = ['providers/index.ts', 'test/providers/toy.test.ts'];
  await writeFile(
    join(copy, 'tsconfig.toy.json'),
    JSON.stringify({ extends: './tsconfig.json', include: [], files }),
  );
  const tsc = join(modules, 'tsc7/bin/tsc');
  const checked = await command(process.execPath, [tsc, '-p', 'tsconfig.toy.json'], { cwd: copy });
  expect(checked.out).toBe('');
  const sources = new Map([...readSources(root), ...(await edits())]);
  const about = violations(sources).filter(problem => /toy|providers\/index/.test(problem));
  expect(about).toEqual([]);
});

it('which is held to every promise', async () => {
  const vitest = join(modules, 'vitest/vitest.mjs');
  const report = join(copy, 'report.json');
  const words = [vitest, 'run', '--project', 'unit', 'test/providers/toy.test.ts'];
  const json = ['--reporter=json', `--outputFile=${report}`];
  const { code, out, err } = await command(process.execPath, [...words, ...json], { cwd: copy });
  expect(code, out + err).toBe(0);
  expect([...casesOf(await readFile(report, 'utf8')).values()]).toEqual([
    { failed: [], total: 18 },
  ]);
});

it('and is known to the program: init, validate and the schema', async () => {
  const dnsCutover = (...words: readonly string[]) =>
    command(process.execPath, [join(copy, 'src/cli.ts'), ...words], { cwd: copy });
  const mail = ['--to', '0 mx.new.example', '--history', '1d'];
  const written = await dnsCutover('init', 'example.org', '--provider', 'toy', ...mail);
  expect(written.err).toBe('');
  const file = join(copy, 'dns-cutover.yaml');
  const text = await readFile(file, 'utf8');
  expect(await dnsCutover('validate')).toMatchObject({ code: 0, err: '' });
  const wrong = text.replace('zone: "example.org"', 'zoen: example.org');
  await writeFile(file, wrong);
  const refused = await dnsCutover('validate');
  expect(refused.code).toBe(65);
  expect(refused.err).toMatch(/dns-cutover\.yaml:\d+:\d+/);
  expect((await dnsCutover('schema')).out).toContain('The zone that it plays.');
});
