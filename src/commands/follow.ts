import { type App } from '../app.ts';
import { type Cutover } from '../cutover/cutover.ts';
import { type Entry } from '../cutover/line.ts';
import { Fault } from '../errors.ts';
import { limits } from '../limits.ts';
import { signalBox } from '../controller/signal-box.ts';

export interface Following {
  /** Lines after this one are shown. */
  readonly since: number;
  readonly onEntry: (entry: Entry) => void;
  /** Ends the following, asked after every change. */
  readonly until: (cutover: Cutover) => boolean;
  readonly signal: AbortSignal;
}

/** Shows a journal as it grows. Gives the state at its end, or when the signal was aborted. */
export async function follow(app: App, id: string, following: Following): Promise<Cutover> {
  const { store } = app.environment;
  const { onEntry, until, signal } = following;
  let { since } = following;
  const box = signalBox();
  const unwatch = store.watch(box.ring);
  try {
    for (;;) {
      const page = await store.lines(id, since, limits.feedPage);
      for (const entry of page) onEntry(entry);
      since = page.at(-1)?.seq ?? since;
      const cutover = await app.find(id);
      if (cutover === null) throw new Fault('NOT_FOUND', `there is no cutover ${id}`);
      // Lines may have come between the two reads: they are shown before anything ends.
      if (cutover.seq <= since && (until(cutover) || signal.aborted)) return cutover;
      if (cutover.seq <= since) await box.next(signal);
    }
  } finally {
    unwatch();
  }
}
