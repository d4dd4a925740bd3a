import { type Clock } from '../../src/clock.ts';
import { Fault } from '../../src/errors.ts';

/** A clock that stands still until somebody sleeps; sleeping takes no time at all. */
export function stillClock(wall = Date.UTC(2026, 10, 20)): Clock & { readonly slept: number[] } {
  let passed = 0;
  const slept: number[] = [];
  const sleep = async (ms: number, signal: AbortSignal): Promise<void> => {
    if (signal.aborted) throw new Fault('ABORTED', 'given up');
    slept.push(ms);
    passed += ms;
  };
  const now = () => ({ wall: wall + passed, up: passed, boot: 'test' });
  return {
    slept,
    now,
    sleep,
    until: (at, signal) => sleep(Math.max(0, at - now().wall), signal),
  };
}
