import { type Kysely } from 'kysely';
import { forgottenBefore, type Learnt } from '../propagation/learnt.ts';
import { type Tables } from './sql-tables.ts';
import { inOrderLearnt } from './learnt-rows.ts';

export interface LearntKeeper {
  /** One transaction; of two moments of one place the later stays. */
  keep(rows: readonly Learnt[]): Promise<void>;
  read(): Promise<readonly Learnt[]>;
}

export function learntKeeper(db: Kysely<Tables>): LearntKeeper {
  return {
    keep: async rows => {
      if (rows.length === 0) return;
      const newest = Math.max(...rows.map(({ at }) => at));
      await db.transaction().execute(async trx => {
        for (const { from, given = null, ...row } of rows)
          await trx
            .insertInto('learnt')
            .values({ ...row, given, source: from })
            .onConflict(conflict =>
              conflict
                .columns(['resolver', 'address', 'source'])
                .doUpdateSet(eb => ({
                  ...{ at: eb.ref('excluded.at'), floor: eb.ref('excluded.floor') },
                  ceiling: eb.ref('excluded.ceiling'),
                  caches: eb.ref('excluded.caches'),
                  given: eb.ref('excluded.given'),
                }))
                .whereRef('excluded.at', '>=', 'learnt.at'),
            )
            .execute();
        await trx.deleteFrom('learnt').where('at', '<', forgottenBefore(newest)).execute();
      });
    },
    read: async () => {
      const rows = await db.selectFrom('learnt').selectAll().execute();
      return inOrderLearnt(rows.map(withoutNone).filter(isLearnt));
    },
  };
}

type Stored = Omit<Learnt, 'from'> & { readonly from: string };

const withoutNone = ({ source, given, ...row }: Tables['learnt']): Stored => ({
  ...{ ...row, from: source },
  ...(given !== null && { given }),
});

const orNull = (value: unknown): boolean => value === null || typeof value === 'number';

/** What was damaged is lost, as what is too old is; it will be learnt again. */
function isLearnt(row: Stored): row is Learnt {
  const { resolver, address, at, from } = row;
  const named = typeof resolver === 'string' && typeof address === 'string';
  const numbers =
    typeof at === 'number' && [row.floor, row.ceiling, row.caches, row.given ?? null].every(orNull);
  return named && numbers && (from === 'canary' || from === 'watch');
}
