import { describe, expect, it } from 'vitest';
import { limits } from '../../src/limits.ts';
import { type Store } from '../../src/store/store.ts';
import { verify, verifyAll } from '../../src/store/verify.ts';
import { append, saveOf, stateOf } from './saves.ts';
import { flushOf } from './watches.ts';

/** One empty store that several processes open. Everything is ended by the implementation. */
export interface Ground {
  start(owner: string): Promise<Store>;
  /** The process of this owner dies; what it owned it owns no more. */
  kill(owner: string): Promise<void>;
}

/** What every Store promises. */
export function storeConformance(name: string, open: () => Promise<Ground>): void {
  const one = async (): Promise<Store> => (await open()).start('a');

  describe(`${name} keeps rows and lines`, () => {
    it('creates a cutover and reads back what was stored', async () => {
      const store = await one();
      expect(await store.load('example.org.1')).toBeNull();
      expect(await store.list()).toEqual([]);
      const save = await saveOf(store, 'example.org.1', { lines: 3 });
      expect(await store.save(save)).toEqual({ is: 'saved', lastN: 3 });
      expect(await store.load('example.org.1')).toEqual({
        ...{ id: 'example.org.1', domain: 'example.org', open: true, seq: 3, fold: 1 },
        ...{ hash: save.lines[2]?.hash, state: save.state, owner: null, fence: 0 },
      });
      const entries = save.lines.map((line, index) => ({ ...line, n: index + 1 }));
      expect(await store.lines('example.org.1', 0, 10)).toEqual(entries);
      expect(await store.after(0, 10)).toEqual(entries);
    });

    it('lists every cutover by id', async () => {
      const store = await one();
      for (const id of ['b.example.1', 'a.example.2', 'a.example.1']) await append(store, id);
      const ids = (await store.list()).map(row => row.id);
      expect(ids).toEqual(['a.example.1', 'a.example.2', 'b.example.1']);
      const page = async (after: string, limit: number) =>
        (await store.list({ after, limit })).map(row => row.id);
      expect(await page('', 2)).toEqual(ids.slice(0, 2));
      expect(await page('a.example.1', 2)).toEqual(ids.slice(1));
      expect(await page('a.example.10', 2)).toEqual(ids.slice(1));
      expect(await page('b.example.1', 2)).toEqual([]);
    });

    it('pages lines of one cutover and of all', async () => {
      const store = await one();
      await append(store, 'a.example.1', { lines: 3 });
      await append(store, 'b.example.1', { lines: 2 });
      await append(store, 'a.example.1', { lines: 2 });
      const lines = await store.lines('a.example.1', 2, 2);
      expect(lines.map(({ n, seq }) => [n, seq])).toEqual([
        [3, 3],
        [6, 4],
      ]);
      expect((await store.after(3, 2)).map(({ n }) => n)).toEqual([4, 5]);
      expect(await store.after(7, 5)).toEqual([]);
      expect(await store.lines('none.example.1', 0, 5)).toEqual([]);
    });

    it('keeps text that needs care, byte for byte', async () => {
      const store = await one();
      const mark = 'ü \u2028 \\ "quoted" \u0000 \u{1F4EE}';
      const save = await saveOf(store, 'example.org.1', { mark });
      await store.save(save);
      expect((await store.lines('example.org.1', 0, 1))[0]?.text).toBe(save.lines[0]?.text);
      expect(await verify(store, 'example.org.1')).toEqual({ lines: 1, firstBad: null });
    });

    it('stores a state that was folded anew without a line, and keeps the chain', async () => {
      const store = await one();
      await append(store, 'example.org.1', { lines: 2 });
      const before = await store.load('example.org.1');
      const refolded = await saveOf(store, 'example.org.1', { lines: 0 });
      const state = stateOf('example.org', 'anew');
      expect(await store.save({ ...refolded, fold: 2, state })).toEqual({ is: 'saved', lastN: 2 });
      expect(await store.load('example.org.1')).toEqual({ ...before, fold: 2, state });
    });
  });

  describe(`${name} refuses`, () => {
    it('a lost update, storing nothing', async () => {
      const store = await one();
      await append(store, 'example.org.1');
      const [first, second] = [
        await saveOf(store, 'example.org.1', { mark: 'first' }),
        await saveOf(store, 'example.org.1', { mark: 'second' }),
      ];
      expect(await store.save(first)).toEqual({ is: 'saved', lastN: 2 });
      expect(await store.save(second)).toEqual({ is: 'stale' });
      expect((await store.load('example.org.1'))?.state).toEqual(first.state);
      expect(await store.after(0, 10)).toHaveLength(2);
    });

    it('to create what exists, and to continue what does not', async () => {
      const store = await one();
      const creation = await saveOf(store, 'example.org.1');
      await store.save(creation);
      expect(await store.save(creation)).toEqual({ is: 'stale' });
      const next = await saveOf(store, 'example.org.1');
      const other = next.lines.map(line => ({ ...line, cutover: 'example.net.1' }));
      const orphan = { ...next, id: 'example.net.1', lines: other };
      expect(await store.save(orphan)).toEqual({ is: 'stale' });
      expect(await store.list()).toHaveLength(1);
    });

    it('the saves of an older fence', async () => {
      const ground = await open();
      const [a, b] = [await ground.start('a'), await ground.start('b')];
      await append(a, 'example.org.1');
      const old = await a.own('example.org.1', 1);
      expect(old).toEqual({ is: 'owned', owner: 'a', fence: 1 });
      expect(await append(a, 'example.org.1', { fence: 1 })).toMatchObject({ is: 'saved' });
      await a.release('example.org.1');
      expect(await b.own('example.org.1', 2)).toEqual({ is: 'owned', owner: 'b', fence: 2 });
      expect(await append(a, 'example.org.1', { fence: 1 })).toEqual({ is: 'fenced' });
      // Acts of persons carry no fence and are accepted whoever owns it.
      expect(await append(a, 'example.org.1')).toMatchObject({ is: 'saved' });
      expect(await append(b, 'example.org.1', { fence: 2 })).toMatchObject({ is: 'saved' });
      expect(await a.after(0, 10)).toHaveLength(4);
    });

    it('a second open cutover of an RRset until the first has ended', async () => {
      const store = await one();
      const [mx, txt] = ['example.org. MX', 'example.org. TXT'];
      await append(store, 'example.org.1', { keys: [mx] });
      const taken = { is: 'taken', key: mx, by: 'example.org.1' };
      expect(await append(store, 'example.org.2', { keys: [txt, mx] })).toEqual(taken);
      expect(await store.load('example.org.2')).toBeNull();
      // Nothing of the refused one is left behind.
      expect(await append(store, 'example.org.3', { keys: [txt] })).toMatchObject({ lastN: 2 });
      await append(store, 'example.org.1', { keys: [mx], open: false });
      expect(await append(store, 'example.org.2', { keys: [mx] })).toMatchObject({ lastN: 4 });
      expect(await append(store, 'example.org.1', { keys: [mx] })).toMatchObject({
        is: 'taken',
        by: 'example.org.2',
      });
      expect((await store.load('example.org.1'))?.open).toBe(false);
    });

    it('lines that do not continue the row', async () => {
      const store = await one();
      await append(store, 'example.org.1');
      const gap = await saveOf(store, 'example.org.1', { lines: 2 });
      const save = { ...gap, lines: gap.lines.slice(1) };
      await expect(store.save(save)).rejects.toMatchObject({ code: 'BUG' });
      const nothing = await saveOf(store, 'example.net.1', { lines: 0 });
      await expect(store.save(nothing)).rejects.toMatchObject({ code: 'BUG' });
      const long = await saveOf(store, 'example.org.1', { mark: 'x'.repeat(limits.lineOctets) });
      await expect(store.save(long)).rejects.toMatchObject({ code: 'REFUSED' });
      expect(await store.after(0, 10)).toHaveLength(1);
    });
  });

  it(`${name} numbers lines without a gap when cutovers interleave`, async () => {
    const ground = await open();
    const stores = [await ground.start('a'), await ground.start('b')] as const;
    const work = async (index: number): Promise<void> => {
      const store = stores[index % 2]!;
      for (let saved = 0; saved < 5;) {
        const result = await append(store, `d${index % 5}.example.1`, { lines: (index % 3) + 1 });
        if (result.is === 'saved') saved += 1;
      }
    };
    await Promise.all(Array.from({ length: 10 }, (_, index) => work(index)));
    const entries = await stores[0].after(0, 1000);
    expect(entries.map(({ n }) => n)).toEqual(entries.map((_, index) => index + 1));
    expect(entries).toHaveLength(5 * (4 * 1 + 3 * 2 + 3 * 3));
    const verified = [...(await verifyAll(stores[1])).values()];
    expect(verified.map(({ firstBad }) => firstBad)).toEqual([null, null, null, null, null]);
  });

  ownersConform(name, open);
  feedConforms(name, open);
}

function ownersConform(name: string, open: () => Promise<Ground>): void {
  describe(`${name} knows owners`, () => {
    it('admits one, names it to others, and lets it go on', async () => {
      const ground = await open();
      const [a, b] = [await ground.start('a'), await ground.start('b')];
      await append(a, 'example.org.1');
      expect(await a.holder('example.org.1')).toBeNull();
      const owned = await a.own('example.org.1', 1_700_000_000_000);
      expect(await a.own('example.org.1', 1_700_000_000_001)).toEqual(owned);
      const held = { is: 'held', owner: 'a', since: 1_700_000_000_000 };
      expect(await b.own('example.org.1', 5)).toMatchObject(held);
      expect(await b.holder('example.org.1')).toMatchObject(held);
      expect(await a.holder('example.org.1')).toMatchObject(held);
      // Only the owner gives it back.
      await b.release('example.org.1');
      expect(await b.holder('example.org.1')).toMatchObject(held);
      await a.release('example.org.1');
      expect(await b.holder('example.org.1')).toBeNull();
      expect((await b.load('example.org.1'))?.owner).toBeNull();
      expect(await a.own('example.org.1', 9)).toMatchObject({ is: 'owned', fence: 2 });
    });

    it('lets another take over from a dead one at once', async () => {
      const ground = await open();
      const [a, b] = [await ground.start('a'), await ground.start('b')];
      await append(a, 'example.org.1');
      await a.own('example.org.1', 1);
      await ground.kill('a');
      expect(await b.holder('example.org.1')).toBeNull();
      expect(await b.own('example.org.1', 2)).toEqual({ is: 'owned', owner: 'b', fence: 2 });
      expect(await append(b, 'example.org.1', { fence: 1 })).toEqual({ is: 'fenced' });
    });

    it('refuses to own what does not exist', async () => {
      const store = await one(open);
      await expect(store.own('none.example.1', 1)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      expect(await store.holder('none.example.1')).toBeNull();
      await expect(store.release('none.example.1')).resolves.toBeUndefined();
    });
  });
}

const one = async (open: () => Promise<Ground>): Promise<Store> => (await open()).start('a');

function feedConforms(name: string, open: () => Promise<Ground>): void {
  describe(`${name} tells that lines were stored`, () => {
    it('after every save of any process, with the lines there to be read', async () => {
      const ground = await open();
      const [a, b] = [await ground.start('a'), await ground.start('b')];
      for (const watching of [a, b]) {
        const before = (await a.after(0, 100)).length;
        const heard = new Promise<number>(resolve => {
          const stop = watching.watch(() => {
            stop();
            void watching.after(before, 100).then(lines => {
              resolve(lines.length);
            });
          });
        });
        await append(a, 'example.org.1');
        expect(await heard).toBe(1);
      }
    });

    it('never from inside a save, and not once it was stopped', async () => {
      const store = await one(open);
      const calls: string[] = [];
      let inside = false;
      const stop = store.watch(() => calls.push(inside ? 'inside' : 'outside'));
      const stopped = store.watch(() => calls.push('stopped'));
      stopped();
      stopped();
      const save = await saveOf(store, 'example.org.1');
      inside = true;
      const saving = store.save(save);
      inside = false;
      await saving;
      await new Promise(resolve => setImmediate(resolve));
      expect(calls).toEqual(['outside']);
      stop();
      await append(store, 'example.org.1');
      await new Promise(resolve => setImmediate(resolve));
      expect(calls).toEqual(['outside']);
    });

    it('not for a save that was refused', async () => {
      const store = await one(open);
      const save = await saveOf(store, 'example.org.1');
      await store.save(save);
      let calls = 0;
      store.watch(() => (calls += 1));
      await store.save(save);
      await new Promise(resolve => setImmediate(resolve));
      expect(calls).toBe(0);
    });
  });

  it(`${name} refuses everything once it is closed`, async () => {
    const store = await one(open);
    await append(store, 'example.org.1');
    const save = await saveOf(store, 'example.org.1');
    await store.close();
    const asked = [
      () => store.load('example.org.1'),
      () => store.list(),
      () => store.save(save),
      () => store.lines('example.org.1', 0, 1),
      () => store.after(0, 1),
      () => store.saveWatch(flushOf('example.org.1')),
      () => store.watchRecord('example.org.1'),
      () => store.saveLearnt([]),
      () => store.learnt(),
      () => store.own('example.org.1', 1),
      () => store.holder('example.org.1'),
      () => store.release('example.org.1'),
    ];
    for (const ask of asked) await expect(ask()).rejects.toMatchObject({ code: 'STORE' });
    expect(() => store.watch(() => undefined)).toThrow('closed');
    await expect(store.close()).resolves.toBeUndefined();
  });
}
