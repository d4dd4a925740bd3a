import { type Instant } from '../clock.ts';
import { type PacedClock, waiter, type Sleeper } from './paced-clock.ts';

/** The largest instants stand for never. */
const never = 8.64e15;

/**
 * A clock of a world in memory: as soon as nobody has anything to do, it is the instant that somebody
 * waits for. It knows of nobody who waits for a socket or a file, so that there must be none.
 */
export function virtualClock(wall: Instant): PacedClock {
  let up = 1_000_000;
  const offset = wall - up;
  const sleepers = new Set<Sleeper>();
  let armed = false;
  /** A turn of the event loop: whatever can run without time passing has run before it. */
  const arm = (): void => {
    if (armed || sleepers.size === 0) return;
    armed = true;
    setImmediate(tick);
  };
  const tick = (): void => {
    armed = false;
    let next = Infinity;
    for (const { due } of sleepers) next = Math.min(next, due);
    if (next >= never) return;
    up = Math.max(up, next);
    // A set keeps the order of arrival.
    for (const sleeper of [...sleepers]) if (sleeper.due <= up) sleeper.wake();
    arm();
  };
  const wait = (due: number, signal: AbortSignal): Promise<void> => {
    const waiting = waiter({ due: Math.ceil(due), holds: true }, sleepers, signal);
    arm();
    return waiting;
  };
  return {
    now: () => ({ wall: up + offset, up, boot: 'rehearsal' }),
    sleep: (ms, signal) => wait(up + Math.max(0, ms), signal),
    until: (at, signal) => wait(Math.max(up, at - offset), signal),
    pace: () => undefined,
    unhurried: act => act(),
  };
}
