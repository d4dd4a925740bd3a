import { type Entry, genesis } from '../cutover/line.ts';
import { Fault } from '../errors.ts';
import { type Learnt } from '../propagation/learnt.ts';
import { type Fitness } from '../propagation/fitness.ts';
import { type Minute, type Steady, type Watched } from '../propagation/watched.ts';
import { checkSave } from './check-save.ts';
import { type Feed, openFeed } from './feed.ts';
import { type DocumentPlaces, memoryDocuments } from './memory-documents.ts';
import { inOrderLearnt, keepLearnt } from './learnt-rows.ts';
import { type Process } from './process.ts';
import { type Flush, type Holder, type Row, type Save, type Saved, type Store } from './store.ts';
import { inOrder, minuteOf } from './watch-record.ts';

interface Kept {
  row: Row;
  readonly entries: Entry[];
  /** `keyText` of the RRsets that it claims while it is open. */
  keys: readonly string[];
  holder: { readonly process: Process; readonly since: number } | null;
  steady: Steady | null;
  /** By `placeOf`. */
  readonly watched: Map<string, Watched>;
  readonly minutes: Map<string, Minute>;
  fitness?: Fitness;
}

/** What several stores in memory share, as processes share a file. Reads no clock and no chance. */
export interface MemoryBacking {
  readonly epoch: string;
  readonly cutovers: Map<string, Kept>;
  readonly journal: Entry[];
  /** By `placeOfLearnt`. */
  readonly learnt: Map<string, Learnt>;
  readonly documents: DocumentPlaces;
  /** Every process that ever opened the backing; null once it closed its store or died. */
  readonly processes: Map<string, Feed | null>;
  /** The process died: its ownership is gone at once, its store rejects everything from now on. */
  kill(owner: string): void;
}

export function memoryBacking(epoch: string): MemoryBacking {
  const processes = new Map<string, Feed | null>();
  return {
    epoch,
    cutovers: new Map(),
    journal: [],
    learnt: new Map(),
    documents: new Map(),
    processes,
    kill: owner => {
      processes.get(owner)?.end();
      processes.set(owner, null);
    },
  };
}

const noCutover = (id: string): Fault =>
  new Fault('NOT_FOUND', `no cutover ${id} in the store`, { where: id });

/** One place for each RRset and resolver, or RRset and minute, whatever characters they contain. */
const placeOf = (key: string, what: string | number): string => JSON.stringify([key, what]);

const holderOf = ({ holder }: Kept): Holder | null =>
  holder && {
    is: 'held',
    owner: holder.process.id,
    pid: holder.process.pid,
    host: holder.process.host,
    since: holder.since,
  };

/** Why the save must not be stored, or null. The order is the one of the SQL store. */
function refusal({ cutovers }: MemoryBacking, save: Save): Saved | null {
  const kept = cutovers.get(save.id);
  if (kept && save.fence !== undefined && save.fence !== kept.row.fence) return { is: 'fenced' };
  if ((kept?.row.seq ?? 0) !== save.seq) return { is: 'stale' };
  if (!save.open) return null;
  for (const key of save.keys)
    for (const [by, other] of cutovers)
      if (other.row.open && by !== save.id && other.keys.includes(key))
        return { is: 'taken', key, by };
  return null;
}

function put({ cutovers, journal }: MemoryBacking, save: Save): void {
  const { id, lines, state, fold, open, keys } = save;
  const kept = cutovers.get(id);
  const entries = lines.map((line, index) => ({ ...line, n: journal.length + index + 1 }));
  const last = lines.at(-1);
  const row: Row = {
    ...{ id, domain: state.domain, open, state, fold },
    seq: save.seq + lines.length,
    hash: last?.hash ?? kept?.row.hash ?? genesis(id),
    owner: kept?.row.owner ?? null,
    fence: kept?.row.fence ?? 0,
  };
  journal.push(...entries);
  if (kept) {
    kept.row = row;
    kept.keys = keys;
    kept.entries.push(...entries);
  } else {
    const unwatched = { steady: null, watched: new Map(), minutes: new Map() };
    cutovers.set(id, { row, keys, entries, holder: null, ...unwatched });
  }
}

function keepWatch(
  { cutovers }: MemoryBacking,
  { id, steady, watched, minute, fitness }: Flush,
): void {
  const kept = cutovers.get(id);
  if (!kept) throw noCutover(id);
  kept.steady = steady;
  if (fitness) kept.fitness = fitness;
  for (const one of watched) kept.watched.set(placeOf(one.key, one.resolver.id), one);
  if (minute) kept.minutes.set(placeOf(minute.key, minuteOf(minute)), minute);
}

function ownership(backing: MemoryBacking, me: Process): Pick<Store, 'own' | 'holder' | 'release'> {
  const alive = (owner: string | null): boolean =>
    owner !== null && Boolean(backing.processes.get(owner));
  return {
    own: async (id, at) => {
      const kept = backing.cutovers.get(id);
      if (!kept) throw noCutover(id);
      const { owner, fence } = kept.row;
      if (owner === me.id) return { is: 'owned', owner: me.id, fence };
      const held = alive(owner) ? holderOf(kept) : null;
      if (held) return held;
      kept.row = { ...kept.row, owner: me.id, fence: fence + 1 };
      kept.holder = { process: me, since: at };
      return { is: 'owned', owner: me.id, fence: fence + 1 };
    },
    holder: async id => {
      const kept = backing.cutovers.get(id);
      return kept && alive(kept.row.owner) ? holderOf(kept) : null;
    },
    release: async id => {
      const kept = backing.cutovers.get(id);
      if (kept?.row.owner !== me.id) return;
      kept.row = { ...kept.row, owner: null };
      kept.holder = null;
    },
  };
}

/**
 * A store of one process over a shared backing, with the promises of the durable ones. The same
 * calls in the same order give the same answers: epoch and owner ids are handed in.
 */
export function memoryStore(backing: MemoryBacking, process: Process): Store {
  const { processes, cutovers, journal } = backing;
  if (processes.has(process.id))
    throw new Fault('BUG', `owner id ${process.id} was used before; every process has its own`);
  const feed = openFeed();
  processes.set(process.id, feed);
  const living = (): void => {
    if (processes.get(process.id) !== feed)
      throw new Fault('STORE', 'the store in memory is closed', {
        where: `memory store of ${process.id}`,
        fix: 'Open the store again in a new process.',
      });
  };
  const owners = ownership(backing, process);
  return {
    epoch: backing.epoch,
    load: async id => (living(), cutovers.get(id)?.row ?? null),
    list: async page => {
      living();
      const all = [...cutovers.values()].map(({ row }) => row).sort(byId);
      return page === undefined
        ? all
        : all.filter(({ id }) => id > page.after).slice(0, page.limit);
    },
    save: async save => {
      living();
      checkSave(save);
      const refused = refusal(backing, save);
      if (refused) return refused;
      put(backing, save);
      if (save.lines.length > 0) for (const each of processes.values()) each?.notify();
      return { is: 'saved', lastN: journal.length };
    },
    lines: async (id, seq, limit) => (
      living(),
      cutovers.get(id)?.entries.slice(seq, seq + limit) ?? []
    ),
    after: async (n, limit) => (living(), journal.slice(n, n + limit)),
    saveWatch: async flush => {
      living();
      keepWatch(backing, flush);
    },
    watchRecord: async id => {
      living();
      const kept = cutovers.get(id);
      return inOrder({
        steady: kept?.steady ?? null,
        watched: [...(kept?.watched.values() ?? [])],
        minutes: [...(kept?.minutes.values() ?? [])],
        ...(kept?.fitness && { fitness: kept.fitness }),
      });
    },
    saveLearnt: async rows => {
      living();
      keepLearnt(backing.learnt, rows);
    },
    learnt: async () => (living(), inOrderLearnt([...backing.learnt.values()])),
    documents: memoryDocuments(backing.documents, living),
    own: async (id, at) => (living(), owners.own(id, at)),
    holder: async id => (living(), owners.holder(id)),
    release: async id => (living(), owners.release(id)),
    watch: changed => (living(), feed.add(changed)),
    close: async () => {
      if (processes.get(process.id) === feed) backing.kill(process.id);
    },
  };
}

/** By code unit, as SQLite compares text. */
const byId = (left: Row, right: Row): number =>
  left.id < right.id ? -1 : left.id > right.id ? 1 : 0;
