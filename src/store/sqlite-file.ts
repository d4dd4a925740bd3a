import { closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Fault } from '../errors.ts';
import { limits } from '../limits.ts';
import { migrations } from './migrations/list.ts';
import { sqliteFault } from './sqlite-fault.ts';

/** In the header of every state file of ours: the ASCII of "dnsC". */
export const applicationId = 0x646e7343;

export const schemaVersion = Object.keys(migrations).length;

export const storePath = (directory: string): string => join(directory, 'store.sqlite');

/** The error code of the operating system, or ''. */
const systemCode = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** Makes a directory that only its owner enters; MALFORMED when there is a file, STORE without a right to. */
export function makeDirectory(directory: string): void {
  try {
    makeWithParents(directory);
  } catch (cause) {
    const isFile = ['EEXIST', 'ENOTDIR'].includes(systemCode(cause));
    throw new Fault(
      isFile ? 'MALFORMED' : 'STORE',
      isFile ? 'a file is where the state directory should be' : 'cannot make the state directory',
      {
        ...{ where: directory, cause },
        fix: isFile
          ? 'Move the file away, or name another directory with --state.'
          : 'Name a directory that this user may write with --state.',
      },
    );
  }
}

/** Not `recursive: true`, which never returns where a parent exists and yet says ENOENT (/proc). */
function makeWithParents(directory: string): void {
  const make = (): void => {
    mkdirSync(directory, { mode: 0o700 });
  };
  try {
    make();
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' && dirname(directory) !== directory) {
      makeWithParents(dirname(directory));
      try {
        make();
      } catch (again) {
        // Another process was faster.
        if (systemCode(again) !== 'EEXIST') throw again;
      }
    } else if (code !== 'EEXIST' || !statSync(directory).isDirectory()) throw error;
  }
}

/**
 * Makes an empty file that only its owner reads, unless it is there. An existing one is never
 * opened: closing any descriptor of a file drops every POSIX lock of this process on it, SQLite's
 * too.
 */
export function makePrivateFile(path: string): boolean {
  try {
    closeSync(openSync(path, 'wx', 0o600));
    return true;
  } catch (cause) {
    if (systemCode(cause) === 'EEXIST') return false;
    throw new Fault('STORE', 'the file cannot be made', {
      ...{ where: path, cause },
      fix: 'See that its directory exists, has room, and that this user may write it.',
    });
  }
}

const pragma = (database: DatabaseSync, name: string): unknown =>
  Object.values(database.prepare(`pragma ${name}`).get() ?? {})[0];

/**
 * The version of the schema in the file, 0 for a new one. Looks before anything is written:
 * MALFORMED for what is not ours, STORE for a newer schema.
 */
export function inspect(path: string): number {
  const database = open(path, true);
  try {
    const version = Number(pragma(database, 'user_version'));
    if (pragma(database, 'application_id') !== applicationId) {
      const { tables } = database.prepare('select count(*) tables from sqlite_schema').get() ?? {};
      if (tables === 0 && version === 0) return 0;
      throw new Fault('MALFORMED', 'the file is a database of another program', {
        where: path,
        fix: 'Nothing was changed. Name another directory with --state.',
      });
    }
    if (version > schemaVersion)
      throw new Fault('STORE', `a newer dns-cutover wrote the store (schema ${version})`, {
        where: path,
        fix: `This one knows schema ${schemaVersion}: use the newer dns-cutover, or another --state.`,
      });
    checkPages(database, path);
    return version;
  } catch (error) {
    throw sqliteFault(error, path);
  } finally {
    database.close();
  }
}

function checkPages(database: DatabaseSync, path: string): void {
  if (statSync(path).size > limits.storeCheckedOctets) return;
  checkIntegrity(database, path, 'quick_check');
}

/** MALFORMED when SQLite finds damage. `integrity_check` reads the indexes as well. */
export function checkIntegrity(
  database: DatabaseSync,
  path: string,
  how: 'quick_check' | 'integrity_check',
): void {
  const verdict = pragma(database, `${how}(1)`);
  if (verdict === 'ok') return;
  throw new Fault('MALFORMED', `the state file is damaged: ${String(verdict)}`, {
    where: path,
    fix: 'Nothing was changed. Move the file away and restore the last backup.',
  });
}

export function open(path: string, readOnly = false): DatabaseSync {
  try {
    return new DatabaseSync(path, { readOnly, timeout: limits.sqliteBusyMs });
  } catch (error) {
    throw sqliteFault(error, path);
  }
}

/** Opens a store for writing so that a commit that returned survives a power cut. */
export function openDurable(path: string): DatabaseSync {
  const database = open(path);
  try {
    database.exec('pragma journal_mode = wal; pragma synchronous = full');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
