import { type Cutover } from '../cutover/cutover.ts';
import { type Actor, type Entry, type Line, type Sealed } from '../cutover/line.ts';
import { Fault } from '../errors.ts';
import { type StoredLine, type StoredRow } from './sql-tables.ts';
import { type Row } from './store.ts';

function parse(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Fault('MALFORMED', `${where} is not the JSON that was stored`, {
      ...{ cause, where },
      fix: 'The store was damaged: run `store check`, then restore the last backup.',
    });
  }
}

export function toRow(stored: StoredRow): Row {
  const { id, domain, open, seq, hash, state, fold, owner, fence } = stored;
  return {
    ...{ id, domain, seq, hash, fold, owner, fence },
    open: open === 1,
    // What was stored was a Cutover; another version of the code refolds it, see `fold`.
    state: parse(state, `the state of cutover ${id}`) as Cutover,
  };
}

export function toEntry({ n, cutover, seq, actor, cause, data, hash }: StoredLine): Entry {
  const what = `line ${seq} of cutover ${cutover}`;
  return {
    ...{ n, cutover, seq, cause, hash, text: data },
    actor: parse(actor, what) as Actor,
    line: parse(data, what) as Line,
  };
}

export const fromSealed = (sealed: Sealed, n: number): StoredLine => ({
  n,
  cutover: sealed.cutover,
  seq: sealed.seq,
  v: sealed.line.v,
  at: sealed.line.at,
  type: sealed.line.type,
  actor: JSON.stringify(sealed.actor),
  cause: sealed.cause,
  data: sealed.text,
  hash: sealed.hash,
});
