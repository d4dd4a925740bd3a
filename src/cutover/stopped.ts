import { type Cutover } from './cutover.ts';

/**
 * Does an operator's pause stop our writes? Never those of a rollback that a person asked for; only the
 * way from a step rolled back to the exact snapshot, which follows a day later by itself, waits.
 */
export function stopped({ paused, stage, rollback }: Cutover): boolean {
  if (paused === null) return false;
  if (stage !== 'rollback' || rollback === null) return true;
  return (
    rollback.to === 'step' && (rollback.phase === 'settling' || rollback.phase === 'restoring')
  );
}
