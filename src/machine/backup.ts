import { mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '../errors.ts';

/** Writes a file whole or not at all, private to its owner, and only returns when it is on the disk. */
async function writeWhole(directory: string, name: string, text: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, name);
  const draft = `${path}.new`;
  const file = await open(draft, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
}

/** Keeps a file in every one of these directories; fails if one of them cannot take it. */
export function backupTo(
  directories: readonly string[],
): (name: string, text: string) => Promise<void> {
  return async (name, text) => {
    for (const directory of directories) {
      try {
        await writeWhole(directory, name, text);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        throw new Fault('STORE', `the snapshot could not be copied: ${why}`, {
          where: join(directory, name),
          fix: 'make the directory writable, or name another one with --backup',
          cause: error,
        });
      }
    }
  };
}
