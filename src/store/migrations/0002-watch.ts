import { type Kysely } from 'kysely';

/** What the watch of a cutover found out, beside its journal; may be lost without harm. */
export async function up(db: Kysely<never>): Promise<void> {
  const { schema } = db;
  await schema
    .createTable('watch')
    .addColumn('cutover', 'text', column => column.primaryKey())
    .addColumn('steady', 'text', column => column.notNull())
    .execute();
  await schema
    .createTable('cache_state')
    .addColumn('cutover', 'text', column => column.notNull())
    .addColumn('rrset', 'text', column => column.notNull())
    .addColumn('resolver', 'text', column => column.notNull())
    .addColumn('state', 'text', column => column.notNull())
    .addPrimaryKeyConstraint('cache_state_key', ['cutover', 'rrset', 'resolver'])
    .execute();
  await schema
    .createTable('tally')
    .addColumn('cutover', 'text', column => column.notNull())
    .addColumn('rrset', 'text', column => column.notNull())
    .addColumn('minute', 'integer', column => column.notNull())
    .addColumn('counts', 'text', column => column.notNull())
    .addPrimaryKeyConstraint('tally_key', ['cutover', 'rrset', 'minute'])
    .execute();
}
