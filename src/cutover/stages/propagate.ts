import { atMostOver, propagated, sinceSwap, spread, unableHold } from '../caches.ts';
import { type Cutover } from '../cutover.ts';
import { elapsed } from '../elapsed.ts';
import { LOW, moves, stepPosition, valueAt } from '../path.ts';
import { allThere } from '../standing.ts';
import { forwards, watched } from '../watching.ts';
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

/**
 * Waits until the new set has spread. The authoritative servers and the bound decide: however many public
 * resolvers say new, it never ends before. Where they are watched it ends when enough of them have turned
 * and nobody is unexplained, or when the longest wait is over.
 */
export const propagate: StageRules = {
  on: (cutover, event, now) => {
    const edited = foreignHold(cutover, event);
    if (edited.length > 0) return edited;
    const unable = unableHold(cutover, now);
    if (unable.length > 0) return unable;
    const { step, plan, authority } = cutover;
    if (authority === null || !allThere(cutover))
      return atMostOver(cutover, now) ? lateHold(cutover) : [];
    if (elapsed(authority.since, now).ms < boundMs(cutover)) return [];
    const last = step + 1 === plan.steps.length;
    const next = last ? enter('sweep', step, now) : enter('gate', step + 1, now);
    if (!watched(cutover)) return [next];
    const why = spread(cutover, now);
    return why === null ? [] : [propagated(cutover, { event, why }, now), next];
  },
  due: cutover => {
    const { authority, plan } = cutover;
    const everyMs = Math.min(30_000, Math.max(1000, plan.policy.ttl.low * 100));
    const there = authority !== null && allThere(cutover);
    const bound = there ? [wakeAfter(cutover, authority.since, boundMs(cutover))] : [];
    const atMost = wakeAfter(cutover, sinceSwap(cutover), plan.policy.watch.atMost * 1000);
    const watch = forwards(cutover);
    const waits = !there || watch.length > 0;
    return [observe(cutover, everyMs), ...watch, ...bound, ...(waits ? [atMost] : [])];
  },
};
