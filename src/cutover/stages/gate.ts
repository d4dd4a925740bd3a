import { openingsAfter, swapBy } from '../calendar.ts';
import { type Cutover } from '../cutover.ts';
import { bars, idles } from '../gate.ts';
import { LOW, SNAPSHOT, stepPosition } from '../path.ts';
import { frozenUntil, intendClaim, intendTracks, isAt, nextTracks } from '../write.ts';
import { foreignHold } from './late.ts';
import { enter, freezeWakes, observe, wake, type StageRules } from './rules.ts';

/** How often everything is checked while the gate waits: for the world, or for a person or the window. */
const checkMs = { usual: 60_000, idle: 300_000 };

/** A rollback to the snapshot gave the old TTL to the world again. */
const raised = (cutover: Cutover): boolean =>
  cutover.plan.tracks.some(
    track =>
      track.swapped && (cutover.places[track.key] ?? SNAPSHOT) < LOW && !isAt(cutover, track, LOW),
  );

/** May this step swap? Judged at the very moment of a check, so that no old finding opens it. */
export const gate: StageRules = {
  on: (cutover, event, now) => {
    const edited = foreignHold(cutover, event);
    if (edited.length > 0) return edited;
    // The servers went back behind the proof: it is made anew before anything is swapped.
    if (cutover.step === 0 && (cutover.drain === null || raised(cutover)))
      return [enter('lower', 0, now)];
    // A rollback met the end of the last attempt, when the claim was gone already.
    if (cutover.plan.policy.claim && cutover.claim === 'removed')
      return frozenUntil(cutover, now) === null ? [intendClaim(cutover, now)] : [];
    const { swapUntil, opened } = cutover.window;
    if (swapUntil !== null && now.wall >= swapUntil)
      return [{ type: 'held', data: { reason: { why: 'window-missed', swapUntil } } }];
    const { swapFrom } = cutover.plan.policy.schedule;
    const scheduled = swapFrom !== null || swapUntil !== null;
    if (scheduled && !opened && now.wall >= (swapFrom ?? 0))
      return [{ type: 'window.opened', data: { swapUntil } }];
    if (event.type !== 'checked' || bars(cutover, event.findings, now).length > 0) return [];
    const position = stepPosition(cutover.step);
    const tracks = nextTracks(
      cutover,
      cutover.plan.tracks.filter(track => track.swapped),
      position,
    );
    const swap = enter('swap', cutover.step, now);
    if (tracks.length === 0) return [swap];
    const intent = intendTracks(
      { ...cutover, stage: 'swap' },
      { purpose: 'swap', position, tracks, by: swapBy(cutover, now) },
      now,
    );
    return [swap, intent];
  },
  due: cutover => {
    const { swapFrom } = cutover.plan.policy.schedule;
    const { opened, swapUntil } = cutover.window;
    // An approval, an acceptance, a tick or the window make a fresh check due at once.
    const said = [cutover.approval?.at ?? 0, cutover.accepted.length, cutover.attested.length];
    const known = [cutover.step, Number(opened), ...said];
    return [
      {
        key: `check:${known.join(':')}`,
        do: 'check',
        everyMs: idles(cutover) ? checkMs.idle : checkMs.usual,
      },
      observe(cutover, 30_000),
      ...(!opened && swapFrom !== null ? [wake(swapFrom)] : []),
      ...(swapUntil === null ? [] : [wake(swapUntil)]),
      ...freezeWakes(cutover),
      ...openingsAfter(cutover.plan.policy.schedule, cutover.entered.wall).map(at => wake(at)),
    ];
  },
};
