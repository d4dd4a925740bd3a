import { isDeepStrictEqual } from 'node:util';
import { listed } from '../../config/nearest.ts';
import { Fault } from '../../errors.ts';
import {
  checkedRows,
  listFileOf,
  listFileText,
  oddAddresses,
  textIfThere,
} from '../../config/list-file.ts';
import { listSource } from '../list-source.ts';
import { textOption } from '../parse.ts';
import { replaceFile } from '../../machine/replace-file.ts';
import { type Run } from '../spec.ts';
import { isObject } from '../../object.ts';

interface Difference {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
}

/** By id, what a new list brings; a list that cannot be read counts as none. */
function differenceOf(before: readonly unknown[], after: readonly unknown[]): Difference {
  const [old, now] = [byId(before), byId(after)];
  return {
    added: [...now.keys()].filter(id => !old.has(id)),
    removed: [...old.keys()].filter(id => !now.has(id)),
    changed: [...now.keys()].filter(
      id => old.has(id) && !isDeepStrictEqual(old.get(id), now.get(id)),
    ),
  };
}

const byId = (rows: readonly unknown[]): ReadonlyMap<string, unknown> =>
  new Map(rows.filter(isObject).map(row => [String(row['id']), row]));

/** `2 added: a and b`, and so on; nothing of what there is none of. */
function differenceText({ added, removed, changed }: Difference): string {
  const parts = Object.entries({ added, removed, changed })
    .filter(([, ids]) => ids.length > 0)
    .map(([what, ids]) => `${ids.length} ${what}: ${listed(ids)}`);
  return parts.length === 0 ? 'nothing changed' : parts.join('\n');
}

export const run: Run = async ({ terminal, json, signal }, input) => {
  const [from, to] = [textOption(input, 'from'), textOption(input, 'to') ?? './resolvers.json'];
  if (from === null)
    throw new Fault('USAGE', 'there is no list that is fetched unasked', {
      where: '--from',
      fix: 'name a file or an https URL that you trust with --from',
    });
  const text = await listSource(from, signal);
  const rows = await checkedRows(from, text);
  const list = listFileOf(from, text);
  const before = await textIfThere(to);
  const difference = differenceOf(before === null ? [] : listFileOf(to, before).rows, list.rows);
  await replaceFile(to, listFileText(list));
  for (const sentence of oddAddresses(rows)) terminal.talk(`note: ${sentence}`);
  terminal.out(
    json
      ? JSON.stringify({ from, file: to, resolvers: rows.length, ...difference })
      : `${differenceText(difference)}\nwrote ${to}: ${rows.length} resolvers. Watch them with --resolvers ${to}`,
  );
  return 0;
};
