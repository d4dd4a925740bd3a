import { type Now } from '../../clock.ts';
import { limits } from '../../limits.ts';
import { canaryEnd } from '../canary-course.ts';
import { type Cutover, type Rollback } from '../cutover.ts';
import { elapsed, wallAfter } from '../elapsed.ts';
import { type Event } from '../event.ts';
import { type LineBody } from '../lines.ts';
import { SNAPSHOT, type Track } from '../path.ts';
import { intendTracks, intendUnclaim, isAt, nextTracks } from '../write.ts';
import { troubled } from '../standing.ts';
import { backwards } from '../watching.ts';
import {
  behindHold,
  lagMs,
  lateHold,
  spreading,
  spreadingEffects,
  unseen,
  writtenHere,
} from './late.ts';
import { observe, wakeAfter, type StageRules } from './rules.ts';

interface Heard {
  readonly event: Event;
  readonly now: Now;
}

const isLeft = ({ left }: Rollback, track: Track): boolean =>
  left.some(({ key }) => key === track.key);

const phase = (next: 'others' | 'settling' | 'restoring'): LineBody => ({
  type: 'rollback.phase',
  data: { phase: next },
});

/** What a rollback is about. */
const mxTracks = ({ plan }: Cutover): readonly Track[] =>
  plan.tracks.filter(track => track.swapped && track.type === 'MX');

/** The MX first and alone. */
function mx(cutover: Cutover, rollback: Rollback, now: Now): readonly LineBody[] {
  const { target, asked } = rollback;
  const tracks = nextTracks(cutover, mxTracks(cutover), target);
  if (tracks.length === 0) return [{ type: 'rollback.delivered', data: { now } }, phase('others')];
  const by = wallAfter(asked, limits.rollbackDeliveryMs, cutover.clock);
  if (elapsed(asked, now).ms >= limits.rollbackDeliveryMs) {
    const message = 'the MX could not be written back within 10 minutes';
    const reason = { why: 'rollback-undelivered', since: asked.wall, message } as const;
    return [{ type: 'held', data: { reason } }];
  }
  return [intendTracks(cutover, { purpose: 'rollback', position: target, tracks, by }, now)];
}

/** One write for each other RRset, so that an edit elsewhere never blocks the rest. */
function undoNext(cutover: Cutover, to: { tracks: readonly Track[]; position: number }, now: Now) {
  const { rollback } = cutover;
  const { tracks, position } = to;
  const next = tracks.find(
    track => !isAt(cutover, track, position) && !(rollback !== null && isLeft(rollback, track)),
  );
  if (next === undefined) return null;
  return intendTracks(cutover, { purpose: 'undo', position, tracks: [next] }, now);
}

function others(cutover: Cutover, { target }: Rollback, now: Now): readonly LineBody[] {
  // What was written after the swap, such as the old host's leave from SPF, would hurt the old host now.
  const tracks = cutover.plan.tracks.filter(
    track => (track.swapped || track.afterwards) && track.type !== 'MX',
  );
  return [undoNext(cutover, { tracks, position: target }, now) ?? phase('settling')];
}

/** How often the provider is asked again while a server shows another MX than the one written back. */
const verifyMs = 60_000;

/** Reads the provider once more, by a write that changes nothing. */
const verification = (cutover: Cutover, { target }: Rollback, now: Now): readonly LineBody[] => {
  const tracks = mxTracks(cutover);
  if (tracks.length === 0) return [];
  return [intendTracks(cutover, { purpose: 'rollback', position: target, tracks }, now)];
};

/** When the provider is read once more, since a write of the MX was lost and may still land. */
function doubtful({ plan, lost, written }: Cutover, run: Rollback): Now | null {
  const since = run.delivered ?? run.asked;
  const may = lost.some(
    ({ key, position }) =>
      position > run.target && plan.tracks.some(track => track.key === key && track.type === 'MX'),
  );
  const verified = written !== null && written.up >= since.up + verifyMs;
  return may && !verified ? since : null;
}

/**
 * A server that goes on showing what was rolled back trails behind, or a write that was taken for lost has
 * landed after all. Only the provider can tell: it is read again, by a write that changes nothing.
 */
function verify(cutover: Cutover, run: Rollback, { event, now }: Heard): readonly LineBody[] {
  if (event.type !== 'observed' || event.identical < 2) return [];
  const astray = [...troubled(cutover, 'behind'), ...troubled(cutover, 'other')];
  if (astray.length === 0) return [];
  const since = cutover.written ?? run.delivered ?? run.asked;
  if (elapsed(since, now).ms < verifyMs) return [];
  return verification(cutover, run, now);
}

function settling(cutover: Cutover, run: Rollback, heard: Heard): readonly LineBody[] {
  const { now } = heard;
  const { to, target } = run;
  const reason = 'a lost write has landed';
  const by = run.automatic ? { automatic: true as const } : {};
  if (nextTracks(cutover, mxTracks(cutover), target).length > 0)
    return [{ type: 'rollback.asked', data: { to, target, reason, ...by, now } }];
  const exact = to === 'snapshot' || target === SNAPSHOT;
  const since = run.delivered ?? run.asked;
  const waitMs = exact ? 0 : cutover.plan.policy.rollback.settleAfter * 1000;
  const doubt = doubtful(cutover, run);
  if (doubt !== null && elapsed(doubt, now).ms >= verifyMs) return verification(cutover, run, now);
  if (doubt === null && elapsed(since, now).ms >= waitMs) return [phase('restoring')];
  const astray = verify(cutover, run, heard);
  if (astray.length > 0) return astray;
  return elapsed(since, now).ms >= lagMs(cutover) ? lateHold(cutover) : [];
}

/** The exact snapshot: TTL and extras, prepare records last written first, claim. */
function restoring(cutover: Cutover, now: Now): readonly LineBody[] {
  const tracks = cutover.plan.tracks.toReversed();
  const undo = undoNext(cutover, { tracks, position: SNAPSHOT }, now);
  if (undo !== null) return [undo];
  if (spreading(cutover, now) || unseen(cutover)) return [];
  // Whoever asks there is still sent to where mail was taken away from: that is no end.
  const behind = writtenHere(cutover) ? behindHold(cutover) : [];
  if (behind.length > 0) return behind;
  if (cutover.claim === 'placed') return [intendUnclaim(cutover, now)];
  const canary = canaryEnd(cutover, { late: false, now });
  if (canary !== null) return canary;
  return [{ type: 'ended', data: { outcome: 'rolled-back' } }];
}

/** Back one step, or all the way. */
export const rollback: StageRules = {
  on: (cutover, event, now) => {
    const { rollback: run } = cutover;
    if (run === null) return [];
    switch (run.phase) {
      case 'mx':
        return mx(cutover, run, now);
      case 'others':
        return others(cutover, run, now);
      case 'settling':
        return settling(cutover, run, { event, now });
      case 'restoring':
        return restoring(cutover, now);
    }
  },
  due: cutover => {
    const { rollback: run, plan } = cutover;
    if (run === null) return [];
    if (run.phase === 'mx') return [wakeAfter(cutover, run.asked, limits.rollbackDeliveryMs)];
    if (run.phase === 'restoring') return spreadingEffects(cutover);
    if (run.phase === 'others') return backwards(cutover);
    const since = run.delivered ?? run.asked;
    const doubt = doubtful(cutover, run);
    return [
      observe(cutover, 30_000),
      ...backwards(cutover),
      ...(doubt === null ? [] : [wakeAfter(cutover, doubt, verifyMs)]),
      wakeAfter(cutover, since, plan.policy.rollback.settleAfter * 1000),
    ];
  },
};
