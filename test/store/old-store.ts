import { Kysely } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { expect } from 'vitest';
import { type Tables } from '../../src/store/sql-tables.ts';
import { sqliteDialect } from '../../src/store/sqlite-dialect.ts';
import {
  applicationId,
  makeDirectory,
  openDurable,
  storePath,
} from '../../src/store/sqlite-file.ts';
import { sqliteStore } from '../../src/store/sqlite.ts';
import { type Store } from '../../src/store/store.ts';

/** A store as an earlier version made it: of the migrations so far, each of which is one schema. */
export async function oldStore(
  directory: string,
  migrations: Readonly<Record<string, Migration>>,
): Promise<Store> {
  makeDirectory(directory);
  const path = storePath(directory);
  const database = openDurable(path);
  const db = new Kysely<Tables>({ dialect: sqliteDialect(database) });
  const getMigrations = () => Promise.resolve({ ...migrations });
  const { error } = await new Migrator({ db, provider: { getMigrations } }).migrateToLatest();
  expect(error).toBeUndefined();
  const version = Object.keys(migrations).length;
  database.exec(`pragma application_id = ${applicationId}; pragma user_version = ${version}`);
  await db.insertInto('store').values({ one: 1, epoch: 'old', head: 0 }).execute();
  const process = { id: 'long-ago', pid: 1, host: 'localhost' };
  const release = (): void => undefined;
  return sqliteStore({ directory, path, database, db, epoch: 'old', process, release });
}
