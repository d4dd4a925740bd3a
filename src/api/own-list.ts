import { checkedRows, listFileOf, listFileText, textIfThere } from '../config/list-file.ts';
import { loadResolvers, type ResolverEntry } from '../config/resolvers.ts';
import { Fault, isFault } from '../errors.ts';
import { limits } from '../limits.ts';
import { replaceFile } from '../machine/replace-file.ts';
import { malformed, problemFault } from './problems/problem.ts';
import { isObject } from '../object.ts';

/** A resolver, and whether it came along or was added to the list of this server. */
export type Listed = ResolverEntry & { readonly origin: 'shipped' | 'own' };

/**
 * The list of resolvers that a server keeps beside its store: the same kind of file that `resolvers add`
 * writes, so that a configuration can name it. Changes come one after the other.
 */
export interface OwnList {
  /** Those that came along and those of the list; one of the list takes the place of a shipped one. */
  all(): Promise<readonly Listed[]>;
  add(row: Readonly<Record<string, unknown>> & { readonly id: string }): Promise<Listed>;
  /** False: the list has none of this id. */
  remove(id: string): Promise<boolean>;
}

const idOf = (row: unknown): string =>
  isObject(row) && typeof row['id'] === 'string' ? row['id'] : '';

/** What is wrong with a row, without the path of the file that it would have stood in. */
function rowFault(error: unknown): unknown {
  if (!isFault(error, 'CONFIG')) return error;
  const problems: unknown = error.details?.['problems'];
  const list = Array.isArray(problems) ? problems : [];
  const told = list.flatMap(one => {
    if (!isObject(one)) return [];
    const { found, expected, fix } = one;
    return [
      { path: '/body', message: `${String(found)}: expected ${String(expected)}. ${String(fix)}` },
    ];
  });
  return malformed(told.length > 0 ? told : [{ path: '/body', message: error.message }]);
}

export function openOwnList(file: string): OwnList {
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(change: () => Promise<T>): Promise<T> => {
    const turn = last.then(change, change);
    last = turn.catch(() => undefined);
    return turn;
  };
  const read = async () => {
    const text = await textIfThere(file);
    return text === null ? { around: null, rows: [] } : listFileOf(file, text);
  };
  const own = async (): Promise<readonly ResolverEntry[]> =>
    (await read()).rows.length === 0 ? [] : loadResolvers(file);
  const all = async (): Promise<readonly Listed[]> => {
    const kept = (await own()).map(one => ({ ...one, origin: 'own' as const }));
    const ids = new Set(kept.map(({ id }) => id));
    const shipped = (await loadResolvers('default')).filter(({ id }) => !ids.has(id));
    return [...shipped.map(one => ({ ...one, origin: 'shipped' as const })), ...kept];
  };
  const add: OwnList['add'] = async row => {
    const list = await read();
    if (list.rows.some(one => idOf(one) === row.id))
      throw new Fault('REFUSED', `the list has a resolver ${row.id} already`, {
        fix: 'Remove that one first, or take another id.',
      });
    if (list.rows.length >= limits.ownResolvers)
      throw new Fault('REFUSED', `the list has ${String(limits.ownResolvers)} resolvers`, {
        fix: 'Remove some first.',
      });
    const text = listFileText({ ...list, rows: [...list.rows, row] });
    try {
      await checkedRows(file, text);
    } catch (error) {
      throw rowFault(error);
    }
    await replaceFile(file, text);
    const added = (await own()).find(({ id }) => id === row.id);
    if (added !== undefined) return { ...added, origin: 'own' };
    throw new Fault('BUG', `${row.id} is not in the list that it was added to`);
  };
  const remove: OwnList['remove'] = async id => {
    const list = await read();
    const rows = list.rows.filter(one => idOf(one) !== id);
    if (rows.length === list.rows.length) {
      const shipped = (await loadResolvers('default')).some(one => one.id === id);
      if (!shipped) return false;
      throw problemFault('refused', `${id} came along and is not in the list of this server`, {
        fix: `Leave it out where resolvers are named in the configuration: default,-${id}.`,
      });
    }
    await replaceFile(file, listFileText({ ...list, rows }));
    return true;
  };
  return { all, add: row => inTurn(() => add(row)), remove: id => inTurn(() => remove(id)) };
}
