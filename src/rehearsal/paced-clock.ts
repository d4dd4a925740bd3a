import { type Clock, type Instant } from '../clock.ts';
import { Fault } from '../errors.ts';

export interface PacedClock extends Clock {
  /** From now on time passes this many times faster than it does. */
  pace(rate: number): void;
}

interface Sleeper {
  readonly due: number;
  /** Time does not pass this one's due before it was woken. */
  readonly holds: boolean;
  readonly wake: () => void;
}

/** Timers are never armed for longer: a change of pace must reach those who sleep. */
const armMs = 20;

/**
 * A clock that runs faster than time, as fast as it is told. Both the wall clock and the uptime do, so
 * that for everybody who reads it nothing is odd. However fast it is, it never overtakes an instant that
 * somebody waits for: a timer that fires a millisecond late would else be an hour late for a window. Who
 * sleeps for a while may be woken late.
 */
export function pacedClock(wall: Instant, first: number): PacedClock {
  let rate = first;
  let base = { real: performance.now(), up: 1_000_000 };
  const offset = wall - base.up;
  const sleepers = new Set<Sleeper>();
  let timer: NodeJS.Timeout | null = null;
  const earliest = (some: readonly Sleeper[]): number => Math.min(...some.map(({ due }) => due));
  const up = (): number => {
    const held = earliest([...sleepers].filter(({ holds }) => holds));
    return Math.max(base.up, Math.min(held, base.up + (performance.now() - base.real) * rate));
  };
  /** From here on time passes anew: what was held back is not made up for. */
  const rebase = (): number => {
    base = { real: performance.now(), up: up() };
    return base.up;
  };
  const arm = (): void => {
    if (timer !== null || sleepers.size === 0) return;
    timer = setTimeout(tick, Math.min(armMs, Math.max(0, (earliest([...sleepers]) - up()) / rate)));
  };
  const tick = (): void => {
    timer = null;
    const now = rebase();
    const due = [...sleepers].filter(sleeper => sleeper.due <= now);
    for (const sleeper of due.sort((a, b) => a.due - b.due)) sleeper.wake();
    arm();
  };
  const wait = (due: number, holds: boolean, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const done = (): void => {
        sleepers.delete(sleeper);
        signal.removeEventListener('abort', abort);
      };
      const abort = (): void => {
        done();
        reject(new Fault('ABORTED', 'given up'));
      };
      const wake = (): void => {
        done();
        resolve();
      };
      const sleeper: Sleeper = { due, holds, wake };
      if (signal.aborted) {
        abort();
        return;
      }
      signal.addEventListener('abort', abort);
      sleepers.add(sleeper);
      arm();
    });
  return {
    now: () => {
      // Read once: at this pace two readings are seconds apart, which looks like a clock that was set.
      const at = Math.floor(up());
      return { wall: at + offset, up: at, boot: 'rehearsal' };
    },
    sleep: (ms, signal) => wait(rebase() + ms, false, signal),
    until: (at, signal) => wait(Math.max(rebase(), at - offset), true, signal),
    pace: next => {
      rebase();
      rate = next;
      arm();
    },
  };
}
