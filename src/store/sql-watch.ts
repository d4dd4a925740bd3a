import { type Kysely, sql } from 'kysely';
import { Fault } from '../errors.ts';
import { type WatchRecord } from '../propagation/watched.ts';
import { fill, slot } from './sql-statement.ts';
import { type Tables } from './sql-tables.ts';
import { type Flush } from './store.ts';
import { inOrder, minuteOf } from './watch-record.ts';
import { isFitness, isMinute, isSteady, isWatched, watchVersion } from './watch-shape.ts';

export interface WatchKeeper {
  /** One transaction that touches only what it is given. NOT_FOUND without the cutover. */
  keep(flush: Flush): Promise<void>;
  /** All of it as of one moment. */
  read(id: string): Promise<WatchRecord>;
}

export function watchKeeper(db: Kysely<Tables>): WatchKeeper {
  const statements = compileWatchStatements(db);
  return {
    keep: async ({ id, steady, watched, minute, fitness }) => {
      // Before the transaction: writing them down takes longer than storing them, and the lock on
      // the file is the one that acts wait for.
      const clock = { id, steady: keptText(steady) };
      const states = watched.map(one => ({
        ...{ id, rrset: one.key, resolver: one.resolver.id },
        state: keptText(one),
      }));
      const counts = minute && {
        ...{ id, rrset: minute.key, minute: minuteOf(minute) },
        counts: keptText(minute),
      };
      const judged = fitness && { id, fitness: keptText(fitness) };
      await db.transaction().execute(async trx => {
        const { numAffectedRows } = await trx.executeQuery(fill(statements.putSteady, clock));
        if (numAffectedRows !== 1n)
          throw new Fault('NOT_FOUND', `no cutover ${id} in the store`, { where: id });
        for (const state of states) await trx.executeQuery(fill(statements.putState, state));
        if (judged) await trx.executeQuery(fill(statements.putFitness, judged));
        if (counts) await trx.executeQuery(fill(statements.putCounts, counts));
      });
    },
    read: async id => {
      const { rows } = await db.executeQuery(fill(statements.read, { id }));
      const kept = (kind: Kind): unknown[] =>
        rows.filter(row => row.kind === kind).flatMap(({ text }) => readable(text));
      const fitness = kept('fitness').find(isFitness);
      return inOrder({
        ...(fitness && { fitness }),
        steady: kept('steady').find(isSteady) ?? null,
        watched: kept('state').filter(isWatched),
        minutes: kept('counts').filter(isMinute),
      });
    },
  };
}

const keptText = (kept: object): string => JSON.stringify({ v: watchVersion, kept });

/**
 * What a row holds that is damaged, or of another version, is lost, as what was not flushed yet is;
 * it will be asked for again.
 */
function readable(text: string): unknown[] {
  try {
    const row: unknown = JSON.parse(text);
    if (typeof row !== 'object' || row === null || !('v' in row && 'kept' in row)) return [];
    return row.v === watchVersion ? [row.kept] : [];
  } catch {
    return [];
  }
}

type Kind = 'steady' | 'fitness' | 'state' | 'counts';

/** Upserts, and one statement that reads, because several would read several moments. */
const compileWatchStatements = (db: Kysely<Tables>) => ({
  /** Selected from the cutover's row, so that none is put where there is no cutover. */
  putSteady: db
    .insertInto('watch')
    .columns(['cutover', 'steady'])
    .expression(eb =>
      eb
        .selectFrom('cutover')
        .select(['id', eb.val<string>(slot('steady')).as('steady')])
        .where('id', '=', slot('id')),
    )
    .onConflict(conflict =>
      conflict.column('cutover').doUpdateSet(eb => ({ steady: eb.ref('excluded.steady') })),
    )
    .compile(),
  putFitness: db
    .updateTable('watch')
    .set({ fitness: slot('fitness') })
    .where('cutover', '=', slot('id'))
    .compile(),
  putState: db
    .insertInto('cache_state')
    .values({
      ...{ cutover: slot('id'), rrset: slot('rrset') },
      ...{ resolver: slot('resolver'), state: slot('state') },
    })
    .onConflict(conflict =>
      conflict
        .columns(['cutover', 'rrset', 'resolver'])
        .doUpdateSet(eb => ({ state: eb.ref('excluded.state') })),
    )
    .compile(),
  putCounts: db
    .insertInto('tally')
    .values({
      ...{ cutover: slot('id'), rrset: slot('rrset') },
      ...{ minute: slot('minute'), counts: slot('counts') },
    })
    .onConflict(conflict =>
      conflict
        .columns(['cutover', 'rrset', 'minute'])
        .doUpdateSet(eb => ({ counts: eb.ref('excluded.counts') })),
    )
    .compile(),
  read: db
    .selectFrom('watch')
    .select([sql.lit<Kind>('steady').as('kind'), 'steady as text'])
    .where('cutover', '=', slot('id'))
    .unionAll(
      db
        .selectFrom('watch')
        .select([
          sql.lit<Kind>('fitness').as('kind'),
          eb => eb.fn.coalesce('fitness', sql.lit('')).as('text'),
        ])
        .where('cutover', '=', slot('id')),
    )
    .unionAll(
      db
        .selectFrom('cache_state')
        .select([sql.lit<Kind>('state').as('kind'), 'state as text'])
        .where('cutover', '=', slot('id')),
    )
    .unionAll(
      db
        .selectFrom('tally')
        .select([sql.lit<Kind>('counts').as('kind'), 'counts as text'])
        .where('cutover', '=', slot('id')),
    )
    .compile(),
});
