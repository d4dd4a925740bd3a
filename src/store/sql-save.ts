import { type Kysely, type Transaction } from 'kysely';
import { genesis } from '../cutover/line.ts';
import { Fault } from '../errors.ts';
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

/**
 * One transaction. The row comes first, guarded by `seq` and fence: whoever loses has touched
 * nothing, and whoever wins holds the row's lock before `head` is asked for, so that `n` is gapless
 * and in commit order.
 */
export async function saveIn(db: Kysely<Tables>, save: Save): Promise<Saved> {
  // Before the transaction, because a big state takes longer to write down than to store.
  const next = columns(save);
  try {
    return await db.transaction().execute(async trx => {
      const hit = await (save.seq === 0 ? create(trx, save, next) : advance(trx, save, next));
      if (!hit) return await whyNot(trx, save);
      const head = await raiseHead(trx, save.lines.length);
      const first = head - save.lines.length + 1;
      const lines = save.lines.map((line, index) => fromSealed(line, first + index));
      if (lines.length > 0) await trx.insertInto('journal').values(lines).execute();
      await claim(trx, save);
      return { is: 'saved', lastN: head };
    });
  } catch (error) {
    if (error instanceof Refused) return error.saved;
    throw error;
  }
}

function columns({ id, seq, lines, state, fold, open }: Save) {
  return {
    domain: state.domain,
    open: open ? 1 : 0,
    seq: seq + lines.length,
    hash: lines.at(-1)?.hash ?? genesis(id),
    state: JSON.stringify(state),
    fold,
  };
}

type Columns = ReturnType<typeof columns>;

async function create(trx: Transaction<Tables>, { id }: Save, next: Columns): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto('cutover')
    .values({ id, ...next, ...nobody, fence: 0 })
    .onConflict(conflict => conflict.column('id').doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

async function advance(trx: Transaction<Tables>, save: Save, next: Columns): Promise<boolean> {
  const { hash, ...rest } = next;
  let update = trx
    .updateTable('cutover')
    // A save without lines stores a state that was folded anew: the chain's end stays.
    .set(save.lines.length > 0 ? { ...rest, hash } : rest)
    .where('id', '=', save.id)
    .where('seq', '=', save.seq);
  if (save.fence !== undefined) update = update.where('fence', '=', save.fence);
  const { numUpdatedRows } = await update.executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

async function whyNot(trx: Transaction<Tables>, { id, fence }: Save): Promise<Saved> {
  const row = await trx
    .selectFrom('cutover')
    .select('fence')
    .where('id', '=', id)
    .executeTakeFirst();
  return { is: row && fence !== undefined && row.fence !== fence ? 'fenced' : 'stale' };
}

async function raiseHead(trx: Transaction<Tables>, by: number): Promise<number> {
  const row = await trx
    .updateTable('store')
    .set(({ eb }) => ({ head: eb('head', '+', by) }))
    .returning('head')
    .executeTakeFirst();
  if (row) return row.head;
  throw new Fault('MALFORMED', 'the table "store" has no row', {
    fix: 'The store was damaged: restore the last backup.',
  });
}

/** Makes the claims on RRsets what the save says; an ended cutover has none. */
async function claim(trx: Transaction<Tables>, { id, open, keys }: Save): Promise<void> {
  const wanted = open ? keys : [];
  const rows = await trx.selectFrom('managed').select('rrset').where('cutover', '=', id).execute();
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
