import { type Kysely } from 'kysely';

/** What a server keeps beside the cutovers: tokens, sessions, share links, webhooks and the like. */
export async function up(db: Kysely<never>): Promise<void> {
  const { schema } = db;
  await schema
    .createTable('document')
    .addColumn('kind', 'text', column => column.notNull())
    .addColumn('id', 'text', column => column.notNull())
    .addColumn('version', 'integer', column => column.notNull())
    .addColumn('expires_at', 'bigint')
    .addColumn('data', 'text', column => column.notNull())
    .addPrimaryKeyConstraint('document_key', ['kind', 'id'])
    .execute();
  await schema.createIndex('document_expiry').on('document').column('expires_at').execute();
}
