import { type Kysely, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { Fault } from '../errors.ts';
import { migrations } from './migrations/list.ts';
import { type Tables } from './sql-tables.ts';
import { applicationId, schemaVersion } from './sqlite-file.ts';

/**
 * Brings the schema up to date in one transaction, together with what marks the file as ours, so
 * that nobody ever meets half a store. Kysely's migrator alone commits several times, and of
 * processes that open a fresh file at once one fails ("table already exists").
 */
export async function migrate(db: Kysely<Tables>, epoch: string): Promise<void> {
  await db.transaction().execute(async trx => {
    const provider = { getMigrations: () => Promise.resolve({ ...migrations }) };
    const { error } = await new Migrator({ db: trx, provider }).migrateToLatest();
    if (error !== undefined) throw toError(error);
    await trx
      .insertInto('store')
      .values({ one: 1, epoch, head: 0 })
      .onConflict(conflict => conflict.column('one').doNothing())
      .execute();
    // Both are kept in the file's first page and are part of the transaction.
    await sql.raw(`pragma application_id = ${applicationId}`).execute(trx);
    await sql.raw(`pragma user_version = ${schemaVersion}`).execute(trx);
  });
}

const toError = (error: unknown): Error =>
  error instanceof Error ? error : new Fault('BUG', 'a migration failed', { cause: error });
