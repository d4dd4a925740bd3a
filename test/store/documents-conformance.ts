import { describe, expect, it } from 'vitest';
import { limits } from '../../src/limits.ts';
import { type Store } from '../../src/store/store.ts';
import { type Ground } from './conformance.ts';
import { documentOf, raise } from './documents.ts';

/** What every Store promises of documents. */
export function documentsConformance(name: string, open: () => Promise<Ground>): void {
  const one = async (): Promise<Store> => (await open()).start('a');

  describe(`${name} keeps documents`, () => {
    it('for every process, each with the version that the last write gave it', async () => {
      const ground = await open();
      const [a, b] = [(await ground.start('a')).documents, (await ground.start('b')).documents];
      expect(await a.get('token', 't1')).toBeNull();
      const data = { list: [1, null, 'ü \u2028 \u0000'], nested: { yes: true } };
      expect(await a.put(documentOf('t1', { data, expiresAt: 5 }))).toBe(true);
      expect(await b.get('token', 't1')).toEqual(
        documentOf('t1', { data, expiresAt: 5, version: 1 }),
      );
      expect(await b.put(documentOf('t1', { version: 1, data: 'new' }))).toBe(true);
      expect(await a.get('token', 't1')).toEqual(documentOf('t1', { version: 2, data: 'new' }));
      expect(await a.get('share', 't1')).toBeNull();
      expect(await a.remove('token', 't1')).toBe(true);
      expect(await b.remove('token', 't1')).toBe(false);
      expect(await b.get('token', 't1')).toBeNull();
      expect(await b.put(documentOf('t1', { version: 2 }))).toBe(false);
    });

    it('as they were when they were handed over', async () => {
      const { documents } = await one();
      const data = { name: 'before' };
      await documents.put(documentOf('t1', { data }));
      data.name = 'after';
      const read = await documents.get('token', 't1');
      expect(read?.data).toEqual({ name: 'before' });
      Object.assign(read?.data ?? {}, { name: 'after' });
      expect((await documents.get('token', 't1'))?.data).toEqual({ name: 'before' });
    });

    it('and stores none over another version, nor one that is there', async () => {
      const { documents } = await one();
      expect(await documents.put(documentOf('t1', { version: 1 }))).toBe(false);
      await documents.put(documentOf('t1'));
      for (const version of [0, 2, 3])
        expect(await documents.put(documentOf('t1', { version, data: 'other' }))).toBe(false);
      expect(await documents.get('token', 't1')).toEqual(documentOf('t1', { version: 1 }));
    });

    it('and lists them by id, in pages, by what their ids begin with', async () => {
      const { documents } = await one();
      for (const id of ['b/2', 'a/~~', 'b/10', 'a/1', 'B/1', 'b/1'])
        await documents.put(documentOf(id));
      await documents.put(documentOf('b/0', { kind: 'share' }));
      const ids = async (of: Parameters<typeof documents.list>[1]): Promise<string[]> =>
        (await documents.list('token', of)).map(({ id }) => id);
      const all = ['B/1', 'a/1', 'a/~~', 'b/1', 'b/10', 'b/2'];
      expect(await ids({ limit: 10 })).toEqual(all);
      expect(await ids({ limit: 2, after: 'a/1' })).toEqual(all.slice(2, 4));
      expect(await ids({ limit: 10, prefix: 'a/' })).toEqual(all.slice(1, 3));
      expect(await ids({ limit: 10, prefix: 'b/1', after: 'b/1' })).toEqual(['b/10']);
      expect(await ids({ limit: 10, prefix: 'c' })).toEqual([]);
    });

    it('until they have expired, and those without an end for ever', async () => {
      const { documents } = await one();
      await documents.put(documentOf('ever'));
      await documents.put(documentOf('early', { expiresAt: 999 }));
      await documents.put(documentOf('late', { expiresAt: 1000, kind: 'session' }));
      expect(await documents.sweep(1000)).toBe(1);
      expect(await documents.get('token', 'early')).toBeNull();
      expect(await documents.get('session', 'late')).not.toBeNull();
      expect(await documents.sweep(1001)).toBe(1);
      expect(await documents.sweep(Number.MAX_SAFE_INTEGER)).toBe(0);
      expect(await documents.get('token', 'ever')).not.toBeNull();
    });

    it('of bounded size, under ids of bounded length in visible ASCII', async () => {
      const { documents } = await one();
      const longest = 'x'.repeat(limits.documentIdCharacters);
      const largest = 'x'.repeat(limits.documentOctets - 2);
      expect(await documents.put(documentOf(longest, { data: largest }))).toBe(true);
      const refused = [`${longest}x`, '', 'a b', 'é', 'a\n'].map(id => documentOf(id));
      const large = documentOf('t2', { data: `${largest}x` });
      const numbers = [{ version: -1 }, { version: 0.5 }, { expiresAt: NaN }];
      const odd = numbers.map(given => documentOf('t3', given));
      for (const document of [...refused, large, ...odd, documentOf('t4', { data: undefined })])
        await expect(documents.put(document)).rejects.toMatchObject({ code: 'BUG' });
    });

    it('and of many who write one at once each is counted', async () => {
      const ground = await open();
      const stores = [await ground.start('a'), await ground.start('b')];
      await Promise.all([...stores, ...stores, ...stores].map(raise));
      expect(await stores[0]?.documents.get('operation', 'counter')).toEqual(
        documentOf('counter', { kind: 'operation', version: 6, data: 6 }),
      );
    });
  });
}
