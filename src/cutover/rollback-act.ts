import { type Now } from '../clock.ts';
import { Fault } from '../errors.ts';
import { type Cutover } from './cutover.ts';
import { type Act } from './event.ts';
import { type LineBody } from './lines.ts';
import { lingering } from './lingering.ts';
import { LOW, SNAPSHOT, stepPosition } from './path.ts';

/** The step whose swap is out, or may be out: 0-based, -1 before the first one. */
function swappedStep(cutover: Cutover): number {
  const { stage, step } = cutover;
  if (stage === 'swap' || stage === 'propagate' || stage === 'sweep' || stage === 'settle')
    return step;
  return stage === 'gate' ? (begun(cutover) ? step : step - 1) : -1;
}

/** Sets that do not land together may stop halfway: then the gate of a step stands behind its first write. */
const begun = ({ plan, places, step }: Cutover): boolean =>
  plan.tracks.some(track => track.swapped && (places[track.key] ?? SNAPSHOT) >= stepPosition(step));

/** Where one step back leads: the position before the last swap, or the snapshot when none is out. */
function target(cutover: Cutover, to: 'step' | 'snapshot'): { position: number; step: number } {
  const step = swappedStep(cutover);
  if (to === 'snapshot' || step < 0) return { position: SNAPSHOT, step: 0 };
  return { position: step === 0 ? LOW : stepPosition(step - 1), step };
}

/**
 * A person's rollback: also while paused or held, and from every stage that wrote something. Asked twice
 * it is one rollback; asked to go further it goes further.
 */
export function rollbackAct(
  cutover: Cutover,
  asked: Extract<Act, { type: 'rollback' }>,
  now: Now,
): readonly LineBody[] {
  const { stage, rollback, hold, paused } = cutover;
  const { to, reason } = asked;
  if (stage === 'snapshot')
    throw new Fault('REFUSED', 'nothing was written yet, there is nothing to roll back', {
      fix: `abandon ${cutover.domain}`,
    });
  const freed: readonly LineBody[] = [
    ...lingering(cutover, now),
    ...(paused === null ? [] : [{ type: 'resumed', data: { reason } } as const]),
    ...(hold === null ? [] : [{ type: 'hold.lifted', data: { by: 'rollback', reason } } as const]),
  ];
  if (stage === 'rollback' && rollback !== null) {
    const further = to === 'snapshot' && rollback.to === 'step';
    // Past the MX it is delivered: going back there would write it a second time.
    if (!further && (hold === null || rollback.phase !== 'mx')) return freed;
    const next = further ? { to, target: SNAPSHOT } : { to: rollback.to, target: rollback.target };
    return [...freed, { type: 'rollback.asked', data: { ...next, reason, now } }];
  }
  const { position, step } = target(cutover, to);
  return [
    ...freed,
    { type: 'rollback.asked', data: { to, target: position, reason, now } },
    { type: 'stage.entered', data: { stage: 'rollback', step, now } },
  ];
}
