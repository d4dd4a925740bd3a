import { type Clock, type Instant } from '../clock.ts';
import { Fault } from '../errors.ts';

export interface PacedClock extends Clock {
  /** From now on time passes this many times faster than it does. */
  pace(rate: number): void;
  /**
   * Time passes slowly while this is done: a way over the network takes a millisecond of real time, and
   * an answer must not be seconds old when it arrives.
   */
  unhurried<T>(act: () => Promise<T>): Promise<T>;
}

export interface Sleeper {
  readonly due: number;
  /** Time does not pass this one's due before it was woken. */
  readonly holds: boolean;
  readonly wake: () => void;
}

/** Timers are never armed for longer: a change of pace must reach those who sleep. */
const armMs = 20;
/** The pace at most while something is unhurried: with it a millisecond is a usual way through the world. */
const unhurriedPace = 20;

/** Sleeps among the others until it is woken; ABORTED when the signal is aborted first. */
export function waiter(
  { due, holds }: { readonly due: number; readonly holds: boolean },
  sleepers: Set<Sleeper>,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
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
  });
}

/**
 * A clock that runs faster than time, as fast as it is told. Both the wall clock and the uptime do, so
 * that for everybody who reads it nothing is odd. However fast it is, it never overtakes an instant that
 * somebody waits for: a timer that fires a millisecond late would else be an hour late for a window. Who
 * sleeps for a while may be woken late.
 */
export function pacedClock(wall: Instant, first: number): PacedClock {
  let [wanted, rate, unhurried] = [first, first, 0];
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
  const adjust = (): void => {
    const next = unhurried > 0 ? Math.min(wanted, unhurriedPace) : wanted;
    if (next === rate) return;
    rebase();
    rate = next;
    // Who sleeps was to be woken by another pace.
    clearTimeout(timer ?? undefined);
    timer = null;
    arm();
  };
  const wait = (due: number, holds: boolean, signal: AbortSignal): Promise<void> => {
    const waiting = waiter({ due, holds }, sleepers, signal);
    arm();
    return waiting;
  };
  return {
    now: () => {
      // Read once: at this pace two readings are seconds apart, which looks like a clock that was set.
      const at = Math.floor(up());
      return { wall: at + offset, up: at, boot: 'rehearsal' };
    },
    sleep: (ms, signal) => wait(rebase() + ms, false, signal),
    until: (at, signal) => wait(Math.max(rebase(), at - offset), true, signal),
    pace: next => {
      wanted = next;
      adjust();
    },
    unhurried: async act => {
      unhurried += 1;
      adjust();
      try {
        return await act();
      } finally {
        unhurried -= 1;
        adjust();
      }
    },
  };
}
