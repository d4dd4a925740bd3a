import { type Kysely } from 'kysely';

/** What was learnt of resolvers, which outlives the cutovers that learnt it; may be lost without harm. */
export async function up(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('learnt')
    .addColumn('resolver', 'text', column => column.notNull())
    .addColumn('address', 'text', column => column.notNull())
    .addColumn('source', 'text', column => column.notNull())
    .addColumn('at', 'bigint', column => column.notNull())
    .addColumn('floor', 'bigint')
    .addColumn('ceiling', 'bigint')
    .addColumn('caches', 'integer')
    .addColumn('given', 'bigint')
    .addPrimaryKeyConstraint('learnt_key', ['resolver', 'address', 'source'])
    .execute();
}
