import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { Fault } from '../errors.ts';

/**
 * Puts a text in the place of a file, whole or not at all: whoever reads meanwhile finds the old one or
 * the new one, and never a half.
 * @throws Fault USAGE where the file cannot be written
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  // Two that write at once have a draft each; the name cannot be guessed, so no link waits there.
  const draft = `${path}.${randomBytes(6).toString('hex')}.new`;
  try {
    const file = await open(draft, 'wx', 0o644);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    const why = error instanceof Error ? error.message : String(error);
    throw new Fault('USAGE', `the file could not be written: ${why}`, {
      where: path,
      fix: 'name a file in a directory that this user may write to',
      cause: error,
    });
  }
}
