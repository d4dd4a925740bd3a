import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { backupSqlite, restoreSqlite } from '../../src/store/backup.ts';
import { storePath } from '../../src/store/sqlite-file.ts';
import { verify } from '../../src/store/verify.ts';
import { append } from './saves.ts';
import { freshDirectory, openHere } from './support.ts';

const id = 'example.org.1';

async function backedUp(): Promise<{ root: string; state: string; file: string }> {
  const root = freshDirectory();
  const [state, file] = [join(root, 'state'), join(root, 'backup.sqlite')];
  const store = await openHere(state, 'a');
  await append(store, id, { lines: 3 });
  await store.own(id, 1);
  await backupSqlite(state, file);
  await append(store, id);
  await store.close();
  return { root, state, file };
}

it('copies a store in use into one private file, and brings it back elsewhere', async () => {
  const { root, file } = await backedUp();
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect([existsSync(`${file}-wal`), existsSync(`${file}-shm`)]).toEqual([false, false]);
  const directory = join(root, 'elsewhere');
  expect(await restoreSqlite(file, { directory, epochBytes: 'e1' })).toBeNull();
  const store = await openHere(directory, 'b');
  expect(store.epoch).toBe('e1');
  expect(await verify(store, id)).toEqual({ lines: 3, firstBad: null });
  // Its owner stayed behind, and what that one may still send is refused here.
  expect(await store.load(id)).toMatchObject({ owner: null, fence: 2, seq: 3 });
  expect(await append(store, id, { fence: 1 })).toEqual({ is: 'fenced' });
});

it('never overwrites a file with a backup', async () => {
  const { root, state, file } = await backedUp();
  const before = readFileSync(file);
  const refusal = { code: 'REFUSED', where: file };
  await expect(backupSqlite(state, file)).rejects.toMatchObject(refusal);
  expect(readFileSync(file)).toEqual(before);
  const nowhere = join(root, 'none', 'backup');
  await expect(backupSqlite(state, nowhere)).rejects.toMatchObject({ code: 'STORE' });
  const none = backupSqlite(join(root, 'none'), join(root, 'other'));
  await expect(none).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(existsSync(join(root, 'other'))).toBe(false);
});

it('replaces a store only with force and while nobody uses it, and keeps the old one', async () => {
  const { state, file } = await backedUp();
  const restoring = { directory: state, epochBytes: 'e1' };
  await expect(restoreSqlite(file, restoring)).rejects.toMatchObject({ code: 'REFUSED' });
  const user = await openHere(state, 'user');
  const used = { code: 'REFUSED', message: expect.stringContaining(String(process.pid)) as string };
  const forced = { ...restoring, force: true };
  await expect(restoreSqlite(file, forced)).rejects.toMatchObject(used);
  expect((await user.load(id))?.seq).toBe(4);
  await user.close();
  const aside = await restoreSqlite(file, forced);
  expect(aside).toBe(`${storePath(state)}.replaced-1`);
  expect(existsSync(aside ?? '')).toBe(true);
  const store = await openHere(state, 'b');
  expect([store.epoch, (await store.load(id))?.seq]).toEqual(['e1', 3]);
});

it('refuses a backup that is damaged, foreign or not there, and changes nothing', async () => {
  const { root, state, file } = await backedUp();
  const directory = join(root, 'elsewhere');
  const restore = (from: string) => restoreSqlite(from, { directory, epochBytes: 'e1' });
  const changed = new DatabaseSync(file);
  changed.exec(`update journal set data = replace(data, 'x-1', 'y-1')`);
  changed.close();
  const bad = { code: 'MALFORMED', where: file, message: expect.stringContaining('2') as string };
  await expect(restore(file)).rejects.toMatchObject(bad);
  writeFileSync(file, 'text');
  await expect(restore(file)).rejects.toMatchObject({ code: 'MALFORMED', where: file });
  const missing = restore(join(root, 'missing'));
  await expect(missing).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(existsSync(storePath(directory))).toBe(false);
  expect(existsSync(`${storePath(directory)}.restoring`)).toBe(false);
  expect(existsSync(storePath(state))).toBe(true);
});
