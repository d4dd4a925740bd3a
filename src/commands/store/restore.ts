import { resolve } from 'node:path';
import { restoreSqlite } from '../../store/backup.ts';
import { systemChance } from '../../machine/chance.ts';
import { flagOption, nameArgument } from '../parse.ts';
import { type Run } from '../spec.ts';

export const run: Run = async ({ places, terminal }, input) => {
  const from = resolve(nameArgument(input));
  const force = flagOption(input, 'force');
  const kept = await restoreSqlite(from, {
    directory: places.state,
    force,
    epochBytes: systemChance.hex(6),
  });
  terminal.talk(
    `restored ${from} into ${places.state}${kept === null ? '' : `; what was there is kept as ${kept}`}`,
  );
  return 0;
};
