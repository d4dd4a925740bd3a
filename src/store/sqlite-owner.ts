import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Fault } from '../errors.ts';
import { limits } from '../limits.ts';
import { type Process } from './process.ts';
import { makeDirectory, makePrivateFile } from './sqlite-file.ts';
import { isBusy, sqliteFault } from './sqlite-fault.ts';

/**
 * Every process holds `owners/<id>` by BEGIN EXCLUSIVE as long as it lives. The kernel lets go when
 * the process ends, however it ends, and keeps the lock of a stopped one. That is all there is to
 * know about life and death: no clock, no heartbeat, no pid that may be somebody else's by now.
 */
export interface Hold {
  /** Takes the file away and lets go. */
  readonly release: () => void;
}

const ownersOf = (directory: string): string => join(directory, 'owners');
const pattern = /^[\w-]{1,64}$/;

const inode = (path: string): bigint | null =>
  statSync(path, { bigint: true, throwIfNoEntry: false })?.ino ?? null;

function lock(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: limits.sqliteBusyMs });
  try {
    // Nothing is ever written: a journal on disk would lie about as a second file.
    database.exec('pragma journal_mode = memory; begin exclusive');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Throws STORE when a living process has the id already. */
export function holdOwner(directory: string, process: Process): Hold {
  if (!pattern.test(process.id)) throw new Fault('BUG', `"${process.id}" is no owner id`);
  makeDirectory(ownersOf(directory));
  const path = join(ownersOf(directory), process.id);
  try {
    for (;;) {
      makePrivateFile(path);
      const before = inode(path);
      const database = lock(path);
      // Between making and locking, another process may have taken it for a dead one's and removed
      // it: then the lock is on a file that nobody finds.
      if (before !== null && before === inode(path)) {
        writeFileSync(`${path}.json`, `${JSON.stringify(process)}\n`, { mode: 0o600 });
        return {
          release: () => {
            letGo(path, database);
          },
        };
      }
      database.close();
    }
  } catch (error) {
    if (!isBusy(error)) throw sqliteFault(error, path);
    throw new Fault('STORE', `a living process uses the owner id ${process.id}`, {
      ...{ where: path, cause: error },
      fix: 'Start again: every start takes an id of its own.',
    });
  }
}

/** While it is locked, so that nobody can lock it in between and hold a removed file. */
function letGo(path: string, database: DatabaseSync): void {
  rmSync(`${path}.json`, { force: true });
  rmSync(path, { force: true });
  database.close();
}

/** Whether the process of this owner id lives. */
export function isAlive(directory: string, owner: string): boolean {
  const path = join(ownersOf(directory), owner);
  if (!pattern.test(owner) || inode(path) === null) return false;
  try {
    const database = new DatabaseSync(path, { readOnly: true, timeout: 0 });
    try {
      database.prepare('select count(*) from sqlite_schema').get();
      return false;
    } finally {
      database.close();
    }
  } catch (error) {
    if (isBusy(error)) return true;
    if (inode(path) === null) return false;
    throw sqliteFault(error, path);
  }
}

function ownerIds(directory: string): string[] {
  try {
    return readdirSync(ownersOf(directory)).filter(name => pattern.test(name));
  } catch {
    return [];
  }
}

/** The processes that have the store of this directory open now. */
export function livingOwners(directory: string): Process[] {
  return ownerIds(directory)
    .filter(id => isAlive(directory, id))
    .map(id => described(directory, id));
}

function described(directory: string, id: string): Process {
  try {
    const text = readFileSync(join(ownersOf(directory), `${id}.json`), 'utf8');
    const { pid, host } = JSON.parse(text) as Partial<Process>;
    return { id, pid: Number(pid), host: String(host) };
  } catch {
    // It is just starting or ending; its id is all that is known.
    return { id, pid: 0, host: '' };
  }
}

/** Takes away what dead processes left. */
export function sweepOwners(directory: string): void {
  for (const id of ownerIds(directory)) {
    const path = join(ownersOf(directory), id);
    try {
      if (isAlive(directory, id)) continue;
      letGo(path, lock(path));
    } catch {
      // Somebody else is at it, or it came alive: leaving a file behind does no harm.
    }
  }
}
