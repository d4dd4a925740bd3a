import { type Instant } from '../clock.ts';
import { signalBox } from '../controller/signal-box.ts';
import { isFault, toFault } from '../errors.ts';
import { limits } from '../limits.ts';
import { type Desk, type Receiver } from './attempt.ts';
import { deliveryLog } from './log.ts';
import { allKnown } from './receivers.ts';
import { letGo, turn, type Work } from './turn.ts';

interface Worker {
  readonly ring: () => void;
  readonly stop: () => void;
  readonly ended: Promise<void>;
}

/** Waits until the instant, or for a ring; null: for a ring alone. */
async function pause(
  { clock }: Desk,
  { until, rung }: { until: Instant | null; rung: (signal: AbortSignal) => Promise<void> },
  signal: AbortSignal,
): Promise<void> {
  const done = new AbortController();
  const abort = (): void => {
    done.abort();
  };
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  const ring = rung(done.signal);
  const waits = [ring, ...(until === null ? [] : [clock.until(until, done.signal)])];
  // Whichever comes second is aborted, and nobody hears of it.
  await Promise.race(waits).catch(() => undefined);
  signal.removeEventListener('abort', abort);
  done.abort();
  await Promise.allSettled(waits);
}

/** One receiver has one worker in each process, so that a slow one holds up nobody else. */
function startWorker(desk: Desk, receiver: Receiver, signal: AbortSignal): Worker {
  const box = signalBox<never>();
  const own = new AbortController();
  const stop = (): void => {
    own.abort();
  };
  const log = deliveryLog(desk.store.documents);
  const memory = { seen: { epoch: desk.store.epoch, n: 0 }, noted: 0 };
  const work: Work = { desk, log, receiver, memory };
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  const live = async (): Promise<void> => {
    while (!own.signal.aborted) {
      let until: Instant | null;
      try {
        until = await turn(work, own.signal);
      } catch (error) {
        if (isFault(error, 'ABORTED')) break;
        desk.tell(`webhook ${receiver.id}: ${toFault(error).message}`);
        until = desk.clock.now().wall + limits.webhookAgainMs;
      }
      await pause(desk, { until, rung: box.next }, own.signal);
    }
    signal.removeEventListener('abort', stop);
    // A store that fails now makes the others wait for the end of the lease, and no more.
    await letGo(work).catch(() => undefined);
  };
  return { ring: box.ring, stop, ended: live() };
}

/** Keeps one worker for each webhook, also for those that other processes make. */
export function runWorkers(desk: Desk, configured: readonly Receiver[]) {
  const changed = signalBox<never>();
  const workers = new Map<string, Worker>();
  const ringAll = (): void => {
    for (const { ring } of workers.values()) ring();
  };
  const look = async (signal: AbortSignal): Promise<void> => {
    const known = await allKnown(desk, configured);
    for (const [id, worker] of workers) {
      const still = known.some(({ receiver }) => receiver.id === id);
      if (still) continue;
      worker.stop();
      await worker.ended;
      workers.delete(id);
    }
    for (const { receiver } of known)
      if (!workers.has(receiver.id)) workers.set(receiver.id, startWorker(desk, receiver, signal));
    ringAll();
  };
  return {
    /** Webhooks were made, removed or changed in this process. */
    look: changed.ring,
    run: async (signal: AbortSignal): Promise<void> => {
      const unwatch = desk.store.watch(changed.ring);
      while (!signal.aborted) {
        const again = await look(signal).then(
          () => limits.webhookLookMs,
          (error: unknown) => {
            desk.tell(`webhooks: ${toFault(error).message}`);
            return limits.webhookAgainMs;
          },
        );
        const until = desk.clock.now().wall + again;
        await pause(desk, { until, rung: changed.next }, signal);
      }
      unwatch();
      await Promise.all([...workers.values()].map(({ ended }) => ended));
    },
  };
}
