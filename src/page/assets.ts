import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Fault } from '../errors.ts';
import { iconFiles } from './shell/icon.ts';

/** One file below `/assets/`. */
export interface Asset {
  readonly type: string;
  readonly body: Uint8Array;
}

/** The bundle of the page, in memory: no request ever becomes a path. */
export interface Assets {
  /** File names of the module that wakes the page, and of the style sheets. */
  readonly script: string;
  readonly styles: readonly string[];
  readonly file: (name: string) => Asset | null;
}

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
};

/** One entry of the manifest that Vite writes (vite.dev/guide/backend-integration). */
interface Built {
  readonly file: string;
  readonly css?: readonly string[];
}

const manifestName = 'manifest.json';

const notBuilt = (where: string, cause: unknown): Fault =>
  new Fault('UNAVAILABLE', 'the page was not built', { where, fix: 'run: npm run build', cause });

/** `dist/page`, seen from `dist/src/page` where it is installed, and from `src/page` in a checkout. */
const places = ['../../page/', '../../dist/page/'].map(path =>
  fileURLToPath(new URL(path, import.meta.url)),
);

async function readManifest(
  directories: readonly string[],
): Promise<{ readonly directory: string; readonly built: Readonly<Record<string, Built>> }> {
  let cause: unknown;
  for (const directory of directories)
    try {
      const text = await readFile(join(directory, manifestName), 'utf8');
      return { directory, built: JSON.parse(text) as Readonly<Record<string, Built>> };
    } catch (error) {
      cause = error;
    }
  throw notBuilt(directories.at(-1) ?? '', cause);
}

/** Reads the whole bundle once. */
export async function openAssets(directories: readonly string[] = places): Promise<Assets> {
  const { directory, built } = await readManifest(directories);
  const [client, style] = [built['src/page/client.tsx'], built['src/page/styles.css']];
  if (client === undefined || style === undefined)
    throw notBuilt(join(directory, manifestName), null);
  const files = new Map<string, Asset>();
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const type = types[extname(entry.name)];
    if (entry.isFile() && type !== undefined && entry.name !== manifestName)
      files.set(entry.name, { type, body: await readFile(join(directory, entry.name)) });
  }
  for (const [name, text] of iconFiles())
    files.set(name, { type: types['.svg'] ?? '', body: new TextEncoder().encode(text) });
  return {
    script: client.file,
    styles: [...new Set([...(client.css ?? []), style.file])],
    file: name => files.get(name) ?? null,
  };
}
