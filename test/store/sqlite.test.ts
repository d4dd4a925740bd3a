import { DatabaseSync } from 'node:sqlite';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kysely } from 'kysely';
import { expect, it } from 'vitest';
import { chain } from '../../src/cutover/line.ts';
import { type Tables } from '../../src/store/sql-tables.ts';
import { sqliteDialect } from '../../src/store/sqlite-dialect.ts';
import { openDurable, storePath } from '../../src/store/sqlite-file.ts';
import { sqliteStore } from '../../src/store/sqlite.ts';
import { type Store } from '../../src/store/store.ts';
import { verify } from '../../src/store/verify.ts';
import { type Ground, storeConformance } from './conformance.ts';
import { documentsConformance } from './documents-conformance.ts';
import { learntConformance } from './learnt-conformance.ts';
import { append } from './saves.ts';
import { freshDirectory, openHere } from './support.ts';
import { watchConformance } from './watch-conformance.ts';
import { numbered, numberOf } from './watches.ts';

const id = 'example.org.1';

const open = async (): Promise<Ground> => {
  const directory = freshDirectory();
  const stores = new Map<string, Store>();
  return {
    start: async owner => {
      const store = await openHere(directory, owner);
      stores.set(owner, store);
      return store;
    },
    // Its row goes on naming it, as after a death; real deaths are in sqlite-processes.test.ts.
    kill: async owner => stores.get(owner)?.close(),
  };
};

storeConformance('sqlite', open);
watchConformance('sqlite', open);
learntConformance('sqlite', open);
documentsConformance('sqlite', open);

it('makes a private directory and file, and finds the same store in it again', async () => {
  const directory = join(freshDirectory(), 'deep', 'state');
  const first = await openHere(directory, 'a');
  await append(first, id, { lines: 2 });
  expect(statSync(directory).mode & 0o777).toBe(0o700);
  for (const name of readdirSync(directory).filter(it => it.startsWith('store')))
    expect([name, statSync(join(directory, name)).mode & 0o777]).toEqual([name, 0o600]);
  await first.close();
  expect(readdirSync(join(directory, 'owners'))).toEqual([]);
  const again = await openHere(directory, 'b');
  expect([again.epoch, (await again.load(id))?.seq]).toEqual(['e0', 2]);
});

it('refuses a second living process with the same owner id', async () => {
  const directory = freshDirectory();
  await openHere(directory, 'a');
  await expect(openHere(directory, 'a')).rejects.toMatchObject({ code: 'STORE' });
});

it('stores nothing by halves on a full disk, says so, and works again afterwards', async () => {
  const directory = freshDirectory();
  await (await openHere(directory, 'a')).close();
  const path = storePath(directory);
  const database = openDurable(path);
  const db = new Kysely<Tables>({ dialect: sqliteDialect(database) });
  const process = { id: 'b', pid: 1, host: 'localhost' };
  const release = (): void => undefined;
  const store = sqliteStore({ directory, path, database, db, epoch: 'e0', process, release });
  await append(store, id);
  const pages = Number(database.prepare('pragma page_count').get()?.['page_count']);
  database.exec(`pragma max_page_count = ${pages + 2}`);
  const before = await store.load(id);
  await expect(store.saveWatch(numbered(id, 1))).rejects.toMatchObject({
    ...{ code: 'STORE', where: path, retryable: true },
  });
  expect(numberOf(await store.watchRecord(id))).toBe(-1);
  for (const lines of [1, 3])
    await expect(append(store, id, { lines, mark: 'x'.repeat(50_000) })).rejects.toMatchObject({
      ...{ code: 'STORE', where: path, retryable: true },
      fix: expect.stringContaining('space') as string,
    });
  expect(await store.load(id)).toEqual(before);
  expect(await store.after(0, 10)).toHaveLength(1);
  database.exec('pragma max_page_count = 100000');
  expect(await append(store, id, { mark: 'x'.repeat(50_000) })).toEqual({ is: 'saved', lastN: 2 });
  expect(await verify(store, id)).toEqual({ lines: 2, firstBad: null });
  await store.close();
});

/** Flips the lowest bit of the first octet of `text` in the state file. */
function flip(directory: string, text: string): void {
  const bytes = readFileSync(storePath(directory));
  const at = bytes.indexOf(text);
  expect(at).toBeGreaterThan(0);
  bytes[at]! ^= 1;
  writeFileSync(storePath(directory), bytes);
}

it('finds a flipped bit in a stored line, be it still JSON or not', async () => {
  const directory = freshDirectory();
  const store = await openHere(directory, 'a');
  for (const mark of ['first', 'second', 'third']) await append(store, id, { mark, lines: 2 });
  await store.close();
  const damaged = async (): Promise<unknown> => {
    const reopened = await openHere(directory, `b${Math.random()}`.replace('.', ''));
    const { firstBad } = await verify(reopened, id);
    await reopened.close();
    return firstBad;
  };
  expect(await damaged()).toBeNull();
  flip(directory, '"data":');
  const why = expect.stringContaining('not the JSON') as string;
  expect(await damaged()).toMatchObject({ why });
  flip(directory, '#data":');
  flip(directory, 'third-1');
  expect(await damaged()).toEqual({ seq: 6, why: 'its hash does not follow from its text' });
  flip(directory, 'first-1');
  expect(await damaged()).toMatchObject({ seq: 2 });
});

it('finds a last line that was written anew, with a hash that follows', async () => {
  const directory = freshDirectory();
  const store = await openHere(directory, 'a');
  await append(store, id, { lines: 2 });
  const [first, last] = await store.lines(id, 0, 2);
  const forged = { ...last!, text: last!.text.replace('"data":', ' "data":') };
  const outside = new DatabaseSync(storePath(directory));
  outside
    .prepare('update journal set data = ?, hash = ? where seq = 2')
    .run(forged.text, chain(first!.hash, forged));
  outside.close();
  const { firstBad } = await verify(store, id);
  expect(firstBad).toEqual({ seq: 2, why: 'the row ends with another hash' });
});

it('finds lines that were cut off or taken out', async () => {
  const directory = freshDirectory();
  const store = await openHere(directory, 'a');
  await append(store, id, { lines: 5 });
  const outside = new DatabaseSync(storePath(directory));
  outside.exec('delete from journal where seq = 5');
  expect((await verify(store, id)).firstBad).toMatchObject({ seq: 5 });
  outside.exec('delete from journal where seq = 2');
  expect((await verify(store, id)).firstBad?.why).toContain('line 2 is missing');
  outside.close();
});

const refused = async (directory: string): Promise<unknown> =>
  openHere(directory, 'a').then(
    () => 'opened',
    (error: unknown) => error,
  );

it('refuses a file where the directory should be, and one that it cannot open', async () => {
  const directory = freshDirectory();
  writeFileSync(join(directory, 'file'), 'mine');
  const expected = { code: 'STORE', fix: expect.any(String) as string };
  for (const path of [join(directory, 'file'), join(directory, 'file', 'below')])
    expect(await refused(path)).toMatchObject({ ...expected, code: 'MALFORMED', where: path });
  expect(readFileSync(join(directory, 'file'), 'utf8')).toBe('mine');
  // Making a file there fails for root, too.
  expect(await refused('/proc/no/such')).toMatchObject({ ...expected, where: '/proc/no/such' });
  const store = join(directory, 'other', 'store.sqlite');
  await (await openHere(join(store, 'inside'), 'a')).close();
  expect(await refused(join(directory, 'other'))).toMatchObject({ ...expected, where: store });
});

it('refuses what is no state file of ours, and leaves it as it is', async () => {
  const make = (fill: (path: string) => void): string => {
    const directory = freshDirectory();
    fill(storePath(directory));
    return directory;
  };
  const foreign = make(path => {
    const database = new DatabaseSync(path);
    database.exec('create table customers (name text)');
    database.close();
  });
  const text = make(path => {
    writeFileSync(path, 'not a database');
  });
  const other = make(path => {
    const database = new DatabaseSync(path);
    database.exec('pragma application_id = 7; create table x (y)');
    database.close();
  });
  for (const directory of [foreign, text, other]) {
    const before = readFileSync(storePath(directory));
    const where = storePath(directory);
    expect(await refused(directory)).toMatchObject({ code: 'MALFORMED', exit: 65, where });
    expect(readFileSync(where)).toEqual(before);
    expect(existsSync(join(directory, 'owners', 'a'))).toBe(false);
  }
});

it('refuses a damaged file and one of a newer schema', async () => {
  const directory = freshDirectory();
  const store = await openHere(directory, 'z');
  await append(store, id, { mark: 'x'.repeat(200_000) });
  await store.close();
  const where = storePath(directory);
  const whole = readFileSync(where);
  writeFileSync(where, whole.subarray(0, whole.length - 20_000));
  expect(await refused(directory)).toMatchObject({ code: 'MALFORMED', exit: 65, where });
  const garbled = Buffer.from(whole);
  garbled.fill(0x55, 4096, 12_288);
  writeFileSync(where, garbled);
  expect(await refused(directory)).toMatchObject({ code: 'MALFORMED', exit: 65, where });
  writeFileSync(where, whole);
  const newer = new DatabaseSync(where);
  newer.exec('pragma user_version = 99');
  newer.close();
  const fault = { code: 'STORE', message: expect.stringContaining('newer') as string, where };
  expect(await refused(directory)).toMatchObject(fault);
});
