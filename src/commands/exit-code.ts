import { type Cutover } from '../cutover/cutover.ts';

/** The exit code that an ended, held or left cutover stands for. */
export function exitCode({ outcome, hold }: Cutover): number {
  if (outcome === 'done') return 0;
  if (outcome === 'rolled-back') return 6;
  if (outcome === 'abandoned') return 1;
  return hold === null ? 0 : 7;
}
