import { type Brief } from '../../view/stream/stream.ts';
import { type Status } from '../../view/status/status.ts';
import { type Look } from './shape.ts';
import { troubleWord } from './trouble.ts';

/** How it goes, in one or two words with their shape and colour. */
export interface Standing extends Look {
  readonly word: string;
}

const going: Readonly<Record<Status['stage'], string>> = {
  snapshot: 'Taking the snapshot',
  lower: 'Lowering the TTL',
  drain: 'Draining',
  gate: 'At the gate',
  swap: 'Swapping',
  propagate: 'Propagating',
  sweep: 'Last sweep',
  settle: 'Settling',
  rollback: 'Rolling back',
  done: 'Done',
};

const ends: Readonly<Record<NonNullable<Status['outcome']>, Standing>> = {
  done: { word: 'Done', shape: 'done', tone: 'good' },
  'rolled-back': { word: 'Rolled back', shape: 'back', tone: 'old' },
  abandoned: { word: 'Abandoned', shape: 'stop', tone: 'quiet' },
};

type Told = Pick<
  Brief,
  'outcome' | 'ending' | 'hold' | 'paused' | 'controller' | 'stage' | 'next' | 'mail'
>;

/** The worst that is true of it decides the word. */
export function standingOf(told: Told): Standing {
  const { outcome, ending, hold, paused, controller, stage, next, mail } = told;
  if (outcome !== null) return ends[outcome];
  if (hold !== null) return { word: 'On hold', shape: 'stop', tone: 'bad' };
  if (controller?.running === false) return { word: 'Not running', shape: 'fail', tone: 'bad' };
  // Its claim is being removed; whatever the stage was for, nobody goes on with.
  if (ending !== null) return { word: 'Ending', shape: 'stop', tone: 'quiet' };
  if (mail !== null) return troubleWord(mail);
  if (paused) return { word: 'Paused', shape: 'pause', tone: 'old' };
  if (stage === 'rollback') return { word: going.rollback, shape: 'back', tone: 'old' };
  if (next.who === 'controller') return { word: going[stage], shape: 'going', tone: 'new' };
  return {
    word: stage === 'gate' ? 'Waits at the gate' : going[stage],
    shape: 'person',
    tone: 'old',
  };
}

export function standingOfStatus(status: Status): Standing {
  const { paused, hold, mail } = status;
  const told = { paused: paused !== null, hold: hold?.why ?? null, mail: mail?.trouble ?? null };
  return standingOf({ ...status, ...told });
}

/** The word for who is next, as a person of the team reads it. */
export const whoWords: Readonly<Record<Status['next']['who'], string>> = {
  controller: 'Nobody has to act',
  person: 'A person acts next',
  orchestrator: 'A person or the orchestrator acts next',
  nobody: 'Nobody has to act',
};
