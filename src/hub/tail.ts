import { type Entry } from '../cutover/line.ts';
import { limits } from '../limits.ts';
import { headOf } from '../store/head.ts';
import { type Store } from '../store/store.ts';
import { eventOf } from '../view/events.ts';
import { sharedEvent } from '../view/stream/redact.ts';
import { cursorText } from './cursor.ts';
import { frame, type Frame } from './frame.ts';

/** A line of the journal, ready to be sent. */
export interface Line {
  readonly n: number;
  readonly cutover: string;
  readonly seq: number;
  readonly type: string;
  readonly octets: number;
  readonly frame: Frame;
}

/** The end of the journal, read once for all readers; the lines before it are read when somebody needs them. */
export interface Tail {
  /** The last line that was read. */
  head(): number;
  /** Reads on; whatever was stored before the call has been read when it resolves. @throws Fault STORE */
  refresh(): Promise<void>;
  /** The line of this number if it is kept in memory. */
  line(n: number): Line | undefined;
  /** The lines after `n`, some at least where there are any. @throws Fault STORE */
  page(n: number): Promise<readonly Line[]>;
}

type Journal = Pick<Store, 'epoch' | 'after'>;

const lineOf = (entry: Entry, epoch: string): Line => ({
  ...{ n: entry.n, cutover: entry.cutover, seq: entry.seq, type: entry.line.type },
  octets: entry.text.length,
  frame: frame({ id: cursorText(epoch, entry.n) }, () => eventOf(entry, epoch), sharedEvent),
});

export function openTail(journal: Journal): Tail {
  const { epoch } = journal;
  let kept: Line[] = [];
  let octets = 0;
  let head: number | null = null;
  let running: Promise<void> | null = null;
  let next: Promise<void> | null = null;
  const pages = new Map<number, Promise<readonly Line[]>>();
  let reading: Promise<unknown> = Promise.resolve();

  const keep = (entries: readonly Entry[]): void => {
    for (const entry of entries) {
      const line = lineOf(entry, epoch);
      kept.push(line);
      octets += line.octets;
      head = line.n;
    }
    let from = 0;
    for (; from < kept.length - 1; from++) {
      if (kept.length - from <= limits.hubLines && octets <= limits.hubLineOctets) break;
      octets -= kept[from]?.octets ?? 0;
    }
    if (from > 0) kept = kept.slice(from);
  };
  const read = async (): Promise<void> => {
    head ??= await headOf(journal);
    for (;;) {
      const page = await journal.after(head, limits.feedPage);
      keep(page);
      if (page.length < limits.feedPage) return;
    }
  };
  const refresh = (): Promise<void> => {
    if (running === null)
      return (running = read().finally(() => {
        running = null;
      }));
    // What is under way may have begun before the line that the caller knows of was stored.
    next ??= running
      .catch(() => undefined)
      .then(() => {
        next = null;
        return refresh();
      });
    return next;
  };
  const page = (n: number): Promise<readonly Line[]> => {
    const known = pages.get(n);
    if (known !== undefined) return known;
    // One after the other: readers that are far behind must not keep the store from those that act.
    const wanted = reading
      .then(async () => (await journal.after(n, limits.hubPage)).map(one => lineOf(one, epoch)))
      .finally(() => pages.delete(n));
    reading = wanted.catch(() => undefined);
    pages.set(n, wanted);
    return wanted;
  };
  return {
    head: () => head ?? 0,
    refresh,
    line: n => kept[n - (kept[0]?.n ?? 0)],
    page,
  };
}
