import { type Clock } from '../clock.ts';
import { folded, loadCutover } from '../controller/append.ts';
import { type Cutover } from '../cutover/cutover.ts';
import { type Entry } from '../cutover/line.ts';
import { Fault } from '../errors.ts';
import { limits } from '../limits.ts';
import { rowsOf } from '../store/rows.ts';
import { type Store } from '../store/store.ts';
import { type Scene } from '../view/stream/snapshot.ts';
import { statusOf, type Kept } from '../view/status/status.ts';
import { nothingWatched } from '../view/world/world.ts';
import { type Tail } from './tail.ts';

/** What the hub reads of a store. */
export type Source = Pick<
  Store,
  'epoch' | 'after' | 'watch' | 'load' | 'list' | 'lines' | 'watchRecord' | 'holder'
>;

/** A cutover as it was read at one moment. */
export interface Sight extends Scene {
  /** The last line of the store that it includes: the next one of this cutover is not in it. */
  readonly n: number;
  /** The last lines of its journal. */
  readonly entries: readonly Entry[];
}

interface Needs {
  readonly store: Source;
  readonly clock: Clock;
  readonly tail: Tail;
}

/** The numbers of the store's lines go on while a cutover is read; its own say what was in it. */
function included(tail: Tail, from: number, { id, seq }: Cutover): number {
  for (let n = from + 1; n <= tail.head(); n++) {
    const line = tail.line(n);
    // What has left the memory meanwhile is sent again rather than left out.
    if (line === undefined) return from;
    if (line.cutover === id && line.seq > seq) return n - 1;
  }
  return tail.head();
}

/** What the store knows beside the journal; of one that has ended, only where somebody looks at it alone. */
async function keptOf(store: Source, cutover: Cutover, whole: boolean): Promise<Kept> {
  const { id, outcome } = cutover;
  if (outcome !== null) return whole ? store.watchRecord(id) : nothingWatched;
  const [record, runner] = await Promise.all([store.watchRecord(id), store.holder(id)]);
  return { ...record, runner };
}

/** Reads a cutover. `before`: what was read of it last, whose lines need not be read again. @throws NOT_FOUND */
export async function readSight(
  { store, clock, tail }: Needs,
  id: string,
  { before, whole }: { readonly before: Sight | null; readonly whole: boolean },
): Promise<Sight> {
  await tail.refresh();
  const from = tail.head();
  const cutover = await loadCutover(store, id);
  if (cutover === null) throw new Fault('NOT_FOUND', `there is no cutover ${id}`);
  const kept = await keptOf(store, cutover, whole);
  const same = before?.cutover.seq === cutover.seq && before.entries.length > 0;
  const after = Math.max(0, cutover.seq - limits.snapshotLines);
  const entries = same
    ? before.entries
    : whole
      ? await store.lines(id, after, limits.snapshotLines)
      : [];
  await tail.refresh();
  const now = clock.now();
  const status = statusOf(cutover, now, kept);
  return { cutover, kept, entries, now, status, n: included(tail, from, cutover) };
}

/** All cutovers without their watches, which may be large: a list fills up with shares as they are looked at. */
export async function* readAll({ store, clock, tail }: Needs): AsyncGenerator<Scene> {
  for await (const row of rowsOf(store)) {
    const cutover = await folded(store, row);
    const runner = cutover.outcome === null ? await store.holder(row.id) : undefined;
    const kept = runner === undefined ? nothingWatched : { ...nothingWatched, runner };
    yield { cutover, kept, now: clock.now() };
  }
  // No row may be told before the lines that led to it.
  await tail.refresh();
}
