import { type Kysely } from 'kysely';
import { Fault } from '../errors.ts';
import { limits } from '../limits.ts';
import { checkSave } from './check-save.ts';
import { type Feed } from './feed.ts';
import { type Process } from './process.ts';
import { sqlDocuments } from './sql-documents.ts';
import { learntKeeper } from './sql-learnt.ts';
import { saver } from './sql-save.ts';
import { type OwnerColumns, nobody, type Tables } from './sql-tables.ts';
import { toEntry, toRow } from './sql-text.ts';
import { watchKeeper } from './sql-watch.ts';
import { type Holder, type Store } from './store.ts';

/** What a dialect brings along. */
export interface SqlGround {
  readonly db: Kysely<Tables>;
  readonly epoch: string;
  readonly process: Process;
  readonly feed: Feed;
  /** Whether the process of this owner id still lives. A stopped one does. */
  readonly alive: (owner: string) => boolean;
  /** Runs one unit of work that may be repeated from its start; throws nothing but Faults. */
  readonly attempt: <Result>(work: () => Promise<Result>) => Promise<Result>;
  /** The dialect's own way to end: it waits for what is under way. */
  readonly close: () => Promise<void>;
}

const holderOf = ({ owner, owner_pid, owner_host, owner_since }: OwnerColumns): Holder | null =>
  owner === null
    ? null
    : {
        is: 'held',
        owner,
        pid: owner_pid ?? 0,
        host: owner_host ?? '',
        since: owner_since ?? 0,
      };

function ownership(ground: SqlGround): Pick<Store, 'own' | 'holder' | 'release'> {
  const { db, process, alive, attempt } = ground;
  const look = (id: string) =>
    db
      .selectFrom('cutover')
      .select(['owner', 'fence', 'owner_pid', 'owner_host', 'owner_since'])
      .where('id', '=', id)
      .executeTakeFirst();
  const takeFrom = (id: string, owner: string | null, since: number) =>
    db
      .updateTable('cutover')
      .set(({ eb }) => ({
        owner: process.id,
        fence: eb('fence', '+', 1),
        owner_pid: process.pid,
        owner_host: process.host,
        owner_since: since,
      }))
      .where('id', '=', id)
      // Guarded by the old owner: of two that find it dead, one takes over.
      .where('owner', 'is not distinct from', owner)
      .returning('fence')
      .executeTakeFirst();
  return {
    own: async (id, at) => {
      for (let round = 0; round < limits.appendAttempts; round += 1) {
        const row = await attempt(() => look(id));
        if (!row) throw new Fault('NOT_FOUND', `no cutover ${id} in the store`, { where: id });
        const owned = { is: 'owned', owner: process.id } as const;
        if (row.owner === process.id) return { ...owned, fence: row.fence };
        const held = holderOf(row);
        if (held && alive(held.owner)) return held;
        const taken = await attempt(() => takeFrom(id, row.owner, at));
        if (taken) return { ...owned, fence: taken.fence };
      }
      throw new Fault('STORE', `the owner of ${id} changes faster than it can be read`, {
        where: id,
        fix: 'Find out which processes take it over from each other, and stop all but one.',
      });
    },
    holder: async id => {
      const row = await attempt(() => look(id));
      const held = row ? holderOf(row) : null;
      return held && (held.owner === process.id || alive(held.owner)) ? held : null;
    },
    release: async id => {
      await attempt(() =>
        db
          .updateTable('cutover')
          .set(nobody)
          .where('id', '=', id)
          .where('owner', '=', process.id)
          .execute(),
      );
    },
  };
}

/** The Store in SQL that SQLite and PostgreSQL both speak. */
export function sqlStore(ground: SqlGround): Store {
  const { db, attempt, feed } = ground;
  const saveIn = saver(db);
  const watches = watchKeeper(db);
  const habits = learntKeeper(db);
  return {
    epoch: ground.epoch,
    load: async id => {
      const query = db.selectFrom('cutover').selectAll().where('id', '=', id);
      const stored = await attempt(() => query.executeTakeFirst());
      return stored ? toRow(stored) : null;
    },
    list: async page => {
      const all = db.selectFrom('cutover').selectAll().orderBy('id');
      const query = page === undefined ? all : all.where('id', '>', page.after).limit(page.limit);
      return (await attempt(() => query.execute())).map(toRow);
    },
    save: async save => {
      checkSave(save);
      const saved = await attempt(() => saveIn(save));
      if (saved.is === 'saved' && save.lines.length > 0) feed.notify();
      return saved;
    },
    lines: async (id, seq, limit) => {
      const query = db.selectFrom('journal').selectAll().where('cutover', '=', id);
      const page = query.where('seq', '>', seq).orderBy('seq').limit(limit);
      return (await attempt(() => page.execute())).map(toEntry);
    },
    after: async (n, limit) => {
      const page = db.selectFrom('journal').selectAll().where('n', '>', n).orderBy('n');
      return (await attempt(() => page.limit(limit).execute())).map(toEntry);
    },
    saveWatch: flush => attempt(() => watches.keep(flush)),
    watchRecord: id => attempt(() => watches.read(id)),
    saveLearnt: rows => attempt(() => habits.keep(rows)),
    learnt: () => attempt(() => habits.read()),
    documents: sqlDocuments(db, attempt),
    ...ownership(ground),
    watch: changed => feed.add(changed),
    close: () => ground.close(),
  };
}
