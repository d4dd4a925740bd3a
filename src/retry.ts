import pRetry from 'p-retry';
import { type Chance, type Clock } from './clock.ts';
import { Fault, toFault } from './errors.ts';
import { limits } from './limits.ts';

export interface RetryTerms {
  readonly clock: Clock;
  readonly chance: Chance;
  /** Whether this failure is worth another attempt. */
  readonly again: (fault: Fault) => boolean;
  readonly signal: AbortSignal;
}

/**
 * The pause before the next attempt: between a half and the whole of a bound that doubles, so that those
 * who failed together do not come back together; longer where the other side asked for it.
 */
export function pauseMs(attempt: number, fault: Fault, chance: Chance): number {
  const { retryFirstMs, retryMostMs } = limits;
  const bound = Math.min(retryMostMs, retryFirstMs * 2 ** (attempt - 1));
  // Never at once: half of the bound is certain.
  const own = bound * (0.5 + chance.float() / 2);
  const asked = fault.retryAfterMs ?? 0;
  return asked > own ? asked : own;
}

/**
 * Makes a request to a cloud's API again while that may help. It ends with the last failure when the
 * attempts are used up, or when the pause would lead past the ceiling: an answer with the provider's own
 * words is worth more than a deadline that cuts it off. Throws Faults only; ABORTED when the caller
 * gave up.
 */
export async function retry<T>(terms: RetryTerms, attempt: () => Promise<T>): Promise<T> {
  const { clock, chance, again, signal } = terms;
  const began = clock.now().up;
  const once = async (): Promise<T> => {
    try {
      return await attempt();
    } catch (error) {
      throw toFault(error);
    }
  };
  try {
    return await pRetry(once, {
      retries: limits.retryAttempts - 1,
      // The pause is taken below, by the clock that was handed in.
      minTimeout: 0,
      maxTimeout: 0,
      signal,
      shouldRetry: async ({ error, attemptNumber }) => {
        const fault = toFault(error);
        if (signal.aborted || !again(fault)) return false;
        const pause = pauseMs(attemptNumber, fault, chance);
        if (clock.now().up - began + pause > limits.retryCeilingMs) return false;
        await clock.sleep(pause, signal);
        return true;
      },
    });
  } catch (error) {
    if (signal.aborted) throw new Fault('ABORTED', 'given up', { cause: error });
    throw toFault(error);
  }
}
