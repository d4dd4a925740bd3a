import { type CommandSpec } from './spec.ts';
import { observe, other } from './table-observe.ts';
import { prepare } from './table-prepare.ts';
import { run } from './table-run.ts';
import { wave } from './table-wave.ts';
import { world } from './table-world.ts';

/** Every command, in the order of the help. Only those of the group Run can lead to a write. */
export const commands: readonly CommandSpec[] = [
  ...prepare,
  ...run,
  ...wave,
  ...observe,
  ...world,
  ...other,
];
