import { type Cutover } from '../cutover.ts';
import { elapsed } from '../elapsed.ts';
import { LOW, moves, stepPosition, valueAt } from '../path.ts';
import { allThere } from '../standing.ts';
import { foreignHold, lateHold } from './late.ts';
import { enter, observe, wakeAfter, type StageRules } from './rules.ts';

/**
 * How long every authoritative address must have served the new set: after that no honest cache can hold
 * the old one, which was served with the low TTL. Of a set that did not exist its absence is remembered.
 */
export function boundMs({ plan, snapshot, step }: Cutover): number {
  const before = step === 0 ? LOW : stepPosition(step - 1);
  const made = plan.tracks.some(
    track => track.swapped && valueAt(track, before) === null && moves(track, before, before + 1),
  );
  const remembered = Math.max(plan.policy.ttl.low, made ? (snapshot?.negative ?? 0) : 0);
  return (remembered + plan.policy.ttl.margin) * 1000;
}

const sinceSwap = (cutover: Cutover) => cutover.swaps[cutover.step] ?? cutover.entered;

/** Waits until the new set has spread, judged by the authoritative servers and the bound. */
export const propagate: StageRules = {
  on: (cutover, event, now) => {
    const edited = foreignHold(cutover, event);
    if (edited.length > 0) return edited;
    const { step, plan, authority } = cutover;
    if (authority !== null && allThere(cutover)) {
      if (elapsed(authority.since, now).ms < boundMs(cutover)) return [];
      const last = step + 1 === plan.steps.length;
      return [last ? enter('sweep', step, now) : enter('gate', step + 1, now)];
    }
    const over = elapsed(sinceSwap(cutover), now).ms >= plan.policy.watch.atMost * 1000;
    return over ? lateHold(cutover) : [];
  },
  due: cutover => {
    const { authority, plan } = cutover;
    const everyMs = Math.min(30_000, Math.max(1000, plan.policy.ttl.low * 100));
    const end =
      authority !== null && allThere(cutover)
        ? wakeAfter(cutover, authority.since, boundMs(cutover))
        : wakeAfter(cutover, sinceSwap(cutover), plan.policy.watch.atMost * 1000);
    return [observe(cutover, everyMs), end];
  },
};
