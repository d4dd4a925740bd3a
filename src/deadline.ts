import { type Clock } from './clock.ts';
import { Fault } from './errors.ts';

/**
 * A call with an end: its signal is aborted after `ms`, and UNAVAILABLE is thrown; ABORTED once the
 * caller's own signal is, even if the call takes no notice.
 */
export async function withDeadline<T>(
  clock: Clock,
  { ms, what, signal }: { ms: number; what: string; signal: AbortSignal },
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const aborted = (): Fault => new Fault('ABORTED', `${what} was given up`);
  const tooLate = (): Fault =>
    new Fault('UNAVAILABLE', `${what} did not end within ${String(ms / 1000)} s`, {
      fix: 'Try again; see whether the other side answers at all, and the way to it.',
    });
  if (signal.aborted) throw aborted();
  // Listeners of its own instead of AbortSignal.any: the caller's signal lives for days.
  const over = new AbortController();
  const done = new AbortController();
  const giveUp = () => {
    over.abort(signal.reason);
    done.abort(signal.reason);
  };
  signal.addEventListener('abort', giveUp);
  let late = false;
  // Whoever takes notice of the end says that it was aborted; for the caller it was too late.
  const called = call(over.signal).catch((error: unknown) => {
    throw late ? tooLate() : error;
  });
  const timer = clock.sleep(ms, done.signal).then(
    () => true,
    () => false,
  );
  const expired = timer.then(async passed => {
    if (signal.aborted) throw aborted();
    if (!passed) return called;
    late = true;
    over.abort('too late');
    throw tooLate();
  });
  try {
    return await Promise.race([called, expired]);
  } finally {
    signal.removeEventListener('abort', giveUp);
    done.abort('done');
    // Whichever lost the race must not become an unhandled rejection.
    called.catch(() => undefined);
    expired.catch(() => undefined);
  }
}
