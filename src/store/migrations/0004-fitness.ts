import { type Kysely } from 'kysely';

/** Which resolvers of a watch can be believed; may be lost without harm: they are heard again. */
export async function up(db: Kysely<never>): Promise<void> {
  await db.schema.alterTable('watch').addColumn('fitness', 'text').execute();
}
