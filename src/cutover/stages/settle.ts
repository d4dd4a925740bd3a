import { type Now } from '../../clock.ts';
import { canaryEnd } from '../canary-course.ts';
import { type Cutover, type Settling } from '../cutover.ts';
import { type Effect } from '../effect.ts';
import { elapsed } from '../elapsed.ts';
import { type LineBody } from '../lines.ts';
import { moves, type Track } from '../path.ts';
import { retireEffects, retireLines, retireTerms } from '../mail/retire.ts';
import { frozenUntil, intendTracks, intendUnclaim, nextTracks } from '../write.ts';
import { spreading, spreadingEffects } from './late.ts';
import { enter, freezeWakes, wakeAfter, type StageRules } from './rules.ts';

const lastSwap = (cutover: Cutover): Now => cutover.swaps.at(-1) ?? cutover.entered;

/** The position with the final TTL; the records of `afterwards` may come one later. */
const restored = ({ plan }: Cutover): number => {
  const index = plan.positions.indexOf('restored');
  return index === -1 ? plan.positions.length - 1 : index;
};

interface Act {
  readonly act: Exclude<Settling, 'old-host'>;
  readonly purpose: 'restore' | 'afterwards';
  readonly position: number;
  readonly tracks: readonly Track[];
  readonly afterMs: number;
}

/** The acts that write, each with its own clock from the last swap. */
function writingActs(cutover: Cutover): readonly Act[] {
  const { plan } = cutover;
  const { ttl, afterwards } = plan.policy;
  const finalPosition = plan.positions.length - 1;
  return [
    {
      act: 'restore-ttl',
      purpose: 'restore',
      position: restored(cutover),
      tracks: plan.tracks.filter(track => track.swapped || track.prepared),
      afterMs: ttl.restoreAfter * 1000,
    },
    {
      act: 'afterwards',
      purpose: 'afterwards',
      position: finalPosition,
      tracks: plan.tracks.filter(track => track.afterwards),
      afterMs: afterwards * 1000,
    },
  ];
}

const ended = (
  act: Settling,
  how: 'done' | 'waived' | 'skipped',
  why: string | null,
): LineBody => ({
  type: 'settling.ended',
  data: { act, how, why },
});

function settleAct(cutover: Cutover, one: Act, now: Now): readonly LineBody[] {
  if (cutover.settling[one.act] !== 'waiting') return [];
  if (cutover.confirmed.includes(one.act)) return [ended(one.act, 'waived', null)];
  const open = one.tracks.filter(track => {
    const place = cutover.places[track.key] ?? 0;
    return place < one.position && moves(track, place, one.position);
  });
  if (open.length === 0) {
    const written = one.tracks.some(track => (cutover.places[track.key] ?? 0) >= one.position);
    return [ended(one.act, 'done', written ? null : 'nothing to do')];
  }
  if (elapsed(lastSwap(cutover), now).ms < one.afterMs || frozenUntil(cutover, now) !== null)
    return [];
  const tracks = nextTracks(cutover, open, one.position);
  return [intendTracks(cutover, { purpose: one.purpose, position: one.position, tracks }, now)];
}

/** Wakes when each wait before the old host is asked is over. */
const retireWakes = (cutover: Cutover): readonly Effect[] =>
  cutover.settling['old-host'] !== 'waiting' || cutover.retire !== null
    ? []
    : retireTerms(cutover).map(({ since, seconds }) => wakeAfter(cutover, since, seconds * 1000));

/** Three acts, none waiting for another: the TTL, the records of afterwards, the old host. Then the claim. */
export const settle: StageRules = {
  on: (cutover, event, now) => {
    for (const one of writingActs(cutover)) {
      const lines = settleAct(cutover, one, now);
      if (lines.length > 0) return lines;
    }
    const old = retireLines(cutover, event, now);
    if (old.length > 0) return old;
    if (Object.values(cutover.settling).includes('waiting')) return [];
    if (spreading(cutover, now)) return [];
    if (cutover.claim === 'placed')
      return frozenUntil(cutover, now) === null ? [intendUnclaim(cutover, now)] : [];
    const canary = canaryEnd(cutover, { late: false, now });
    if (canary !== null) return canary;
    return [enter('done', cutover.step, now), { type: 'ended', data: { outcome: 'done' } }];
  },
  due: cutover => [
    ...writingActs(cutover)
      .filter(({ act }) => cutover.settling[act] === 'waiting')
      .map(({ afterMs }) => wakeAfter(cutover, lastSwap(cutover), afterMs)),
    ...freezeWakes(cutover),
    ...retireWakes(cutover),
    ...retireEffects(cutover),
    ...spreadingEffects(cutover),
  ],
};
