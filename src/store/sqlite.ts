import { type DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import { Fault } from '../errors.ts';
import { limits } from '../limits.ts';
import { type Feed, openFeed } from './feed.ts';
import { type Process } from './process.ts';
import { sqlStore } from './sql.ts';
import { type Tables } from './sql-tables.ts';
import { sqliteDialect } from './sqlite-dialect.ts';
import { whileBusy } from './sqlite-fault.ts';
import {
  inspect,
  makeDirectory,
  makePrivateFile,
  openDurable,
  schemaVersion,
  storePath,
} from './sqlite-file.ts';
import { holdOwner, isAlive, sweepOwners } from './sqlite-owner.ts';
import { type Store } from './store.ts';

export interface SqliteOptions {
  readonly pid: number;
  readonly host: string;
  /** Unique for ever, letters, digits, `-` and `_`: see `Process`. */
  readonly ownerId: string;
  /** The epoch if the store is made now; random hexadecimal digits. */
  readonly epochBytes: string;
}

/**
 * Opens the store of a state directory, and makes both where they are missing (0700, 0600). STORE
 * when that cannot be done, MALFORMED when what is there is damaged or not ours; nothing is
 * overwritten then. `where` is the path.
 */
export async function openSqlite(directory: string, options: SqliteOptions): Promise<Store> {
  const process: Process = { id: options.ownerId, pid: options.pid, host: options.host };
  const path = storePath(directory);
  makeDirectory(directory);
  makePrivateFile(path);
  const version = await whileBusy(path, async () => inspect(path));
  const hold = holdOwner(directory, process);
  try {
    sweepOwners(directory);
    const database = await whileBusy(path, async () => openDurable(path));
    const db = new Kysely<Tables>({ dialect: sqliteDialect(database) });
    try {
      // Kysely's migrator is loaded only where there is something to migrate.
      if (version < schemaVersion) {
        const migration = await import('./sqlite-migrate.ts');
        await whileBusy(path, () => migration.migrate(db, options.epochBytes));
      }
      const epoch = await whileBusy(path, () => readEpoch(db, path));
      return sqliteStore({ directory, path, database, db, epoch, process, release: hold.release });
    } catch (error) {
      await db.destroy();
      throw error;
    }
  } catch (error) {
    hold.release();
    throw error;
  }
}

async function readEpoch(db: Kysely<Tables>, path: string): Promise<string> {
  const row = await db.selectFrom('store').select('epoch').executeTakeFirst();
  if (row) return row.epoch;
  throw new Fault('MALFORMED', 'the state file has no epoch', {
    where: path,
    fix: 'Nothing was changed. Move the file away and restore the last backup.',
  });
}

/** A state file that was opened for writing and is ours. */
export interface Opened {
  readonly directory: string;
  readonly path: string;
  readonly database: DatabaseSync;
  readonly db: Kysely<Tables>;
  readonly epoch: string;
  readonly process: Process;
  readonly release: () => void;
}

/** The Store over an open file; closing it closes the file. */
export function sqliteStore({
  directory,
  path,
  database,
  db,
  epoch,
  process,
  release,
}: Opened): Store {
  const feed = sqliteFeed(database);
  const underWay = new Set<Promise<unknown>>();
  let ended: Promise<void> | null = null;
  const refuseEnded = (): void => {
    if (ended)
      throw new Fault('STORE', 'the store is closed', {
        where: path,
        fix: 'Open the store again.',
      });
  };
  return sqlStore({
    ...{ db, epoch, process },
    feed: { ...feed, add: changed => (refuseEnded(), feed.add(changed)) },
    alive: owner => isAlive(directory, owner),
    attempt: async work => {
      refuseEnded();
      const working = whileBusy(path, work);
      underWay.add(working);
      try {
        return await working;
      } finally {
        underWay.delete(working);
      }
    },
    close: () => {
      ended ??= (async () => {
        feed.end();
        await Promise.allSettled(underWay);
        await db.destroy();
        release();
      })();
      return ended;
    },
  });
}

/** Hears of our own saves from `notify`, of others' by asking SQLite while anybody listens. */
function sqliteFeed(database: DatabaseSync): Feed {
  const feed = openFeed();
  // Changes when another connection committed, never by our own commits; takes microseconds.
  const statement = database.prepare('pragma data_version');
  const version = (): unknown => statement.get()?.['data_version'];
  let last: unknown;
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    clearInterval(timer);
    timer = undefined;
  };
  const poll = (): void => {
    const now = version();
    if (now !== last) feed.notify();
    last = now;
  };
  return {
    ...feed,
    add: changed => {
      const remove = feed.add(changed);
      if (timer === undefined) {
        last = version();
        // Keeps the process alive: whoever waits for a person's act may have nothing else to do.
        timer = setInterval(poll, limits.feedPollMs);
      }
      return () => {
        remove();
        if (!feed.heard()) stop();
      };
    },
    end: () => {
      feed.end();
      stop();
    },
  };
}
