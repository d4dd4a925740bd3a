import { type Seconds } from '../../clock.ts';
import { limits } from '../../limits.ts';
import { atMostOver, propagated, sinceSwap, spread, unableHold, unableSince } from '../caches.ts';
import { type Cutover } from '../cutover.ts';
import { elapsed } from '../elapsed.ts';
import { LOW, moves, stepPosition, valueAt } from '../path.ts';
import { type Plan } from '../plan.ts';
import { allThere } from '../standing.ts';
import { forwards, watched } from '../watching.ts';
import { bogusHold, foreignHold, lateHold } from './late.ts';
import { enter, observe, wakeAfter, type StageRules } from './rules.ts';

/**
 * How long every authoritative address must have served the set of a step: after that no honest cache can
 * hold the one before, which was served with the low TTL. Of a set that did not exist its absence is
 * remembered, for `negative` seconds (RFC 2308 5).
 */
export function boundSeconds(
  plan: Plan,
  { step, negative }: { readonly step: number; readonly negative: Seconds },
): Seconds {
  const before = step === 0 ? LOW : stepPosition(step - 1);
  const made = plan.tracks.some(
    track => track.swapped && valueAt(track, before) === null && moves(track, before, before + 1),
  );
  return Math.max(plan.policy.ttl.low, made ? negative : 0) + plan.policy.ttl.margin;
}

/** The same in ms, of the step that a cutover is at. */
export const boundMs = ({ plan, snapshot, step }: Cutover): number =>
  boundSeconds(plan, { step, negative: snapshot?.negative ?? 0 }) * 1000;

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
    const bogus = bogusHold(cutover, event, now);
    if (bogus.length > 0) return bogus;
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
    const since = cutover.hold === null ? unableSince(cutover) : null;
    const unable = since === null ? [] : [wakeAfter(cutover, since, limits.cannotTellMs)];
    return [observe(cutover, everyMs), ...watch, ...bound, ...unable, ...(waits ? [atMost] : [])];
  },
};
