import { Fault } from '../../src/errors.ts';
import { type World } from './world.ts';

/** The world's time, not the process's: what was sent goes on when the sender dies. */
export const pass = ({ clock }: Pick<World, 'clock'>, ms: number): Promise<void> =>
  new Promise(resolve => {
    clock.after(ms, resolve);
  });

/** Never answers; ends only when the caller gives up. */
export const silence = (signal: AbortSignal): Promise<never> =>
  untilAborted(signal, new Promise<never>(() => undefined));

/** What happens, or the caller's giving up, whichever comes first. */
export const untilAborted = <T>(signal: AbortSignal, happening: Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    const end = () => {
      reject(new Fault('ABORTED', 'given up'));
    };
    if (signal.aborted) end();
    else signal.addEventListener('abort', end);
    happening.then(
      value => {
        signal.removeEventListener('abort', end);
        resolve(value);
      },
      (error: unknown) => {
        signal.removeEventListener('abort', end);
        // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- It is passed on as it came.
        reject(error);
      },
    );
  });
