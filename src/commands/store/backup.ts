import { resolve } from 'node:path';
import { backupSqlite } from '../../store/backup.ts';
import { nameArgument } from '../parse.ts';
import { type Run } from '../spec.ts';

export const run: Run = async ({ places, terminal }, input) => {
  const target = resolve(nameArgument(input));
  await backupSqlite(places.state, target);
  terminal.talk(`copied to ${target}`);
  return 0;
};
