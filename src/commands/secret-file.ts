import { open, rm } from 'node:fs/promises';
import { Fault } from '../errors.ts';

/** A file that waits for a secret. */
export interface SecretFile {
  readonly keep: (text: string) => Promise<void>;
  /** For when there is no secret to write after all. */
  readonly discard: () => Promise<void>;
}

/**
 * Makes an empty file for its owner alone, before there is a secret that could be lost.
 * @throws Fault USAGE where there is a file already, or none can be made
 */
export async function reserveSecretFile(path: string): Promise<SecretFile> {
  const fault = (error: unknown): Fault =>
    new Fault(
      'USAGE',
      `the file cannot be written: ${error instanceof Error ? error.message : ''}`,
      {
        where: path,
        fix: 'Name a file that does not exist yet, in a directory that this user may write to.',
        cause: error,
      },
    );
  const file = await open(path, 'wx', 0o600).catch((error: unknown) => {
    throw fault(error);
  });
  const discard = async (): Promise<void> => {
    await file.close();
    await rm(path, { force: true });
  };
  return {
    keep: async text => {
      try {
        await file.writeFile(`${text}\n`);
        await file.sync();
      } catch (error) {
        await discard();
        throw fault(error);
      }
      await file.close();
    },
    discard,
  };
}
