/**
 * Wakes one waiter: rings that come while nobody waits are remembered as one. Besides it keeps the first
 * thing that somebody put in.
 */
export function signalBox<T>() {
  let rung = false;
  let kept: T | null = null;
  let wake: (() => void) | null = null;
  const ring = (): void => {
    rung = true;
    wake?.();
  };
  return {
    ring,
    put: (thing: T): void => {
      kept ??= thing;
      ring();
    },
    take: (): T | null => {
      const thing = kept;
      kept = null;
      return thing;
    },
    /** Resolves at the next ring, at once if one came since the last call, or when the signal is aborted. */
    next: async (signal: AbortSignal): Promise<void> => {
      if (!rung && !signal.aborted)
        await new Promise<void>(resolve => {
          const end = () => {
            signal.removeEventListener('abort', end);
            resolve();
          };
          wake = end;
          signal.addEventListener('abort', end);
        });
      wake = null;
      rung = false;
    },
  };
}
