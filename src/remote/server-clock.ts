import { type Clock, type Now } from '../clock.ts';

/** A clock that goes on from what a server said, and the way to tell it. */
export interface ServerClock extends Clock {
  readonly heard: (now: Now) => void;
}

const isNumber = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value);

/** Whether it is a moment on both clocks. */
export const isNow = (value: unknown): value is Now =>
  typeof value === 'object' &&
  value !== null &&
  'wall' in value &&
  'up' in value &&
  'boot' in value &&
  isNumber(value.wall) &&
  isNumber(value.up) &&
  typeof value.boot === 'string';

/**
 * Tells the time of a server, since what it has seen counts by its clocks and ours may be wrong; until it
 * was heard, that of this machine. Sleeping is the same on both; a moment of theirs is waited for by theirs.
 */
export function serverClock(own: Clock): ServerClock {
  let last: { readonly theirs: Now; readonly ownUp: number } | null = null;
  const now = (): Now => {
    if (last === null) return own.now();
    const { theirs, ownUp } = last;
    const passed = own.now().up - ownUp;
    return { ...theirs, wall: theirs.wall + passed, up: theirs.up + passed };
  };
  return {
    heard: theirs => {
      last = { theirs, ownUp: own.now().up };
    },
    now,
    sleep: (ms, signal) => own.sleep(ms, signal),
    until: (at, signal) => own.sleep(Math.max(0, at - now().wall), signal),
  };
}
