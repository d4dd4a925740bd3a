import { copyFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { backupSqlite, restoreSqlite } from '../../src/store/backup.ts';
import * as journal from '../../src/store/migrations/0001-journal.ts';
import { schemaVersion, storePath } from '../../src/store/sqlite-file.ts';
import { type Store } from '../../src/store/store.ts';
import { verify } from '../../src/store/verify.ts';
import { oldStore } from './old-store.ts';
import { append } from './saves.ts';
import { freshDirectory, openHere, startChild } from './support.ts';
import { flushOf, minuteAt, numbered, numberOf, watchedOf } from './watches.ts';

const id = 'example.org.1';

// Some tests start processes; on a busy machine that takes its time.
vi.setConfig({ testTimeout: 120_000 });

/** A store as the first schema had it, with four lines of two cutovers and an owner. */
async function makeOldStore(directory: string): Promise<void> {
  const store = await oldStore(directory, { '0001-journal': journal });
  await append(store, id, { lines: 3, keys: ['example.org. MX'] });
  await append(store, 'example.net.1', { open: false });
  await store.own(id, 1);
  await store.close();
}

const versionOf = (directory: string): unknown => {
  const database = new DatabaseSync(storePath(directory), { readOnly: true });
  try {
    return database.prepare('pragma user_version').get()?.['user_version'];
  } finally {
    database.close();
  }
};

/** What the old store held is there, and it keeps what is seen from now on. */
async function expectKept(store: Store): Promise<void> {
  expect((await store.after(0, 10)).map(({ n, cutover }) => [n, cutover])).toEqual([
    ...[1, 2, 3].map(n => [n, id]),
    [4, 'example.net.1'],
  ]);
  expect((await store.list()).map(({ id, open, seq }) => [id, open, seq])).toEqual([
    ['example.net.1', false, 1],
    [id, true, 3],
  ]);
  expect(await verify(store, id)).toEqual({ lines: 3, firstBad: null });
  const taken = await append(store, 'example.org.2', { keys: ['example.org. MX'] });
  expect(taken).toMatchObject({ is: 'taken', by: id });
  expect(numberOf(await store.watchRecord(id))).toBe(-1);
  await store.saveWatch(numbered(id, 5));
  expect(numberOf(await store.watchRecord(id))).toBe(5);
}

it('opens a store of the first schema, keeping everything, and makes room for the watch', async () => {
  const directory = freshDirectory();
  await makeOldStore(directory);
  expect(versionOf(directory)).toBe(1);
  const store = await openHere(directory, 'a');
  expect([store.epoch, versionOf(directory)]).toEqual(['old', schemaVersion]);
  expect(await store.load(id)).toMatchObject({ owner: 'long-ago', fence: 1 });
  await expectKept(store);
  await store.close();
  expect(numberOf(await (await openHere(directory, 'b')).watchRecord(id))).toBe(5);
});

it('restores a backup of the first schema', async () => {
  const root = freshDirectory();
  await makeOldStore(join(root, 'old'));
  copyFileSync(storePath(join(root, 'old')), join(root, 'backup'));
  const directory = join(root, 'new');
  expect(await restoreSqlite(join(root, 'backup'), { directory, epochBytes: 'e1' })).toBeNull();
  const store = await openHere(directory, 'a');
  expect(store.epoch).toBe('e1');
  await expectKept(store);
});

it('lets several processes open a store of the first schema at once', async () => {
  const directory = freshDirectory();
  await makeOldStore(directory);
  const owners = ['p1', 'p2', 'p3', 'p4'];
  const children = owners.map(owner => startChild('once', directory, owner));
  const ends = await Promise.all(children.map(({ ended }) => ended));
  expect(ends).toEqual(owners.map(() => ({ by: '0', errors: '' })));
  const store = await openHere(directory, 'parent');
  expect([versionOf(directory), (await store.list()).length]).toEqual([schemaVersion, 6]);
});

it('takes the watch along into a backup and back', async () => {
  const root = freshDirectory();
  const state = join(root, 'state');
  const store = await openHere(state, 'a');
  await append(store, id, { lines: 2 });
  await store.saveWatch(numbered(id, 1));
  await backupSqlite(state, join(root, 'backup'));
  await store.saveWatch(numbered(id, 2));
  const directory = join(root, 'elsewhere');
  await restoreSqlite(join(root, 'backup'), { directory, epochBytes: 'e1' });
  const restored = await openHere(directory, 'b');
  expect(numberOf(await restored.watchRecord(id))).toBe(1);
  expect(numberOf(await store.watchRecord(id))).toBe(2);
  expect(await verify(restored, id)).toEqual({ lines: 2, firstBad: null });
});

it('loses of a damaged watch only what is damaged, and puts the next flush in its place', async () => {
  const directory = freshDirectory();
  const store = await openHere(directory, 'a');
  await append(store, id);
  const [first, second] = [watchedOf('r1'), watchedOf('r2')];
  const minute = minuteAt(0);
  await store.saveWatch(flushOf(id, { watched: [first, second], minute }));
  const outside = new DatabaseSync(storePath(directory));
  outside.exec(`update cache_state set state = substr(state, 2) where resolver = 'r1'`);
  outside.exec(`update watch set steady = ''`);
  outside.close();
  const rest = { steady: null, watched: [second], minutes: [minute] };
  expect(await store.watchRecord(id)).toEqual(rest);
  expect(await verify(store, id)).toEqual({ lines: 1, firstBad: null });
  await store.saveWatch(flushOf(id, { watched: [first] }));
  expect((await store.watchRecord(id)).watched).toEqual([first, second]);
});

it('reads nothing that is of another version or shape, whatever a watch would do with it', async () => {
  const directory = freshDirectory();
  const store = await openHere(directory, 'a');
  await append(store, id);
  const [first, second] = [watchedOf('r1'), watchedOf('r2')];
  const [steady, minute] = [{ boot: 'b', offset: 3, wallOffset: 4 }, minuteAt(0)];
  const whole = { steady, watched: [first, second], minutes: [minute] };
  await store.saveWatch({ id, steady, watched: [first, second], minute });
  expect(await store.watchRecord(id)).toEqual(whole);
  const outside = new DatabaseSync(storePath(directory));
  const put = outside.prepare(`update cache_state set state = ? where resolver = 'r1'`);
  const { state } = first;
  const wrong = [
    ...[null, {}, [], 'text', { ...first, state: null }, { ...first, key: 1 }],
    ...Object.keys(first).map(name => ({ ...first, [name]: undefined })),
    ...Object.keys(state).map(name => ({ ...first, state: { ...state, [name]: undefined } })),
    { ...first, state: { ...state, verdict: 'unheard of' } },
    { ...first, resolver: { ...first.resolver, addresses: [] } },
  ];
  const texts = [
    ...['null', '{}', '1', JSON.stringify(first), JSON.stringify({ v: 1 })],
    ...[0, 2, '1'].map(v => JSON.stringify({ v, kept: first })),
    ...wrong.map(kept => JSON.stringify({ v: 1, kept })),
  ];
  for (const text of texts) {
    put.run(text);
    expect(await store.watchRecord(id), text).toEqual({ ...whole, watched: [second] });
  }
  put.run(JSON.stringify({ v: 1, kept: first }));
  outside.exec(`update tally set counts = '{"v":1,"kept":{"at":0,"key":"k"}}'`);
  outside.exec(`update watch set steady = '{"v":1,"kept":{"boot":"b"}}'`);
  outside.close();
  const rest = { steady: null, watched: [first, second], minutes: [] };
  expect(await store.watchRecord(id)).toEqual(rest);
});

it('waits for another process that writes, as a save does', async () => {
  const directory = freshDirectory();
  const store = await openHere(directory, 'a');
  await append(store, id);
  const other = new DatabaseSync(storePath(directory));
  other.exec('begin immediate');
  const flushed = store.saveWatch(numbered(id, 1));
  // Runs between two attempts, since each of them holds the event loop up while it waits.
  setTimeout(() => {
    other.exec('commit');
    other.close();
  }, 1);
  await flushed;
  expect(numberOf(await store.watchRecord(id))).toBe(1);
});

it('keeps all of a flush or nothing when killed after any statement of it', async () => {
  const directory = freshDirectory();
  const store = await openHere(directory, 'parent');
  await append(store, id);
  await store.saveWatch(numbered(id, 0));
  const numbers: (number | null)[] = [];
  // begin, the clock, the first and the last resolver, the minute; commit; and to the end.
  for (const statement of [1, 2, 3, 42, 43, 44, 45]) {
    const child = startChild('dieInFlush', directory, `c${statement}`, String(statement));
    const said = await child.next();
    expect(said).toBe(statement === 45 ? 'survived 44' : '');
    expect((await child.ended).by).toBe(statement === 45 ? '0' : 'SIGKILL');
    numbers.push(numberOf(await store.watchRecord(id)));
    expect(await append(store, id)).toMatchObject({ is: 'saved' });
  }
  expect(numbers).toEqual([0, 0, 0, 0, 0, 44, 45]);
  expect(await verify(store, id)).toEqual({ lines: 8, firstBad: null });
});

it('keeps whole flushes, the acknowledged ones, and the journal when killed at any time', async () => {
  const directory = freshDirectory();
  const store = await openHere(directory, 'parent');
  await append(store, id);
  let lines = 1;
  for (const flushes of [1, 5, 20]) {
    const child = startChild('flushes', directory, `k${flushes}`);
    let acknowledged = 0;
    for (let count = 0; count < flushes; count += 1) {
      acknowledged = Number((await child.next()).replace('flushed ', ''));
      // Acts of persons go on meanwhile.
      expect(await append(store, id)).toMatchObject({ is: 'saved' });
      lines += 1;
    }
    child.process.kill('SIGKILL');
    await child.ended;
    expect(numberOf(await store.watchRecord(id))).toBeGreaterThanOrEqual(acknowledged);
    expect(await verify(store, id)).toEqual({ lines, firstBad: null });
  }
  const again = await openHere(directory, 'again');
  expect(await again.watchRecord(id)).toEqual(await store.watchRecord(id));
});
