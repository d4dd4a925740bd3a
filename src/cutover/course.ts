import { type Now } from '../clock.ts';
import { limits } from '../limits.ts';
import { canaryEffects, canaryEnd, canaryLines } from './canary-course.ts';
import { type Cutover } from './cutover.ts';
import { type Effect } from './effect.ts';
import { elapsed } from './elapsed.ts';
import { type Event } from './event.ts';
import { type LineBody } from './lines.ts';
import { probeEffects } from './mail/course.ts';
import { type Stage } from './stage.ts';
import { wakeAfter, type StageRules } from './stages/rules.ts';
import { drain } from './stages/drain.ts';
import { gate } from './stages/gate.ts';
import { lower } from './stages/lower.ts';
import { propagate } from './stages/propagate.ts';
import { rollback } from './stages/rollback.ts';
import { settle } from './stages/settle.ts';
import { snapshot } from './stages/snapshot.ts';
import { swap } from './stages/swap.ts';
import { sweep } from './stages/sweep.ts';
import { stopped } from './stopped.ts';
import { intendUnclaim } from './write.ts';

const rules: Record<Stage, StageRules> = {
  snapshot,
  lower,
  drain,
  gate,
  swap,
  propagate,
  sweep,
  settle,
  rollback,
  done: { on: () => [], due: () => [] },
};

/**
 * What follows from the state by itself, one move at a time. Nothing while a person must decide, and
 * nothing while a write is open: everything waits until it is settled. The canary goes its own way.
 */
export function advance(cutover: Cutover, event: Event, now: Now): readonly LineBody[] {
  if (cutover.outcome !== null) return [];
  if (cutover.ending !== null) return end(cutover, now);
  const canary = canaryLines(cutover, now);
  if (canary.length > 0) return canary;
  if (cutover.intent !== null) return [];
  if (cutover.hold !== null || stopped(cutover)) return [];
  return rules[cutover.stage].on(cutover, event, now);
}

/** An end that was decided waits for claim and canary to go, but not for long. */
function end(cutover: Cutover, now: Now): readonly LineBody[] {
  const { ending, intent } = cutover;
  if (ending === null) return [];
  const inTime = elapsed(ending.since, now).ms < limits.abandonMs;
  const canary = canaryEnd(cutover, { late: !inTime, now });
  if (canary !== null && canary.length > 0) return canary;
  if (intent !== null)
    return inTime ? [] : [{ type: 'write.unsettled', data: { intent: intent.id } }];
  if (cutover.claim === 'placed') {
    if (inTime) return [intendUnclaim(cutover, now)];
    return [{ type: 'claim.left', data: { why: 'it could not be removed in time' } }];
  }
  return canary === null ? [{ type: 'ended', data: { outcome: ending.outcome } }] : [];
}

/** May an open intent be sent now, or only be read back? */
function sendable(cutover: Cutover): boolean {
  const { intent, ending } = cutover;
  if (intent === null) return false;
  if (ending !== null) return intent.purpose === 'unclaim';
  // A longer TTL was seen since the write was recorded: it rests on a proof that is gone.
  if (intent.purpose === 'swap' && cutover.step === 0 && cutover.drain === null) return false;
  return intent.stage === cutover.stage && cutover.hold === null && !stopped(cutover);
}

/** Looking is never stopped; and where resolvers cannot tell, the end of the wait for them ends the hold. */
const goesOn = ({ hold }: Cutover, effect: Effect): boolean =>
  effect.do === 'observe' ||
  effect.do === 'watch' ||
  effect.do === 'retire' ||
  (effect.do === 'wake' && hold?.why === 'resolvers-cannot-tell');

/**
 * What ought to be running now: a function of state alone. An open intent is due in every stage, also
 * paused, held and rolling back. While a person must decide, looking goes on and nothing else.
 */
export function due(cutover: Cutover): readonly Effect[] {
  if (cutover.outcome !== null) return [];
  const { intent, ending } = cutover;
  const send = sendable(cutover);
  const writes: readonly Effect[] =
    intent === null
      ? []
      : [{ key: `write:${intent.id}:${send ? 'send' : 'read'}`, do: 'write', intent, send }];
  const canary = canaryEffects(cutover);
  if (ending !== null)
    return [...writes, ...canary, wakeAfter(cutover, ending.since, limits.abandonMs)];
  const still = cutover.hold !== null || stopped(cutover);
  const rest = rules[cutover.stage]
    .due(cutover)
    .filter(effect => !still || goesOn(cutover, effect));
  const { syncing } = cutover;
  const syncs: readonly Effect[] =
    syncing === null ? [] : [{ key: `sync:${syncing.receipt.id}`, do: 'sync', ...syncing }];
  // Two reasons to wake at one moment are one wake.
  return [
    ...new Map(
      [...writes, ...canary, ...syncs, ...probeEffects(cutover), ...rest].map(effect => [
        effect.key,
        effect,
      ]),
    ).values(),
  ];
}
