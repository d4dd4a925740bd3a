import { type Cutover } from '../cutover/cutover.ts';
import { differenceText } from './hold.ts';
import { labelAt } from './position.ts';
import { isoOrNull, isoText } from './words.ts';

export interface RollbackView {
  readonly to: string;
  /** Label of the position that it goes back to. */
  readonly target: string;
  readonly phase: string;
  readonly askedAt: string;
  readonly deliveredAt: string | null;
  /** RRsets that somebody else had edited and that were not overwritten. */
  readonly left: readonly string[];
}

export function rollbackOf({ rollback, plan }: Cutover): RollbackView | null {
  if (rollback === null) return null;
  const { to, target, phase, asked, delivered, left } = rollback;
  return {
    to,
    target: labelAt(plan, target),
    phase,
    askedAt: isoText(asked.wall),
    deliveredAt: isoOrNull(delivered?.wall ?? null),
    left: left.map(differenceText),
  };
}
