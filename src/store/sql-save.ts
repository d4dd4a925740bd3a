import { type Kysely, type Transaction } from 'kysely';
import { genesis } from '../cutover/line.ts';
import { Fault } from '../errors.ts';
import { compileStatements, fill, type Statements } from './sql-statement.ts';
import { nobody, type Tables } from './sql-tables.ts';
import { fromSealed } from './sql-text.ts';
import { type Save, type Saved } from './store.ts';

/** Leaves the transaction so that it is rolled back; never leaves this file. */
class Refused extends Error {
  readonly saved: Saved;
  constructor(saved: Saved) {
    super(saved.is);
    this.saved = saved;
  }
}

interface Saving {
  readonly trx: Transaction<Tables>;
  readonly statements: Statements;
  readonly save: Save;
  readonly next: Columns;
}

/**
 * One transaction. The row comes first, guarded by `seq` and fence: whoever loses has touched
 * nothing, and whoever wins holds the row's lock before `head` is asked for, so that `n` is gapless
 * and in commit order.
 */
export function saver(db: Kysely<Tables>): (save: Save) => Promise<Saved> {
  const statements = compileStatements(db);
  return async save => {
    // Before the transaction, because a big state takes longer to write down than to store.
    const next = columns(save);
    try {
      return await db.transaction().execute(trx => saveIn({ trx, statements, save, next }));
    } catch (error) {
      if (error instanceof Refused) return error.saved;
      throw error;
    }
  };
}

async function saveIn(saving: Saving): Promise<Saved> {
  const { trx, statements, save } = saving;
  const hit = await (save.seq === 0 ? create(saving) : advance(saving));
  if (!hit) return whyNot(saving);
  const by = save.lines.length;
  const { rows } = await trx.executeQuery(fill(statements.raiseHead, { by }));
  const [row] = rows;
  if (!row)
    throw new Fault('MALFORMED', 'the table "store" has no row', {
      fix: 'The store was damaged: restore the last backup.',
    });
  let n = row.head - by;
  for (const line of save.lines) {
    n += 1;
    await trx.executeQuery(fill(statements.addLine, { ...fromSealed(line, n) }));
  }
  await claim(saving);
  return { is: 'saved', lastN: row.head };
}

function columns({ seq, lines, state, fold, open }: Save) {
  return {
    domain: state.domain,
    open: open ? 1 : 0,
    seq: seq + lines.length,
    hash: lines.at(-1)?.hash ?? null,
    state: JSON.stringify(state),
    fold,
  };
}

type Columns = ReturnType<typeof columns>;

async function create({ trx, save: { id }, next }: Saving): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto('cutover')
    .values({ id, ...next, hash: next.hash ?? genesis(id), ...nobody, fence: 0 })
    .onConflict(conflict => conflict.column('id').doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

async function advance({ trx, statements, save, next }: Saving): Promise<boolean> {
  const { id, seq: before, fence = null } = save;
  const values = { ...next, id, before, fence };
  const { numAffectedRows } = await trx.executeQuery(fill(statements.advance, values));
  return numAffectedRows === 1n;
}

async function whyNot({ trx, save: { id, fence } }: Saving): Promise<Saved> {
  const query = trx.selectFrom('cutover').select('fence').where('id', '=', id);
  const row = await query.executeTakeFirst();
  return { is: row && fence !== undefined && row.fence !== fence ? 'fenced' : 'stale' };
}

/** Makes the claims on RRsets what the save says; an ended cutover has none. */
async function claim({ trx, statements, save: { id, open, keys } }: Saving): Promise<void> {
  const wanted = open ? keys : [];
  const { rows } = await trx.executeQuery(fill(statements.claims, { id }));
  const had = rows.map(({ rrset }) => rrset);
  const surplus = had.filter(rrset => !wanted.includes(rrset));
  if (surplus.length > 0)
    await trx
      .deleteFrom('managed')
      .where('cutover', '=', id)
      .where('rrset', 'in', surplus)
      .execute();
  for (const rrset of new Set(wanted.filter(it => !had.includes(it)))) {
    const { numInsertedOrUpdatedRows } = await trx
      .insertInto('managed')
      .values({ rrset, cutover: id })
      .onConflict(conflict => conflict.column('rrset').doNothing())
      .executeTakeFirstOrThrow();
    if (numInsertedOrUpdatedRows === 1n) continue;
    const { cutover } = await trx
      .selectFrom('managed')
      .select('cutover')
      .where('rrset', '=', rrset)
      .executeTakeFirstOrThrow();
    throw new Refused({ is: 'taken', key: rrset, by: cutover });
  }
}
