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

/** How long to leave a host alone that does not want to answer yet; null: it answered. */
function pauseAfter(conversation: Conversation, tries: number): number | null {
  const { reception } = receptionOf(conversation);
  if (reception === 'greylists') {
    const named = conversation.recipients.flatMap(({ rcptTo }) =>
      rcptTo === null ? [] : [delayNamed(rcptTo) ?? 0],
    );
    return Math.max(limits.probeGreylistMs, ...named);
  }
  return reception === 'defers' && tries < limits.probeTries ? limits.probeRetryMs : null;
}

/** A host that still greylists at its second time has been given its chance: the pause is the usual one then. */
function rememberedFrom(
  conversation: Conversation,
  {
    before,
    approach,
    clock,
    paceMs,
  }: { before: Remembered | null; approach: Approach; clock: Clock; paceMs: number },
): Remembered {
  const { wall, up } = clock.now();
  const tries = (before?.again == null ? 0 : before.tries) + 1;
  const pause = pauseAfter(conversation, tries);
  return {
    ...{ conversation, asked: askedOf(approach), tries },
    free: up + Math.max(paceMs, pause ?? 0),
    again: pause === null ? null : wall + pause,
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
  const remembered = rememberedFrom(conversation, { before, approach, clock, paceMs });
  memory.keep(key, remembered, clock.now().up);
  return { role, conversation, again: remembered.again, kept: false };
}
