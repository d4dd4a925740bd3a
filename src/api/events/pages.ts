import { covers, type Principal } from '../../access/principal.ts';
import { type Cutover } from '../../cutover/cutover.ts';
import { type Entry } from '../../cutover/line.ts';
import { cursorNumber, cursorText } from '../../hub/cursor.ts';
import { limits } from '../../limits.ts';
import { type Store } from '../../store/store.ts';
import { eventOf, type EventView } from '../../view/events.ts';
import { sharedEvent } from '../../view/stream/redact.ts';
import { malformed } from '../problems/problem.ts';

/** Which lines of the journal somebody asks for. */
export interface Asked {
  /** Null: all that the principal may see. */
  readonly cutover: Cutover | null;
  /** The cursor of the last line that is known; null: from the beginning. */
  readonly after: string | null;
  /** Null: of all types. */
  readonly types: readonly string[] | null;
  readonly principal: Principal;
}

export interface EventPage {
  readonly events: readonly EventView[];
  /** For `after`; null: there are no more. */
  readonly next: string | null;
}

type Journal = Pick<Store, 'epoch' | 'after' | 'lines'>;

/** The numbers of a store have no gaps, so a line that is there is one that was given out. */
async function numberOf(store: Journal, cursor: string | null): Promise<number> {
  if (cursor === null) return 0;
  const n = cursorNumber(cursor, store.epoch);
  if (n === 0 || (n !== null && (await store.after(n - 1, 1)).length > 0)) return n;
  throw malformed([{ path: '/querystring/after', message: 'is the id of no line of this store' }]);
}

/** How many lines of a cutover came before the store's line `n` or are it. */
async function seqAt(store: Journal, { id, seq }: Cutover, n: number): Promise<number> {
  let [low, high] = [0, seq];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const [line] = await store.lines(id, middle - 1, 1);
    if (line !== undefined && line.n <= n) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The lines after the cursor, a page at a time, in order; those that nobody asked for are among them. */
async function* pages(store: Journal, { cutover, after }: Asked): AsyncGenerator<readonly Entry[]> {
  let n = await numberOf(store, after);
  let seq = cutover === null || n === 0 ? 0 : await seqAt(store, cutover, n);
  for (;;) {
    const page =
      cutover === null
        ? await store.after(n, limits.feedPage)
        : await store.lines(cutover.id, seq, limits.feedPage);
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    n = last.n;
    seq = last.seq;
  }
}

const isAsked = ({ types, principal }: Asked, { cutover, line }: Entry): boolean =>
  covers(principal, cutover) && (types === null || types.includes(line.type));

const viewOf = (entry: Entry, epoch: string, { kind }: Principal): EventView => {
  const event = eventOf(entry, epoch);
  return kind === 'share' ? sharedEvent(event) : event;
};

/**
 * One page. Where few lines are of the types that are asked for it may be short, or empty, and still have a
 * next one: a request does not read a whole store.
 */
export async function eventPage(store: Journal, asked: Asked, limit: number): Promise<EventPage> {
  const { epoch } = store;
  const events: EventView[] = [];
  let read = 0;
  let last: Entry | null = null;
  for await (const page of pages(store, asked))
    for (const entry of page) {
      if (events.length === limit || read === limits.eventsRead)
        return { events, next: last === null ? null : cursorText(epoch, last.n) };
      read += 1;
      last = entry;
      if (isAsked(asked, entry)) events.push(viewOf(entry, epoch, asked.principal));
    }
  return { events, next: null };
}

/** JSON Lines of all that follows the cursor, or of so many of them. */
export async function* eventLines(
  store: Journal,
  asked: Asked,
  limit: number,
): AsyncGenerator<string> {
  let left = limit;
  for await (const page of pages(store, asked)) {
    const events = page.filter(entry => isAsked(asked, entry)).slice(0, left);
    left -= events.length;
    const texts = events.map(entry => JSON.stringify(viewOf(entry, store.epoch, asked.principal)));
    if (texts.length > 0) yield `${texts.join('\n')}\n`;
    if (left === 0) return;
  }
}

/** Whether the cursor is one of this store, to be seen before the first byte of an answer. */
export const checkCursor = async (store: Journal, cursor: string | null): Promise<void> => {
  await numberOf(store, cursor);
};
