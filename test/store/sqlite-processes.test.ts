import { expect, it, vi } from 'vitest';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { verify } from '../../src/store/verify.ts';
import { append } from './saves.ts';
import { freshDirectory, openHere, startChild } from './support.ts';

const id = 'example.org.1';

// Each test starts up to eight processes; on a busy machine that takes its time.
vi.setConfig({ testTimeout: 120_000 });

it('loses no line when two processes race on one row', async () => {
  const directory = freshDirectory();
  const children = ['a', 'b'].map(owner => startChild('race', directory, owner, '500'));
  const ends = await Promise.all(children.map(({ ended }) => ended));
  expect(ends).toEqual([
    { by: '0', errors: '' },
    { by: '0', errors: '' },
  ]);
  const store = await openHere(directory, 'parent');
  expect(await verify(store, id)).toEqual({ lines: 1000, firstBad: null });
  const entries = await store.after(0, 2000);
  expect(entries.map(({ n }) => n)).toEqual(entries.map((_, index) => index + 1));
  const ofA = entries.filter(({ text }) => text.includes('"a-0"'));
  expect([entries.length, ofA.length]).toEqual([1000, 500]);
});

it('loses no put when two processes race on one document', async () => {
  const directory = freshDirectory();
  const children = ['a', 'b'].map(owner => startChild('counts', directory, owner, '200'));
  const ends = await Promise.all(children.map(({ ended }) => ended));
  expect(ends).toEqual([
    { by: '0', errors: '' },
    { by: '0', errors: '' },
  ]);
  const store = await openHere(directory, 'parent');
  const counter = await store.documents.get('operation', 'counter');
  expect(counter).toMatchObject({ version: 400, data: 400 });
});

it('lets eight processes open a fresh directory at once', async () => {
  const directory = join(freshDirectory(), 'state');
  const owners = Array.from({ length: 8 }, (_, index) => `p${index}`);
  const children = owners.map(owner => startChild('once', directory, owner));
  const said = await Promise.all(children.map(child => child.next()));
  const ends = await Promise.all(children.map(({ ended }) => ended));
  expect(ends).toEqual(owners.map(() => ({ by: '0', errors: '' })));
  const store = await openHere(directory, 'parent');
  expect(said).toEqual(owners.map(() => `${store.epoch} saved`));
  expect((await store.list()).map(row => row.seq)).toEqual(owners.map(() => 1));
});

it('stores all or nothing when killed after any statement of a save', async () => {
  const directory = freshDirectory();
  const store = await openHere(directory, 'parent');
  await append(store, id);
  const seqs: number[] = [];
  for (let statement = 1, alive = false; !alive; statement += 1) {
    const child = startChild('dieAfter', directory, `c${statement}`, String(statement));
    alive = (await child.next()).startsWith('survived');
    expect((await child.ended).by).toBe(alive ? '0' : 'SIGKILL');
    const { seq } = (await store.load(id))!;
    seqs.push(seq);
    expect(await verify(store, id)).toEqual({ lines: seq, firstBad: null });
    expect(await append(store, id)).toEqual({ is: 'saved', lastN: seq + 1 });
  }
  // begin, row, head, three lines, claims: nothing. commit: all. The last one was not killed.
  expect(seqs).toEqual([1, 2, 3, 4, 5, 6, 7, 11, 15]);
});

it('keeps every acknowledged line when killed at any time', async () => {
  const directory = freshDirectory();
  const store = await openHere(directory, 'parent');
  for (const saves of [1, 4, 9, 17]) {
    const child = startChild('forever', directory, `k${saves}`);
    let acknowledged = 0;
    for (let count = 0; count < saves; count += 1)
      acknowledged = Number((await child.next()).replace('saved ', ''));
    child.process.kill('SIGKILL');
    await child.ended;
    const { lines, firstBad } = await verify(store, id);
    expect(firstBad).toBeNull();
    expect(lines).toBeGreaterThanOrEqual(acknowledged);
    expect(lines % 3).toBe(0);
    expect(await store.after(0, 100_000)).toHaveLength(lines);
  }
});

it('hands over at once after kill -9, and refuses what the dead one might still have sent', async () => {
  const directory = freshDirectory();
  const store = await openHere(directory, 'parent');
  await append(store, id);
  const child = startChild('own', directory, 'child');
  expect(JSON.parse(await child.next())).toEqual({ is: 'owned', owner: 'child', fence: 1 });
  const held = { is: 'held', owner: 'child', pid: child.process.pid, host: 'localhost', since: 1 };
  expect(await store.own(id, 2)).toEqual(held);
  child.process.kill('SIGKILL');
  await child.ended;
  expect(await store.holder(id)).toBeNull();
  expect(await store.own(id, 3)).toEqual({ is: 'owned', owner: 'parent', fence: 2 });
  expect(await append(store, id, { fence: 1 })).toEqual({ is: 'fenced' });
  expect(await append(store, id, { fence: 2 })).toMatchObject({ is: 'saved' });
  expect(existsSync(join(directory, 'owners', 'child'))).toBe(true);
  await openHere(directory, 'next');
  expect(existsSync(join(directory, 'owners', 'child'))).toBe(false);
  expect(existsSync(join(directory, 'owners', 'parent'))).toBe(true);
});

it('leaves a stopped owner what it owns, and finds it the owner when it goes on', async () => {
  const directory = freshDirectory();
  const store = await openHere(directory, 'parent');
  await append(store, id);
  const child = startChild('own', directory, 'child');
  await child.next();
  child.process.kill('SIGSTOP');
  // Whoever comes while it is stopped neither takes over nor sweeps its file away.
  const late = await openHere(directory, 'late');
  expect(await late.own(id, 2)).toMatchObject({ is: 'held', owner: 'child' });
  child.process.kill('SIGCONT');
  expect(await store.holder(id)).toMatchObject({ owner: 'child', pid: child.process.pid });
  expect((await store.load(id))?.fence).toBe(1);
  child.process.kill('SIGKILL');
  await child.ended;
  expect(await late.own(id, 3)).toMatchObject({ is: 'owned', fence: 2 });
});

it('hears what another process stored', async () => {
  const directory = freshDirectory();
  const store = await openHere(directory, 'parent');
  const heard = new Promise<void>(resolve => store.watch(resolve));
  const child = startChild('once', directory, 'child');
  await heard;
  expect(await store.after(0, 10)).toHaveLength(1);
  await child.ended;
});
