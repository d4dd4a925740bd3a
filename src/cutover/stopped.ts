import { type Cutover } from './cutover.ts';

/**
 * Does an operator's pause stop our writes? Never those of a rollback that a person asked for: one that
 * nobody did waits, and so does the way from a step rolled back to the exact snapshot, which follows a day
 * later by itself.
 */
export function stopped({ paused, stage, rollback }: Cutover): boolean {
  if (paused === null) return false;
  if (stage !== 'rollback' || rollback === null) return true;
  const later = rollback.phase === 'settling' || rollback.phase === 'restoring';
  return rollback.automatic || (rollback.to === 'step' && later);
}
