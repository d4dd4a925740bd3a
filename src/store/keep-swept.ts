import { type Clock } from '../clock.ts';
import { isFault } from '../errors.ts';
import { limits } from '../limits.ts';
import { type Documents } from './documents.ts';

/**
 * Removes documents that have expired, at once and then now and then until the signal is aborted. A store that
 * cannot be written is tried again the next time: nothing that is kept for longer does any harm.
 */
export async function keepSwept(
  { documents, clock }: { readonly documents: Pick<Documents, 'sweep'>; readonly clock: Clock },
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await documents.sweep(clock.now().wall);
    } catch (error) {
      if (!isFault(error, 'STORE')) throw error;
    }
    await clock.sleep(limits.sweepEveryMs, signal).catch(() => undefined);
  }
}
