import { nearest } from '../../config/nearest.ts';
import { Fault } from '../../errors.ts';
import { listFileOf, listFileText, textIfThere } from '../../config/list-file.ts';
import { replaceFile } from '../../machine/replace-file.ts';
import { type Run } from '../spec.ts';
import { isObject } from '../../object.ts';

const idOf = (row: unknown): string =>
  isObject(row) && typeof row['id'] === 'string' ? row['id'] : '';

export const run: Run = async ({ terminal, json }, input) => {
  const [id = '', file = ''] = input.args;
  const before = await textIfThere(file);
  if (before === null)
    throw new Fault('CONFIG', 'no such file', { where: file, fix: 'name the list to remove from' });
  const list = listFileOf(file, before);
  const rows = list.rows.filter(row => idOf(row) !== id);
  if (rows.length === list.rows.length) {
    const meant = nearest(id, list.rows.map(idOf));
    throw new Fault('USAGE', `the list has no resolver ${JSON.stringify(id)}`, {
      where: file,
      fix: meant === null ? 'see the ids with resolvers list' : `did you mean ${meant}?`,
    });
  }
  if (rows.length === 0)
    throw new Fault('USAGE', `${id} is the last of the list, and an empty list asks nobody`, {
      where: file,
      fix: 'delete the file, and write none where it was named',
    });
  await replaceFile(file, listFileText({ ...list, rows }));
  terminal.out(
    json
      ? JSON.stringify({ file, removed: [id], resolvers: rows.length })
      : `removed ${id} from ${file}, which has ${rows.length} now`,
  );
  return 0;
};
