import { type Kysely } from 'kysely';
import { documentData, documentText } from './check-document.ts';
import { type Document, type Documents } from './documents.ts';
import { type Tables } from './sql-tables.ts';

type Attempt = <Result>(work: () => Promise<Result>) => Promise<Result>;

const toDocument = ({ expires_at, data, ...row }: Tables['document']): Document => ({
  ...{ ...row, expiresAt: expires_at },
  data: documentData(data, row),
});

/** Ids are visible ASCII: whatever begins with the prefix comes before the prefix and this. */
const afterAll = '\u007f';

/** Each is one statement, so that whoever is killed leaves nothing by halves. */
export function sqlDocuments(db: Kysely<Tables>, attempt: Attempt): Documents {
  const create = (row: Tables['document']) =>
    db
      .insertInto('document')
      .values(row)
      .onConflict(conflict => conflict.columns(['kind', 'id']).doNothing())
      .executeTakeFirstOrThrow();
  const replace = ({ kind, id, version, expires_at, data }: Tables['document']) =>
    db
      .updateTable('document')
      .set({ version, expires_at, data })
      .where('kind', '=', kind)
      .where('id', '=', id)
      .where('version', '=', version - 1)
      .executeTakeFirstOrThrow();
  const at = (kind: Document['kind'], id: string) =>
    db.selectFrom('document').selectAll().where('kind', '=', kind).where('id', '=', id);
  return {
    get: async (kind, id) => {
      const row = await attempt(() => at(kind, id).executeTakeFirst());
      return row ? toDocument(row) : null;
    },
    list: async (kind, { prefix = '', after = '', limit }) => {
      const page = db
        .selectFrom('document')
        .selectAll()
        .where('kind', '=', kind)
        .where('id', '>=', prefix)
        .where('id', '<', prefix + afterAll)
        .where('id', '>', after)
        .orderBy('id')
        .limit(limit);
      return (await attempt(() => page.execute())).map(toDocument);
    },
    put: async document => {
      const { kind, id, version, expiresAt } = document;
      const data = documentText(document);
      const row = { kind, id, version: version + 1, expires_at: expiresAt, data };
      if (version > 0) return (await attempt(() => replace(row))).numUpdatedRows === 1n;
      return (await attempt(() => create(row))).numInsertedOrUpdatedRows === 1n;
    },
    remove: async (kind, id) => {
      const query = db.deleteFrom('document').where('kind', '=', kind).where('id', '=', id);
      return (await attempt(() => query.executeTakeFirstOrThrow())).numDeletedRows === 1n;
    },
    sweep: async now => {
      const query = db.deleteFrom('document').where('expires_at', '<', now);
      return Number((await attempt(() => query.executeTakeFirstOrThrow())).numDeletedRows);
    },
  };
}
