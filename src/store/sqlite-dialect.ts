import { type DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { SqliteAdapter, type SqliteDatabase, SqliteDialect, type SqliteStatement } from 'kysely';
import { Fault } from '../errors.ts';

/** Kysely hands over what was bound as `unknown`; SQLite takes only these. */
function bindable(value: unknown): SQLInputValue {
  if (value === null || typeof value === 'string' || typeof value === 'number') return value;
  if (typeof value === 'bigint' || value instanceof Uint8Array) return value;
  throw new Fault('BUG', `SQLite cannot store a value of type ${typeof value}`);
}

const shape = (statement: StatementSync): SqliteStatement => ({
  reader: statement.columns().length > 0,
  all: parameters => statement.all(...parameters.map(bindable)),
  run: parameters => statement.run(...parameters.map(bindable)),
  iterate: parameters => statement.iterate(...parameters.map(bindable)),
});

/** Kysely believes that SQLite cannot roll back DDL. It can: a migration is all or nothing. */
class Adapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class Dialect extends SqliteDialect {
  override createAdapter(): SqliteAdapter {
    return new Adapter();
  }
}

const statementsKept = 200;

/**
 * node:sqlite as the better-sqlite3 that Kysely expects. Transactions take the write lock when they
 * begin: a deferred one that reads first fails at its first write, without waiting, when another
 * process has written in between (SQLITE_BUSY_SNAPSHOT).
 */
export function sqliteDialect(database: DatabaseSync): SqliteDialect {
  const prepared = new Map<string, SqliteStatement>();
  const shaped: SqliteDatabase = {
    close: () => {
      database.close();
    },
    prepare: sql => {
      // SQLite itself ends a transaction on a full disk and some other errors; rolling back again
      // would hide the error that the caller must see.
      const needless = sql === 'rollback' && !database.isTransaction;
      const text = needless ? 'select 1' : sql === 'begin' ? 'begin immediate' : sql;
      const known = prepared.get(text) ?? shape(database.prepare(text));
      if (prepared.size < statementsKept) prepared.set(text, known);
      return known;
    },
  };
  return new Dialect({ database: shaped });
}
