import { type CommandSpec } from '../spec.ts';
import { access } from './access.ts';
import { observe, other } from './observe.ts';
import { prepare } from './prepare.ts';
import { run } from './run.ts';
import { serve } from './serve.ts';
import { wave } from './wave.ts';
import { world } from './world.ts';

/** Every command, in the order of the help. Only those of the group Run can lead to a write. */
export const commands: readonly CommandSpec[] = [
  ...prepare,
  ...run,
  ...serve,
  ...observe,
  ...world,
  ...wave,
  ...access,
  ...other,
];
