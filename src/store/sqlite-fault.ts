import { setTimeout as pause } from 'node:timers/promises';
import { Fault, toFault } from '../errors.ts';
import { limits } from '../limits.ts';

/** Result codes of SQLite (https://sqlite.org/rescode.html), without the extended part. */
const codes = {
  busy: 5,
  locked: 6,
  readOnly: 8,
  inputOutput: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  notADatabase: 26,
} as const;

/** What the system says of the files beside the store means the same. */
const ofSystem: Readonly<Record<string, number>> = {
  ENOSPC: codes.full,
  EDQUOT: codes.full,
  EROFS: codes.readOnly,
  EACCES: codes.readOnly,
  EPERM: codes.readOnly,
  EIO: codes.inputOutput,
};

function codeOf(error: unknown): number | null {
  if (!(error instanceof Error)) return null;
  if ('code' in error && typeof error.code === 'string' && error.code in ofSystem)
    return ofSystem[error.code] ?? null;
  if (!('errcode' in error)) return null;
  return typeof error.errcode === 'number' ? error.errcode & 0xff : null;
}

/** True when another connection holds a lock that is in the way. */
export function isBusy(error: unknown): boolean {
  const code = codeOf(error instanceof Fault ? error.cause : error);
  return code === codes.busy || code === codes.locked;
}

const meanings: Readonly<Record<number, readonly [message: string, fix: string]>> = {
  [codes.busy]: [
    'another process kept the store locked',
    'Find the process that holds the file (`fuser FILE`) and let it end, then try again.',
  ],
  [codes.readOnly]: ['the store cannot be written', 'Give this user the right to write the file.'],
  [codes.inputOutput]: [
    'the disk refused to read or write the store',
    'See whether its file system is full (df), and look at the kernel log for errors of the disk, then try again.',
  ],
  [codes.full]: [
    'there is no room left to write the store',
    'Free some space on its file system, then try again: nothing was stored by halves.',
  ],
  [codes.cannotOpen]: [
    'the store cannot be opened',
    'See that its directory exists and that this user may read and write it.',
  ],
};

/** What SQLite threw, as STORE or MALFORMED with the file; anything else as it came. */
export function sqliteFault(error: unknown, path: string): unknown {
  const code = codeOf(error);
  if (code === null) return error;
  const cause = error;
  if (code === codes.corrupt || code === codes.notADatabase)
    return new Fault('MALFORMED', 'the state file is damaged or not an SQLite database', {
      ...{ where: path, cause },
      fix: 'Nothing was changed. Move the file away and restore the last backup, or name another state directory.',
    });
  const [message, fix] = meanings[code === codes.locked ? codes.busy : code] ?? [];
  if (message === undefined || fix === undefined) return error;
  return new Fault('STORE', message, { where: path, fix, cause });
}

/**
 * Repeats work that found the database busy, without blocking the event loop in between; bounded.
 * Throws nothing but Faults.
 */
export async function whileBusy<Result>(
  path: string,
  work: () => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isBusy(error) || attempt >= limits.sqliteBusyAttempts)
        throw toFault(sqliteFault(error, path));
    }
    await pause(limits.sqliteBusyPauseMs);
  }
}
