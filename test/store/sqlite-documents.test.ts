import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { backupSqlite, restoreSqlite } from '../../src/store/backup.ts';
import { migrations } from '../../src/store/migrations/list.ts';
import { schemaVersion, storePath } from '../../src/store/sqlite-file.ts';
import { verify } from '../../src/store/verify.ts';
import { documentOf } from './documents.ts';
import { oldStore } from './old-store.ts';
import { append } from './saves.ts';
import { freshDirectory, openHere } from './support.ts';

const id = 'example.org.1';

it('opens a store of the fourth schema, keeping everything, and makes room for documents', async () => {
  const root = freshDirectory();
  const directory = join(root, 'state');
  const before = Object.entries(migrations).filter(([name]) => name < '0005');
  const old = await oldStore(directory, Object.fromEntries(before));
  await append(old, id, { lines: 3 });
  await old.close();
  const store = await openHere(directory, 'a');
  expect([store.epoch, before.length, schemaVersion]).toEqual(['old', 4, 5]);
  expect(await verify(store, id)).toEqual({ lines: 3, firstBad: null });
  await store.documents.put(documentOf('t1'));
  await store.documents.put(documentOf('s1', { kind: 'session' }));
  await backupSqlite(directory, join(root, 'backup'));
  await store.documents.put(documentOf('t2'));
  const elsewhere = join(root, 'new');
  await restoreSqlite(join(root, 'backup'), { directory: elsewhere, epochBytes: 'e1' });
  const restored = await openHere(elsewhere, 'b');
  const kept = await restored.documents.list('token', { limit: 10 });
  expect(kept).toEqual([documentOf('t1', { version: 1 })]);
  // Who has logged out since then is not logged in again.
  expect(await restored.documents.get('session', 's1')).toBeNull();
});

it('says which document is damaged, and nothing of what it held', async () => {
  const directory = freshDirectory();
  const store = await openHere(directory, 'a');
  await store.documents.put(documentOf('t1'));
  const outside = new DatabaseSync(storePath(directory));
  outside.exec(`update document set data = 'hash-of-a-secret' where id = 't1'`);
  outside.close();
  const fault: unknown = await store.documents.get('token', 't1').catch((error: unknown) => error);
  expect(fault).toMatchObject({ code: 'MALFORMED', where: 'token t1' });
  expect(JSON.stringify(fault, ['message', 'fix', 'cause'])).not.toContain('hash-of');
});
