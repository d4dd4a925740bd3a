import { type Clock, type Instant } from '../clock.ts';
import { Fault } from '../errors.ts';

export interface PacedClock extends Clock {
  /** From now on time passes this many times faster than it does. */
  pace(rate: number): void;
}

interface Sleeper {
  readonly due: number;
  readonly wake: () => void;
}

/** Timers are never armed for longer: a change of pace must reach those who sleep. */
const armMs = 20;

/**
 * A clock that runs faster than time, as fast as it is told. Both the wall clock and the uptime do, so
 * that for everybody who reads it nothing is odd.
 */
export function pacedClock(wall: Instant, first: number): PacedClock {
  let rate = first;
  let base = { real: performance.now(), up: 1_000_000 };
  const offset = wall - base.up;
  const sleepers = new Set<Sleeper>();
  let timer: NodeJS.Timeout | null = null;
  const up = (): number => base.up + (performance.now() - base.real) * rate;
  const arm = (): void => {
    if (timer !== null || sleepers.size === 0) return;
    const next = Math.min(...[...sleepers].map(({ due }) => due));
    timer = setTimeout(tick, Math.min(armMs, Math.max(0, (next - up()) / rate)));
  };
  const tick = (): void => {
    timer = null;
    const now = up();
    for (const sleeper of [...sleepers].filter(({ due }) => due <= now)) sleeper.wake();
    arm();
  };
  const sleep = (ms: number, signal: AbortSignal): Promise<void> =>
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
      const sleeper: Sleeper = { due: up() + ms, wake };
      if (signal.aborted) {
        abort();
        return;
      }
      signal.addEventListener('abort', abort);
      sleepers.add(sleeper);
      arm();
    });
  return {
    now: () => ({ wall: Math.floor(up() + offset), up: Math.floor(up()), boot: 'rehearsal' }),
    sleep,
    until: (at, signal) => sleep(Math.max(0, at - (up() + offset)), signal),
    pace: next => {
      base = { real: performance.now(), up: up() };
      rate = next;
      arm();
    },
  };
}
