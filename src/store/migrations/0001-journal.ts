import { type Kysely } from 'kysely';

/** Rows, journal and the claims on RRsets. Types are those that SQLite and PostgreSQL share. */
export async function up(db: Kysely<never>): Promise<void> {
  const { schema } = db;
  await schema
    .createTable('store')
    .addColumn('one', 'integer', column => column.primaryKey())
    .addColumn('epoch', 'text', column => column.notNull())
    .addColumn('head', 'integer', column => column.notNull())
    .execute();
  await schema
    .createTable('cutover')
    .addColumn('id', 'text', column => column.primaryKey())
    .addColumn('domain', 'text', column => column.notNull())
    .addColumn('open', 'integer', column => column.notNull())
    .addColumn('seq', 'integer', column => column.notNull())
    .addColumn('hash', 'text', column => column.notNull())
    .addColumn('state', 'text', column => column.notNull())
    .addColumn('fold', 'integer', column => column.notNull())
    .addColumn('owner', 'text')
    .addColumn('fence', 'integer', column => column.notNull())
    .addColumn('owner_pid', 'integer')
    .addColumn('owner_host', 'text')
    .addColumn('owner_since', 'bigint')
    .execute();
  await schema
    .createTable('journal')
    .addColumn('n', 'integer', column => column.primaryKey())
    .addColumn('cutover', 'text', column => column.notNull())
    .addColumn('seq', 'integer', column => column.notNull())
    .addColumn('v', 'integer', column => column.notNull())
    .addColumn('at', 'bigint', column => column.notNull())
    .addColumn('type', 'text', column => column.notNull())
    .addColumn('actor', 'text', column => column.notNull())
    .addColumn('cause', 'text', column => column.notNull())
    .addColumn('data', 'text', column => column.notNull())
    .addColumn('hash', 'text', column => column.notNull())
    .addUniqueConstraint('journal_cutover_seq', ['cutover', 'seq'])
    .execute();
  await schema
    .createTable('managed')
    .addColumn('rrset', 'text', column => column.primaryKey())
    .addColumn('cutover', 'text', column => column.notNull())
    .execute();
  await schema.createIndex('managed_cutover').on('managed').column('cutover').execute();
}
