import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { backupSqlite, restoreSqlite } from '../../src/store/backup.ts';
import * as journal from '../../src/store/migrations/0001-journal.ts';
import * as watch from '../../src/store/migrations/0002-watch.ts';
import { schemaVersion, storePath } from '../../src/store/sqlite-file.ts';
import { verify } from '../../src/store/verify.ts';
import { habit } from './learnt-conformance.ts';
import { oldStore } from './old-store.ts';
import { append } from './saves.ts';
import { freshDirectory, openHere } from './support.ts';
import { numbered, numberOf } from './watches.ts';

const id = 'example.org.1';

/** A store as the second schema had it, with a journal and a watch. */
async function makeSecond(directory: string): Promise<void> {
  const store = await oldStore(directory, { '0001-journal': journal, '0002-watch': watch });
  await append(store, id, { lines: 3 });
  await store.saveWatch(numbered(id, 4));
  await store.close();
}

it('opens a store of the second schema, keeping everything, and makes room for habits', async () => {
  const root = freshDirectory();
  const directory = join(root, 'state');
  await makeSecond(directory);
  const store = await openHere(directory, 'a');
  expect([store.epoch, schemaVersion]).toEqual(['old', 5]);
  expect(await verify(store, id)).toEqual({ lines: 3, firstBad: null });
  expect(numberOf(await store.watchRecord(id))).toBe(4);
  await store.saveLearnt([habit('quad9')]);
  await backupSqlite(directory, join(root, 'backup'));
  await store.close();
  const again = await openHere(directory, 'b');
  expect(await again.learnt()).toEqual([habit('quad9')]);
  const elsewhere = join(root, 'new');
  await restoreSqlite(join(root, 'backup'), { directory: elsewhere, epochBytes: 'e1' });
  expect(await (await openHere(elsewhere, 'c')).learnt()).toEqual([habit('quad9')]);
});

it('loses of damaged habits only what is damaged', async () => {
  const directory = freshDirectory();
  const store = await openHere(directory, 'a');
  const rows = ['a', 'b', 'c', 'd'].map(resolver => habit(resolver));
  await store.saveLearnt(rows);
  const outside = new DatabaseSync(storePath(directory));
  outside.exec(`update learnt set floor = 'sixty' where resolver = 'a'`);
  outside.exec(`update learnt set source = 'hearsay' where resolver = 'b'`);
  outside.exec(`update learnt set at = x'00' where resolver = 'c'`);
  outside.close();
  expect(await store.learnt()).toEqual(rows.slice(3));
});
