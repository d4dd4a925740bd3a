import { type Clock, type Now } from '../clock.ts';
import { FOLD } from '../cutover/apply.ts';
import { Fault } from '../errors.ts';
import { type WatchRecord } from '../propagation/watched.ts';
import { type Holder, type Row, type Store } from '../store/store.ts';
import { type Connection } from './connection.ts';
import { getJson } from './lookup.ts';
import { isNow } from './server-clock.ts';
import { grown, type Journal, noJournal } from './journal.ts';
import { rings } from './rings.ts';

/** What a server keeps of the watch of a cutover, and who runs it. */
interface Kept {
  readonly record: WatchRecord;
  readonly runner: Holder | null;
}

/** A store that is read over HTTP, and what acts on it need to know. */
export interface RemoteStore {
  readonly store: Store;
  /** The journal of a cutover, with all that was stored since it was read last. */
  readonly read: (id: string) => Promise<Journal>;
}

const path = (id: string, leaf: string): string =>
  `/api/v1/cutovers/${encodeURIComponent(id)}/${leaf}`;

/** Nothing here can be written: acts go to the server, which decides. */
const readOnly = async (): Promise<never> => {
  throw new Fault('BUG', 'a store that is read over HTTP cannot be written');
};

const rowOf = ({ id, entries, state }: Journal): Row | null => {
  const last = entries.at(-1);
  if (state === null || last === undefined) return null;
  const { domain, outcome, seq, owner } = state;
  const open = outcome === null;
  const by = { owner: owner?.id ?? null, fence: owner?.fence ?? 0 };
  return { id, domain, open, seq, hash: last.hash, state, fold: FOLD, ...by };
};

export interface StoreTerms {
  readonly connection: Connection;
  readonly clock: Clock;
  /** Random and new with every store: part of every event id. */
  readonly epoch: string;
  readonly ids: () => Promise<readonly string[]>;
  /** Hears the clocks of the server. */
  readonly heard: (now: Now) => void;
  readonly signal: AbortSignal;
}

/** Whoever asks while the same is being asked is answered together with that. */
function shared<T>(ask: (id: string) => Promise<T>): (id: string) => Promise<T> {
  const under = new Map<string, Promise<T>>();
  return id => {
    const known = under.get(id);
    if (known !== undefined) return known;
    const asking = ask(id).finally(() => under.delete(id));
    under.set(id, asking);
    return asking;
  };
}

function watchParts(terms: StoreTerms): Pick<Store, 'watchRecord' | 'holder'> {
  const kept = shared(async (id: string): Promise<Kept> => {
    const { now, ...rest } = await getJson(terms, path(id, 'watch'));
    if (isNow(now)) terms.heard(now);
    // As the store of the same version has it; what a view makes of it is checked nowhere else either.
    return rest as unknown as Kept;
  });
  return {
    watchRecord: async id => (await kept(id)).record,
    holder: async id => (await kept(id)).runner,
  };
}

/** The store of a server, as far as commands that look read it. Journals are verified as they come. */
export function remoteStore(terms: StoreTerms): RemoteStore {
  const { connection, epoch, ids, signal } = terms;
  const journals = new Map<string, Journal>();
  const fresh = async (id: string): Promise<Journal> => {
    const known = journals.get(id) ?? noJournal(id);
    const asked = {
      method: 'GET',
      path: `${path(id, 'journal')}?after=${String(known.entries.length)}`,
      headers: { accept: 'application/x-ndjson' },
    } as const;
    const journal = grown(known, (await connection.ask(asked, signal)).text);
    journals.set(id, journal);
    return journal;
  };
  const read = shared(fresh);
  const store: Store = {
    epoch,
    load: async id => rowOf(await read(id)),
    list: async ({ after, limit } = { after: '', limit: Infinity }) => {
      const rows: Row[] = [];
      for (const id of (await ids()).filter(one => one > after).slice(0, limit)) {
        const row = rowOf(await read(id));
        if (row !== null) rows.push(row);
      }
      return rows;
    },
    lines: async (id, seq, limit) => {
      const known = journals.get(id)?.entries ?? [];
      // What was read already is shown first; who asks for more is told what came since.
      const entries = known.length > seq ? known : (await read(id)).entries;
      return entries.slice(seq, seq + limit);
    },
    after: readOnly,
    ...watchParts(terms),
    learnt: async () => [],
    watch: rings({ ...terms, subject: () => [...journals.keys()] }),
    ...{ save: readOnly, saveWatch: readOnly, saveLearnt: readOnly },
    ...{ own: readOnly, release: readOnly, close: async () => undefined },
    documents: {
      ...{ get: readOnly, list: readOnly, put: readOnly, remove: readOnly, sweep: readOnly },
    },
  };
  return { store, read };
}
