import { type Status } from '../../view/status/status.ts';
import { looks, type Look } from './shape.ts';

/** One stage on the line from the snapshot to the end. */
export interface Stop extends Look {
  readonly stage: Status['stage'];
  readonly name: string;
  /** What is done there, in a few words. */
  readonly does: string;
  readonly current: boolean;
  /** How it stands, for who does not see the shape. */
  readonly says: string;
}

const stops: Readonly<Record<Status['stage'], readonly [name: string, does: string]>> = {
  snapshot: ['Snapshot', 'what is there is kept'],
  lower: ['Lower', 'a low TTL is written'],
  drain: ['Drain', 'the old TTL runs out'],
  gate: ['Gate', 'checks and approval'],
  swap: ['Swap', 'the new MX is written'],
  propagate: ['Propagate', 'caches turn'],
  sweep: ['Sweep', 'the old host is emptied'],
  settle: ['Settle', 'TTL and leftovers'],
  done: ['Done', 'nothing is left'],
  rollback: ['Rollback', 'the old MX is restored'],
};

type State = Status['stages'][number]['state'];

const stateLooks: Readonly<Record<State, Look & { readonly says: string }>> = {
  done: { ...looks.well, says: 'done' },
  current: { shape: 'going', tone: 'new', says: 'now' },
  waiting: { ...looks.idle, says: 'to come' },
  stopped: { shape: 'stop', tone: 'quiet', says: 'stopped here' },
};

/** The line with where it is. What stands still in a stage shows so there, too. */
export function trackOf({ stages, outcome, ending, hold, paused, next }: Status): readonly Stop[] {
  return stages.map(({ stage, state }): Stop => {
    const [name, does] = stops[stage];
    const current = state === 'current' || state === 'stopped';
    const base = { ...stateLooks[state], stage, name, does, current };
    if (!current || outcome !== null) return base;
    if (hold !== null) return { ...base, shape: 'stop', tone: 'bad', says: 'on hold' };
    if (ending !== null) return { ...base, ...stateLooks.stopped };
    if (paused !== null) return { ...base, shape: 'pause', tone: 'old', says: 'paused' };
    if (stage === 'rollback') return { ...base, shape: 'back', tone: 'old' };
    if (next.who !== 'controller')
      return { ...base, shape: 'person', tone: 'old', says: 'waits for a person' };
    return base;
  });
}

/** Of several steps the one it is at: `step 2 of 3, mx`; empty where there is one. */
export function stepText({ steps, step }: Status): string {
  const name = steps[step]?.name;
  return steps.length < 2 || name === undefined
    ? ''
    : `step ${step + 1} of ${steps.length}, ${name}`;
}
