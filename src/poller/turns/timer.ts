import { type Clock } from '../../clock.ts';
import { heapOf } from './heap.ts';
import { type Timed } from './lane.ts';

/** `wake` is called from outside every other call into the poller. */
export function timerOf(clock: Clock, wake: () => void) {
  const timers = heapOf<Timed>((one, other) => one.at < other.at);
  let armed: { readonly at: number; readonly stop: AbortController } | null = null;
  const disarm = (): void => {
    armed?.stop.abort();
    armed = null;
  };
  const arm = (): void => {
    const first = timers.first();
    if (first === undefined) {
      disarm();
      return;
    }
    // Waking too early does no harm, and saves a timer for each question.
    if (armed !== null && armed.at <= first.at) return;
    disarm();
    const mine = { at: first.at, stop: new AbortController() };
    armed = mine;
    const ms = Math.max(0, Math.ceil(first.at - clock.now().up));
    clock.sleep(ms, mine.stop.signal).then(
      () => {
        if (armed !== mine) return;
        armed = null;
        wake();
      },
      () => undefined,
    );
  };
  return {
    timers,
    arm,
    ring: (now: number): void => {
      for (let first = timers.first(); first !== undefined; first = timers.first()) {
        if (first.at > now) return;
        timers.remove(first);
        first.fire(first, now);
      }
    },
  };
}
