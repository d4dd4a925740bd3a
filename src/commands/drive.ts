import { type App } from '../app.ts';
import { type Cutover } from '../cutover/cutover.ts';
import { type Context } from './context.ts';
import { entryPrinter } from './entry-printer.ts';
import { follow } from './follow.ts';
import { ownerIsSilent } from './silence.ts';
import { waitTeller } from './wait-teller.ts';

/** How often one who follows looks whether the owner is gone. */
const standbyMs = 1000;

/** Owns the cutover while nobody else does, again and again until the signal is aborted or it ends. */
export async function ownOrStandBy(
  context: Context,
  { app, id }: { app: App; id: string },
  signal: AbortSignal,
): Promise<void> {
  let told = false;
  for (;;) {
    const ended = await app.control(id, signal);
    if (ended.is === 'ended' || ended.is === 'stopped' || signal.aborted) return;
    if (ended.is === 'held' && !told) {
      const { pid, host } = ended.by;
      context.terminal.talk(
        `process ${String(pid)} on ${host} runs it; following, and standing by to take over`,
      );
      told = true;
    }
    await app.environment.clock.sleep(standbyMs, signal).catch(() => undefined);
  }
}

export interface Driving {
  readonly app: App;
  readonly id: string;
  readonly since: number;
  readonly until: (cutover: Cutover) => boolean;
}

/**
 * Runs a cutover in the foreground, or follows the process that does, until `until` holds, it ends, or
 * Ctrl-C. It is resumable at any instant.
 */
export async function drive(
  context: Context,
  { app, id, since, until }: Driving,
): Promise<Cutover> {
  const stop = new AbortController();
  const signal = AbortSignal.any([context.signal, stop.signal]);
  const onEntry = entryPrinter(context, app);
  const tellWait = waitTeller(context, app.environment.clock);
  const ends = (cutover: Cutover) => {
    tellWait(cutover);
    return cutover.outcome !== null || until(cutover);
  };
  const following = follow(app, id, { since, onEntry, until: ends, signal }).finally(() => {
    stop.abort();
  });
  const owning = ownOrStandBy(context, { app, id }, signal).catch((error: unknown) => {
    stop.abort();
    throw error;
  });
  const [cutover] = await Promise.all([following, owning]);
  return cutover;
}

/**
 * Drives until the act that was stored at `seq` is done. Null when another process owns the cutover and
 * does nothing: that was said, and the act stands in the journal.
 */
export async function driveOrGiveUp(
  context: Context,
  driving: Driving & { readonly seq: number },
): Promise<Cutover | null> {
  const stop = new AbortController();
  const signal = AbortSignal.any([context.signal, stop.signal]);
  const driven = drive({ ...context, signal }, driving);
  const settled = (cutover: Cutover) => cutover.outcome !== null || driving.until(cutover);
  const silent = ownerIsSilent(context, { ...driving, settled }, signal).then(
    () => null,
    // Stopped together with the driving, or by Ctrl-C.
    () => driven,
  );
  try {
    return await Promise.race([driven, silent]);
  } finally {
    stop.abort();
    // Whoever still follows must have ended before the store is closed.
    await driven.catch(() => undefined);
  }
}
