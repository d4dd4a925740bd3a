import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { openAssets } from '../../src/page/assets.ts';

const made: string[] = [];
afterEach(async () => {
  for (const directory of made.splice(0)) await rm(directory, { recursive: true, force: true });
});

async function bundle(files: Readonly<Record<string, string>>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'dns-cutover-page-'));
  made.push(directory);
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
  return directory;
}

const manifest = JSON.stringify({
  'src/page/client.tsx': { file: 'client-1.js', css: ['extra-3.css'] },
  'src/page/styles.css': { file: 'page-2.css' },
});

it('the bundle is read once and whole, the icons beside it, and nothing by a path', async () => {
  const files = { 'manifest.json': manifest, 'client-1.js': 'woken()', 'page-2.css': 'a{}' };
  const directory = await bundle({ ...files, 'map-4.json': '{"a":1}', 'notes.txt': 'x' });
  await mkdir(join(directory, 'deeper.js'));
  const assets = await openAssets([directory]);
  expect(assets.script).toBe('client-1.js');
  expect(assets.styles).toEqual(['extra-3.css', 'page-2.css']);
  expect(assets.file('client-1.js')?.type).toBe('text/javascript; charset=utf-8');
  expect(new TextDecoder().decode(assets.file('map-4.json')?.body)).toBe('{"a":1}');
  expect(new TextDecoder().decode(assets.file('icon-person.svg')?.body)).toMatch(/^<svg /);
  await rm(directory, { recursive: true });
  expect(assets.file('page-2.css')?.type).toBe('text/css; charset=utf-8');
  const none = ['notes.txt', 'deeper.js', 'manifest.json', '../package.json', '', '__proto__'];
  for (const name of none) expect(assets.file(name), name).toBeNull();
});

it('a page that was not built says how to build it', async () => {
  const empty = await bundle({});
  const half = await bundle({ 'manifest.json': '{}' });
  for (const directory of [empty, half])
    await expect(openAssets([directory])).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: 'the page was not built',
      fix: 'run: npm run build',
    });
});
