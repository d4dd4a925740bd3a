import { closedNow, swapBy } from '../calendar.ts';
import { elapsed } from '../elapsed.ts';
import { LOW, moves, stepPosition } from '../path.ts';
import { allThere, troubled } from '../standing.ts';
import { frozenUntil, intendTracks, isAt, nextTracks } from '../write.ts';
import { foreignHold, lateHold } from './late.ts';
import { enter, observe, wakeAfter, type StageRules } from './rules.ts';

/** The write of this step, and then agreement of the authoritative servers, or the lag. */
export const swap: StageRules = {
  on: (cutover, event, now) => {
    const { step } = cutover;
    const position = stepPosition(step);
    const tracks = nextTracks(
      cutover,
      cutover.plan.tracks.filter(track => track.swapped),
      position,
    );
    if (tracks.length > 0) {
      // Nothing of this step is out yet: whatever stopped it, the gate judges again.
      const before = step === 0 ? LOW : stepPosition(step - 1);
      const begun = cutover.plan.tracks.some(
        track => track.swapped && moves(track, before, position) && isAt(cutover, track, position),
      );
      const { swapFrom } = cutover.plan.policy.schedule;
      const closed =
        (swapFrom !== null && now.wall < swapFrom) ||
        (cutover.window.swapUntil !== null && now.wall >= cutover.window.swapUntil) ||
        closedNow(cutover, now) !== null;
      // A proof that was broken meanwhile is made anew, and the sets that are out go back for it.
      const drained = step > 0 || cutover.drain !== null;
      const free = !closed && frozenUntil(cutover, now) === null;
      const goOn = begun && drained && free && cutover.failures === 0;
      if (!goOn) return [enter('gate', step, now)];
      const by = swapBy(cutover, now);
      return [intendTracks(cutover, { purpose: 'swap', position, tracks, by }, now)];
    }
    const edited = foreignHold(cutover, event);
    if (edited.length > 0) return edited;
    if (event.type === 'observed' && allThere(cutover)) return [enter('propagate', step, now)];
    const confirmed = cutover.swaps[step] ?? cutover.entered;
    if (elapsed(confirmed, now).ms < cutover.plan.policy.ttl.lag * 1000) return [];
    // After a restart or a retry nobody has looked yet at what came of signing it.
    if (cutover.authority === null && cutover.snapshot?.signed === true) return [];
    // Late addresses are named while it propagates; what validators refuse is a hold of its own.
    const broken = [...troubled(cutover, 'bogus'), ...troubled(cutover, 'unsigned')];
    if (broken.length > 0) return lateHold(cutover);
    return [enter('propagate', step, now)];
  },
  due: cutover => {
    const confirmed = cutover.swaps[cutover.step] ?? cutover.entered;
    const lagMs = cutover.plan.policy.ttl.lag * 1000;
    return [observe(cutover, 1000), wakeAfter(cutover, confirmed, lagMs)];
  },
};
