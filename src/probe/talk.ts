import { type Clock } from '../clock.ts';
import { limits } from '../limits.ts';
import { delayNamed } from '../mail/classify.ts';
import { type Approach, type Conversation, type Converse } from '../mail/conversation.ts';
import { type ProbedAddress, type ProbeTarget } from '../mail/probed.ts';
import { receptionOf } from '../mail/reception.ts';
import { askedOf, memoryKey, type ProbeMemory, type Remembered } from './memory.ts';

export interface ProbeTools {
  readonly converse: Converse;
  readonly clock: Clock;
  readonly memory: ProbeMemory;
  /** The least time between two conversations with one address. */
  readonly paceMs: number;
}

/** When asking again may help, and how long the host wants to be left alone until then. */
interface Pause {
  readonly helpsAfterMs: number;
  readonly restMs: number;
}

/**
 * Who greylists learns nothing from being asked too early, and some begin to count anew; but one that wants a
 * day of peace must not blind the rounds after a swap for as long. A temporary trouble may be over with the next
 * look; it stands for itself after some tries.
 */
function pauseAfter(conversation: Conversation, tries: number): Pause | null {
  const { reception } = receptionOf(conversation);
  if (reception === 'greylists') {
    const named = conversation.recipients.flatMap(({ rcptTo }) =>
      rcptTo === null ? [] : [delayNamed(rcptTo) ?? 0],
    );
    const wanted = Math.max(limits.probeGreylistMs, ...named);
    const restMs = Math.min(wanted, limits.probeGreylistMostMs);
    return { helpsAfterMs: restMs, restMs };
  }
  return reception === 'defers' && tries < limits.probeTries
    ? { helpsAfterMs: limits.probeRetryMs, restMs: 0 }
    : null;
}

const isTemporary = (conversation: Conversation): boolean =>
  ['greylists', 'defers'].includes(receptionOf(conversation).reception);

/** What is kept of a conversation until the next one. */
function rememberedFrom(
  conversation: Conversation,
  { last, approach }: { readonly last: Remembered | null; readonly approach: Approach },
  { clock, paceMs }: Pick<ProbeTools, 'clock' | 'paceMs'>,
): Remembered {
  const { wall, up } = clock.now();
  const before = last !== null && isTemporary(last.conversation) ? last.tries : 0;
  const tries = before + 1;
  const pause = pauseAfter(conversation, tries);
  return {
    ...{ conversation, asked: askedOf(approach), tries },
    free: up + Math.max(paceMs, pause?.restMs ?? 0),
    again: pause === null ? null : wall + pause.helpsAfterMs,
  };
}

/**
 * Talks to one address, or gives what it said last where it must be left alone for now. Somebody who was
 * not asked for yet is asked for once the usual pause is over; nobody waits for the end of a greylisting.
 */
export async function talk(
  { target: { role }, approach }: { target: ProbeTarget; approach: Approach },
  { converse, clock, memory, paceMs }: ProbeTools,
  signal: AbortSignal,
): Promise<ProbedAddress> {
  const key = memoryKey(approach);
  const before = memory.last(key);
  const { up } = clock.now();
  if (before !== null && before.free > up) {
    const { conversation, again } = before;
    if (before.asked === askedOf(approach) || again !== null)
      return { role, conversation, again, kept: true };
    await clock.sleep(Math.min(before.free - up, paceMs), signal);
  }
  const conversation = await converse(approach, signal);
  const remembered = rememberedFrom(conversation, { last: before, approach }, { clock, paceMs });
  memory.keep(key, remembered, clock.now().up);
  return { role, conversation, again: remembered.again, kept: false };
}
