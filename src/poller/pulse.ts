import { type Clock } from '../clock.ts';
import { Fault, toFault } from '../errors.ts';

/** Waits for a time or for a ring, whichever comes first. */
export interface Pulse {
  /** Wakes who waits, or who waits next. */
  ring(): void;
  /** True where it rang. Throws ABORTED once the signal is. */
  wait(ms: number): Promise<boolean>;
}

export function pulseOf(clock: Clock, signal: AbortSignal): Pulse {
  let rung = false;
  let wake = (): void => undefined;
  const check = (): void => {
    if (signal.aborted) throw new Fault('ABORTED', 'the watch was given up');
  };
  return {
    ring: () => {
      rung = true;
      wake();
    },
    wait: async ms => {
      check();
      const stop = new AbortController();
      wake = () => {
        stop.abort();
      };
      signal.addEventListener('abort', wake);
      try {
        if (!rung) await clock.sleep(ms, stop.signal);
      } catch (error) {
        if (!stop.signal.aborted) throw toFault(error);
      } finally {
        signal.removeEventListener('abort', wake);
        wake = () => undefined;
      }
      check();
      const rang = rung;
      rung = false;
      return rang;
    },
  };
}
