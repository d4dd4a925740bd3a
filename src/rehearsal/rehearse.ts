import { type Now } from '../clock.ts';
import { signalBox } from '../controller/signal-box.ts';
import { type Cutover } from '../cutover/cutover.ts';
import { type Entry } from '../cutover/line.ts';
import { Fault } from '../errors.ts';
import { limits } from '../limits.ts';
import { type WatchRecord } from '../propagation/watched.ts';
import { memoryBacking, memoryStore } from '../store/memory.ts';
import { awaited, isWatched, paceOf } from './pace.ts';
import { person } from './person.ts';
import { openScene, type Rehearsal, type Scene } from './scene.ts';
import { type CacheRow } from './story.ts';

export type { Rehearsal };

export interface Rehearsed {
  readonly cutover: Cutover;
  readonly entries: readonly Entry[];
  readonly epoch: string;
  readonly record: WatchRecord;
  /** When it ended, by the clock of the rehearsal. */
  readonly now: Now;
  /** The caches that were watched; empty without resolvers. */
  readonly caches: readonly CacheRow[];
}

/** Shows every line once and keeps the pace, until the cutover has ended or the signal is aborted. */
async function follow(
  { onEntry, pace }: Rehearsal,
  { app, clock, rest, id }: Scene & { readonly id: string },
  signal: AbortSignal,
): Promise<Cutover> {
  const { store } = app.environment;
  const box = signalBox();
  const unwatch = store.watch(box.ring);
  let seq = 0;
  try {
    for (;;) {
      const entries = await store.lines(id, seq, limits.feedPage);
      for (const entry of entries) onEntry(entry, store.epoch);
      seq = entries.at(-1)?.seq ?? seq;
      const cutover = await app.find(id);
      if (cutover === null) throw new Fault('BUG', 'the rehearsed cutover is gone');
      if (pace !== 'max') clock.pace(paceOf(cutover, clock.now().wall, pace));
      if (!isWatched(cutover)) rest();
      // Lines that came between the two reads are shown before anything ends.
      if (cutover.seq > seq) continue;
      if (cutover.outcome !== null || signal.aborted) return cutover;
      // An instant may pass without a line: then the next one is further away, and the pace another.
      const next = pace === 'max' ? null : awaited(cutover, clock.now().wall);
      const passed = new AbortController();
      if (next !== null)
        void clock.until(next, AbortSignal.any([signal, passed.signal])).then(box.ring, () => null);
      await box.next(signal);
      passed.abort();
    }
  } finally {
    unwatch();
  }
}

/** What the first brings, or the first failure of any; nothing is left running behind either. */
async function toTheEnd<T>(first: Promise<T>, others: readonly Promise<unknown>[]): Promise<T> {
  try {
    return (await Promise.all([first, ...others]))[0];
  } finally {
    await Promise.allSettled([first, ...others]);
  }
}

/** Runs a whole cutover with the real controller against a world of its own. Touches nothing else. */
export async function rehearse(rehearsal: Rehearsal): Promise<Rehearsed> {
  const me = { id: 'rehearsal', pid: process.pid, host: 'rehearsal' };
  const scene = await openScene(rehearsal, memoryStore(memoryBacking('rehearsal'), me));
  const { app, clock, world, mail, order } = scene;
  const end = new AbortController();
  const signal = AbortSignal.any([rehearsal.signal, end.signal]);
  try {
    await rehearsal.onApp?.(app);
    const { plan } = await app.plan(order, signal);
    await scene.begin(plan);
    const accept = [{ id: 'ttl-history-unknown', subject: null, reason: 'a rehearsal' }];
    const id = await app.start(plan, { accept, takeClaim: null, reason: 'rehearsal' }, 'rehearsal');
    const stop = (): void => {
      end.abort();
    };
    const fail = (error: unknown): never => {
      stop();
      throw error;
    };
    // The end of the cutover, an abort, or a failure of one of them ends them all.
    const cutover = await toTheEnd(follow(rehearsal, { ...scene, id }, signal).finally(stop), [
      app.control(id, signal).catch(fail),
      person({ app, id, clock, takeBack: world.takeBack, mail, signal }).catch(fail),
    ]);
    const entries = await app.journal(id);
    const { store } = app.environment;
    const record = await store.watchRecord(id);
    return {
      cutover,
      entries,
      epoch: store.epoch,
      record,
      now: clock.now(),
      caches: scene.caches(),
    };
  } finally {
    end.abort();
    await scene.close();
  }
}
