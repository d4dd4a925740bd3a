import { describe, expect, it } from 'vitest';
import { limits } from '../../src/limits.ts';
import { type Learnt } from '../../src/propagation/learnt.ts';
import { type Ground } from './conformance.ts';

export const habit = (resolver: string, given: Partial<Learnt> = {}): Learnt => ({
  ...{ resolver, address: '192.0.2.1', floor: 300, ceiling: null, caches: 2, at: 1000 },
  from: 'canary',
  ...given,
});

/** What every Store promises of the habits of resolvers. */
export function learntConformance(name: string, open: () => Promise<Ground>): void {
  describe(`${name} keeps habits of resolvers`, () => {
    it('in order, for every process, one for each resolver, address and source', async () => {
      const ground = await open();
      const [a, b] = [await ground.start('a'), await ground.start('b')];
      expect(await a.learnt()).toEqual([]);
      const met = habit('quad9', { from: 'watch', floor: null, ceiling: 86_400, caches: null });
      const elsewhere = habit('quad9', { address: '192.0.2.2' });
      await a.saveLearnt([met, habit('quad9'), habit('adguard')]);
      await b.saveLearnt([elsewhere]);
      await b.saveLearnt([]);
      const kept = [habit('adguard'), habit('quad9'), met, elsewhere];
      expect(await a.learnt()).toEqual(kept);
      expect(await b.learnt()).toEqual(kept);
    });

    it('the later of two, whichever was saved last, and of one moment the last', async () => {
      const store = await (await open()).start('a');
      const later = habit('quad9', { at: 5000, floor: null, given: 60 });
      await store.saveLearnt([later]);
      await store.saveLearnt([habit('quad9', { at: 4999 })]);
      expect(await store.learnt()).toEqual([later]);
      const again = habit('quad9', { at: 5000, floor: 60 });
      await store.saveLearnt([later, again]);
      expect(await store.learnt()).toEqual([again]);
    });

    it('for a year', async () => {
      const store = await (await open()).start('a');
      await store.saveLearnt([habit('old', { at: 0 }), habit('young', { at: 1 })]);
      const now = habit('now', { at: limits.learntKeptMs + 1 });
      await store.saveLearnt([now]);
      expect(await store.learnt()).toEqual([now, habit('young', { at: 1 })]);
    });
  });
}
