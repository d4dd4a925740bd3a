/**
 * One process of the tests of src/store/sqlite.ts: `child.ts MODE DIRECTORY OWNER [ARGUMENT]`. It
 * tells what it did in lines on its standard output.
 */
import { Kysely } from 'kysely';
import { type Tables } from '../../src/store/sql-tables.ts';
import { sqliteDialect } from '../../src/store/sqlite-dialect.ts';
import { openDurable, storePath } from '../../src/store/sqlite-file.ts';
import { openSqlite, sqliteStore } from '../../src/store/sqlite.ts';
import { type Store } from '../../src/store/store.ts';
import { raise } from './documents.ts';
import { append, saveOf } from './saves.ts';
import { numbered } from './watches.ts';

const [mode = '', directory = '', owner = '', argument = '0'] = process.argv.slice(2);
const count = Number(argument);
const id = 'example.org.1';

function say(word: string): void {
  process.stdout.write(`${word}\n`);
}

const open = (): Promise<Store> =>
  openSqlite(directory, {
    ...{ pid: process.pid, host: 'localhost', ownerId: owner },
    epochBytes: `epoch-${owner}`,
  });

/** Loads and saves until `count` saves got through, against whoever does the same. */
async function race(): Promise<void> {
  const store = await open();
  let stale = 0;
  for (let saved = 0; saved < count;) {
    const result = await append(store, id, { mark: owner });
    if (result.is === 'saved') saved += 1;
    else if (result.is === 'stale') stale += 1;
    else throw new Error(result.is);
  }
  say(`stale ${stale}`);
  await store.close();
}

/** Saves for ever, each with three lines, telling what was acknowledged. */
async function forever(): Promise<void> {
  const store = await open();
  for (;;) {
    const result = await append(store, id, { lines: 3, mark: owner });
    if (result.is === 'saved') say(`saved ${result.lastN}`);
  }
}

/** Flushes for ever, telling the number of each flush that was acknowledged. */
async function flushes(): Promise<void> {
  const store = await open();
  for (let number = 1; ; number += 1) {
    await store.saveWatch(numbered(id, number));
    say(`flushed ${number}`);
  }
}

/** Kills itself when the act has run its `count`-th statement, begin and commit included. */
async function dying(ready: (store: Store) => Promise<() => Promise<unknown>>): Promise<void> {
  const database = openDurable(storePath(directory));
  let armed = false;
  let statements = 0;
  const log = (): void => {
    if (armed) statements += 1;
    if (statements === count) process.kill(process.pid, 'SIGKILL');
  };
  const db = new Kysely<Tables>({ dialect: sqliteDialect(database), log });
  const store = sqliteStore({
    ...{ directory, path: storePath(directory), database, db, epoch: 'e' },
    process: { id: owner, pid: process.pid, host: 'localhost' },
    release: () => undefined,
  });
  const act = await ready(store);
  armed = true;
  await act();
  say(`survived ${statements}`);
}

const dieAfter = (): Promise<void> =>
  dying(async store => {
    const save = await saveOf(store, id, { lines: 3 });
    return () => store.save(save);
  });

const dieInFlush = (): Promise<void> =>
  dying(async store => () => store.saveWatch(numbered(id, count)));

/** Raises a counter in a document `count` times, against whoever does the same. */
async function counts(): Promise<void> {
  const store = await open();
  for (let raised = 0; raised < count; raised += 1) await raise(store);
  await store.close();
}

/** Owns the cutover and stays. */
async function own(): Promise<void> {
  const store = await open();
  say(JSON.stringify(await store.own(id, 1)));
  setInterval(() => undefined, 60_000);
}

/** Saves one cutover of its own and ends. */
async function once(): Promise<void> {
  const store = await open();
  const saved = await append(store, `${owner}.example.1`);
  say(`${store.epoch} ${saved.is}`);
  await store.close();
}

const modes: Readonly<Record<string, () => Promise<void>>> = {
  ...{ race, counts, forever, flushes, dieAfter, dieInFlush, own, once },
};
await modes[mode]?.();
