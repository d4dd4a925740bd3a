import { existsSync, renameSync, rmSync } from 'node:fs';
import { backup, type DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import { Fault } from '../errors.ts';
import { nobody, type Tables } from './sql-tables.ts';
import { sqliteDialect } from './sqlite-dialect.ts';
import { sqliteFault } from './sqlite-fault.ts';
import {
  checkIntegrity,
  inspect,
  makeDirectory,
  makePrivateFile,
  open,
  storePath,
} from './sqlite-file.ts';
import { migrate } from './sqlite-migrate.ts';
import { livingOwners } from './sqlite-owner.ts';
import { sqliteStore } from './sqlite.ts';
import { verifyAll } from './verify.ts';

/** All at once: a copy in steps starts over whenever somebody saves in between. */
const everyPage = 2 ** 31 - 1;

/**
 * Copies the store as of one moment into one file (0600) while others go on using it. REFUSED when
 * the target exists, NOT_FOUND without a store, STORE and MALFORMED as ever.
 */
export async function backupSqlite(directory: string, target: string): Promise<void> {
  const path = storePath(directory);
  requireStore(path);
  if (!makePrivateFile(target))
    throw new Fault('REFUSED', 'there is a file already', {
      where: target,
      fix: 'Nothing was overwritten. Name another file for the backup.',
    });
  try {
    await copy(path, target);
    await withDatabase(target, async database => {
      // One file that is complete without a -wal beside it.
      database.exec('pragma journal_mode = delete');
      checkIntegrity(database, target, 'integrity_check');
    });
  } catch (error) {
    rmSync(target, { force: true });
    throw sqliteFault(error, target);
  }
}

export interface Restoring {
  readonly directory: string;
  /** The new epoch, random hexadecimal digits: who holds a cursor of the old one notices. */
  readonly epochBytes: string;
  /** Put it in the place of an existing store, which is kept under another name. */
  readonly force?: boolean;
}

/**
 * Puts a backup into a state directory once its pages and every hash chain were found good. All
 * cutovers come without an owner, and nobody is logged in. Returns where the replaced store was moved to, null if there was
 * none. REFUSED while a process has the store open, or one is there and `force` is not given;
 * MALFORMED for a damaged or foreign backup.
 */
export async function restoreSqlite(from: string, restoring: Restoring): Promise<string | null> {
  const { directory, epochBytes } = restoring;
  requireStore(from);
  makeDirectory(directory);
  refuseOccupied(restoring);
  const path = storePath(directory);
  const made = `${path}.restoring`;
  removeDatabase(made);
  makePrivateFile(made);
  try {
    await copy(from, made);
    await prepare(made, from, epochBytes);
    // Once more, as the checks may have taken long.
    refuseOccupied(restoring);
    const aside = existsSync(path) ? freeName(path) : null;
    if (aside !== null)
      for (const suffix of ['', '-wal', '-shm'])
        if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix);
    renameSync(made, path);
    return aside;
  } catch (error) {
    removeDatabase(made);
    throw sqliteFault(error, from);
  }
}

function requireStore(path: string): void {
  if (!existsSync(path) || inspect(path) === 0)
    throw new Fault('NOT_FOUND', 'there is no store', {
      where: path,
      fix: 'Name the directory of a store, or the file of a backup of one.',
    });
}

function refuseOccupied({ directory, force }: Restoring): void {
  const [owner] = livingOwners(directory);
  if (owner)
    throw new Fault('REFUSED', `process ${owner.pid} on ${owner.host} uses the store`, {
      where: directory,
      fix: 'Nothing was changed. Stop that process first; --force does not help here.',
    });
  if (force !== true && existsSync(storePath(directory)))
    throw new Fault('REFUSED', 'there is a store already', {
      where: storePath(directory),
      fix: 'Nothing was changed. With --force it is replaced and kept under another name.',
    });
}

async function copy(from: string, to: string): Promise<void> {
  const source = open(from, true);
  try {
    await backup(source, to, { rate: everyPage });
  } catch (error) {
    throw sqliteFault(error, to);
  } finally {
    source.close();
  }
}

async function withDatabase(
  path: string,
  use: (database: DatabaseSync) => Promise<void>,
): Promise<void> {
  const database = open(path);
  try {
    await use(database);
  } finally {
    if (database.isOpen) database.close();
  }
}

async function prepare(path: string, from: string, epoch: string): Promise<void> {
  await withDatabase(path, async database => {
    database.exec('pragma journal_mode = delete; pragma synchronous = full');
    checkIntegrity(database, from, 'integrity_check');
    const db = new Kysely<Tables>({ dialect: sqliteDialect(database) });
    await migrate(db, epoch);
    await checkChains(db, { path, from, database });
    await db.updateTable('store').set({ epoch }).execute();
    // Who logged out since the backup is not logged in again by it.
    await db.deleteFrom('document').where('kind', '=', 'session').execute();
    await db
      .updateTable('cutover')
      .set(({ eb }) => ({ ...nobody, fence: eb('fence', '+', 1) }))
      .execute();
  });
}

interface Checked {
  readonly path: string;
  readonly from: string;
  readonly database: DatabaseSync;
}

async function checkChains(db: Kysely<Tables>, { path, from, database }: Checked): Promise<void> {
  const nowhere = { directory: path, release: () => undefined };
  const process = { id: 'restore', pid: 0, host: '' };
  const store = sqliteStore({ ...nowhere, path, database, db, epoch: '', process });
  for (const [id, { firstBad }] of await verifyAll(store))
    if (firstBad)
      throw new Fault(
        'MALFORMED',
        `line ${firstBad.seq} of cutover ${id} is bad: ${firstBad.why}`,
        {
          where: from,
          fix: 'Nothing was changed. Restore an older backup.',
        },
      );
}

function removeDatabase(path: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(path + suffix, { force: true });
}

function freeName(path: string): string {
  for (let number = 1; ; number += 1) {
    const name = `${path}.replaced-${number}`;
    if (!existsSync(name)) return name;
  }
}
