import { chain, type Entry, genesis } from '../cutover/line.ts';
import { Fault, isFault } from '../errors.ts';
import { limits } from '../limits.ts';
import { type Row, type Store } from './store.ts';

export interface FirstBad {
  readonly seq: number;
  readonly why: string;
}

export interface Verified {
  /** Good lines, up to the first bad one. */
  readonly lines: number;
  readonly firstBad: FirstBad | null;
}

/** Chains the stored text of one cutover anew, against the row as well. NOT_FOUND without such a cutover. */
export async function verify(store: Store, id: string): Promise<Verified> {
  const row = await store.load(id);
  if (!row) throw new Fault('NOT_FOUND', `no cutover ${id} in the store`, { where: id });
  return verifyRow(store, row);
}

/** Every cutover of the store by id. */
export async function verifyAll(store: Store): Promise<ReadonlyMap<string, Verified>> {
  const verified = new Map<string, Verified>();
  for (const row of await store.list()) verified.set(row.id, await verifyRow(store, row));
  return verified;
}

async function verifyRow(store: Store, row: Row): Promise<Verified> {
  let lines = 0;
  let hash = genesis(row.id);
  let page: number = limits.feedPage;
  for (;;) {
    const read = await readable(() => store.lines(row.id, lines, page));
    if (typeof read === 'string') {
      if (page === 1) return { lines, firstBad: { seq: lines + 1, why: read } };
      // One of these cannot be read at all; those before it are still to be judged.
      page = 1;
      continue;
    }
    for (const entry of read) {
      const why = whyBad(entry, { seq: lines + 1, hash, row });
      if (why !== null) return { lines, firstBad: { seq: lines + 1, why } };
      ({ hash } = entry);
      lines += 1;
    }
    if (read.length === 0) break;
  }
  // Others may store more lines meanwhile; fewer than the row counted are lost ones.
  if (lines >= row.seq) return { lines, firstBad: null };
  const why = `the row counts ${row.seq} lines, the journal ends after ${lines}`;
  return { lines, firstBad: { seq: lines + 1, why } };
}

interface Expected {
  readonly seq: number;
  readonly hash: string;
  readonly row: Row;
}

function whyBad(entry: Entry, { seq, hash, row }: Expected): string | null {
  if (entry.seq !== seq) return `line ${seq} is missing, ${entry.seq} follows`;
  if (chain(hash, entry) !== entry.hash) return 'its hash does not follow from its text';
  if (seq === row.seq && entry.hash !== row.hash) return 'the row ends with another hash';
  return null;
}

/** The lines, or why they cannot be read. */
async function readable(read: () => Promise<readonly Entry[]>): Promise<readonly Entry[] | string> {
  try {
    return await read();
  } catch (error) {
    if (isFault(error, 'MALFORMED')) return error.message;
    throw error;
  }
}
