import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';
import { bundleVariable, installed } from './cli.ts';

let directory = '';

/**
 * Puts the command line that was built, and the packages that it uses, into few files. Node finds and
 * links each of their more than 800 modules by itself: two thirds of the time that a short command takes,
 * and the tests run hundreds of them. The code is the same; `cutover.test.ts` runs it as it is installed.
 */
export async function setup(): Promise<void> {
  // Both projects with real servers ask for it: one is enough.
  if (process.env[bundleVariable] !== undefined) return;
  directory = await mkdtemp(join(tmpdir(), 'dns-cutover-bundle-'));
  const bundle = await rolldown({
    input: { cli: installed },
    platform: 'node',
    // It would remark on the packages.
    logLevel: 'silent',
    plugins: [
      {
        name: 'a file is where it was',
        transform: (code, path) =>
          code.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)),
      },
    ],
  });
  const chunkFileNames = '[name]-[hash].mjs';
  const names = { entryFileNames: '[name].mjs', chunkFileNames };
  await bundle.write({ dir: directory, format: 'esm', ...names });
  await bundle.close();
  process.env[bundleVariable] = directory;
}

export async function teardown(): Promise<void> {
  if (directory !== '') await rm(directory, { recursive: true, force: true });
}
