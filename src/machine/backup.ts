import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '../errors.ts';

/** Writes a file whole or not at all, private to its owner, and only returns when it is on the disk. */
async function writeWhole(directory: string, name: string, text: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, name);
  const draft = `${path}.new`;
  // One that was left by a crash may be readable by others, or be a link to somewhere else.
  await rm(draft, { force: true });
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    throw error;
  } finally {
    await file.close();
  }
  await syncDirectory(directory);
}

/** A new name survives a power cut only when its directory is on the disk, too. */
async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
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
