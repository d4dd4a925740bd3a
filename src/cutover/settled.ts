import { type Now } from '../clock.ts';
import { limits } from '../limits.ts';
import { canarySettled } from './canary-course.ts';
import { type Cutover } from './cutover.ts';
import { type Report } from './event.ts';
import { type HoldReason } from './hold.ts';
import { type Difference, type Intent } from './intent.ts';
import { type LineBody } from './lines.ts';
import { LOW, positionsOf, valueAt } from './path.ts';
import { beforeFirstSwap } from './served.ts';
import { claimedRun } from './write.ts';

type Settled = Extract<Report, { type: 'settled' }>;

const held = (reason: HoldReason): LineBody => ({ type: 'held', data: { reason } });

/** A longer TTL that the provider held was served, however shortly, and whether or not a round saw it. */
function restarted(cutover: Cutover, differences: readonly Difference[]): readonly LineBody[] {
  if (cutover.drain === null || !beforeFirstSwap(cutover)) return [];
  const long = differences.find(({ key, found }) => {
    const track = cutover.plan.tracks.find(one => one.key === key && one.swapped);
    const low = track === undefined ? null : valueAt(track, LOW);
    return track !== undefined && (found?.ttl ?? 0) > (low?.ttl ?? cutover.plan.policy.ttl.low);
  });
  if (long === undefined) return [];
  const why = `${long.source} gave ${long.key} a TTL of ${String(long.found?.ttl)} s`;
  return [{ type: 'drain.reset', data: { why } }];
}

/**
 * Going back. A value that stands on our own path is a write that was taken for not applied and has landed
 * after all: it is undone from there. An edit elsewhere never blocks a rollback, it is named and left; but
 * a rollback that leaves the MX to somebody else is none, and a person must know.
 */
function backwards(
  cutover: Cutover,
  intent: Intent,
  differences: readonly Difference[],
): readonly LineBody[] {
  const lines: LineBody[] = [];
  const foreign: Difference[] = [];
  for (const difference of differences) {
    const track = cutover.plan.tracks.find(({ key }) => key === difference.key);
    const found = track === undefined ? [] : positionsOf(track, difference.found);
    const position = found.find(one =>
      cutover.lost.some(({ key, position: at }) => key === difference.key && at === one),
    );
    if (position === undefined) foreign.push(difference);
    else lines.push({ type: 'write.late', data: { key: difference.key, position } });
  }
  if (foreign.length === 0) return lines;
  const isMx = ({ key }: Difference): boolean =>
    cutover.plan.tracks.some(track => track.key === key && track.type === 'MX');
  if (intent.purpose === 'rollback' || foreign.some(isMx))
    return [
      ...lines,
      ...(cutover.ending === null ? [held({ why: 'conflict', differences: foreign })] : []),
    ];
  return [...lines, { type: 'rollback.left', data: { differences: foreign } }];
}

/** How a conflict is taken depends on what was to be written. */
function conflictLines(
  cutover: Cutover,
  intent: Intent,
  differences: readonly Difference[],
): readonly LineBody[] {
  const first: LineBody = { type: 'write.conflict', data: { intent: intent.id, differences } };
  const found = differences[0]?.found ?? null;
  switch (intent.purpose) {
    case 'claim': {
      const claim = found === null ? 'nothing' : found.rdata.join(' ');
      return [first, held({ why: 'claimed', claim })];
    }
    case 'unclaim': {
      const run = claimedRun(found);
      const why = run === null ? 'it was changed by somebody else' : `run ${run} holds it now`;
      return [first, { type: 'claim.left', data: { why } }];
    }
    case 'rollback':
    case 'undo':
      return [first, ...backwards(cutover, intent, differences)];
    default:
      return [
        first,
        ...restarted(cutover, differences),
        ...(cutover.ending === null ? [held({ why: 'conflict', differences })] : []),
      ];
  }
}

function notAppliedLines(
  cutover: Cutover,
  intent: Intent,
  end: Extract<Settled['settlement'], { is: 'not-applied' }>,
): readonly LineBody[] {
  const { code, message } = end;
  const first: LineBody = { type: 'write.not-applied', data: { intent: intent.id, code, message } };
  if (intent.purpose === 'unclaim') {
    // Nobody waits for it, but a claim that stays behind stops the next cutover of this domain.
    const last = end.refused || cutover.failures + 1 >= limits.writeAttempts;
    return last ? [first, { type: 'claim.left', data: { why: message } }] : [first];
  }
  // Made for another stage, or while somebody paused: nobody is surprised that it was not sent.
  const current =
    intent.stage === cutover.stage &&
    cutover.hold === null &&
    cutover.paused === null &&
    cutover.ending === null;
  if (!current) return [first];
  if (end.refused) return [first, held({ why: 'write-refused', code, message })];
  const attempts = cutover.failures + 1;
  if (attempts >= limits.writeAttempts)
    return [first, held({ why: 'write-failing', attempts, message })];
  return [first];
}

/** How an intent ended. One that is no longer open was settled before. */
export function settled(cutover: Cutover, event: Settled, now: Now): readonly LineBody[] {
  const { intent, canary } = cutover;
  const { settlement } = event;
  if (canary?.intent?.id === event.intent)
    return canarySettled(cutover, canary.intent, { settlement, now });
  if (intent?.id !== event.intent) return [];
  switch (settlement.is) {
    case 'confirmed': {
      const { receipt } = settlement;
      const line: LineBody = {
        type: 'write.confirmed',
        data: { intent: intent.id, ...(receipt !== undefined && { receipt }), now },
      };
      // It was given up as undelivered and had arrived after all.
      const arrived = intent.purpose === 'rollback' && cutover.hold?.why === 'rollback-undelivered';
      return arrived
        ? [line, { type: 'hold.lifted', data: { by: 'cause gone', reason: null } }]
        : [line];
    }
    case 'not-applied':
      return notAppliedLines(cutover, intent, settlement);
    case 'conflict':
      return conflictLines(cutover, intent, settlement.differences);
  }
}
