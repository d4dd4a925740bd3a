import { describe, expect, it } from 'vitest';
import { parseName } from '../../src/dns/name.ts';
import { unheard } from '../../src/propagation/fitness.ts';
import { type Hearing } from '../../src/propagation/hearing.ts';
import { type Store } from '../../src/store/store.ts';
import { verify } from '../../src/store/verify.ts';
import { type Ground } from './conformance.ts';
import { append } from './saves.ts';
import { flushOf, minuteAt, mx, numbered, numberOf, watchedOf } from './watches.ts';

const id = 'example.org.1';
const org = parseName('example.org');
const nothing = { steady: null, watched: [], minutes: [] };

/** What every Store promises of the watch of a cutover. */
export function watchConformance(name: string, open: () => Promise<Ground>): void {
  const one = async (): Promise<Store> => {
    const store = await (await open()).start('a');
    await append(store, id);
    return store;
  };

  describe(`${name} keeps what was seen of resolvers`, () => {
    it('as it was given, and nothing before it was', async () => {
      const store = await one();
      expect(await store.watchRecord(id)).toEqual(nothing);
      const steady = { boot: 'b', offset: -3.5 };
      const [watched, minute] = [[watchedOf('r1'), watchedOf('r2')], minuteAt(61_000)];
      await store.saveWatch({ id, steady, watched, minute });
      expect(await store.watchRecord(id)).toEqual({ steady, watched, minutes: [minute] });
      // The clock alone is something, too.
      await store.saveWatch(flushOf(id, { steady: { boot: 'c', offset: 7 } }));
      const later = { steady: { boot: 'c', offset: 7 }, watched, minutes: [minute] };
      expect(await store.watchRecord(id)).toEqual(later);
    });

    it('each in the place of what was kept of it, by RRset and resolver', async () => {
      const store = await one();
      const txt = 'example.org. TXT';
      const [first, second] = [watchedOf('r1'), watchedOf('r2')];
      const other = watchedOf('r1', { key: txt });
      await store.saveWatch(flushOf(id, { watched: [first, second, other] }));
      const again = watchedOf('r1', { mark: 'again' });
      await store.saveWatch(flushOf(id, { watched: [again] }));
      expect((await store.watchRecord(id)).watched).toEqual([again, second, other]);
      // Of two of the same place in one flush the last one stays.
      await store.saveWatch(flushOf(id, { watched: [first, watchedOf('r1', { mark: 'last' })] }));
      const marks = (await store.watchRecord(id)).watched.map(({ resolver }) => resolver.name);
      expect(marks).toEqual(['last', 'x', 'x']);
    });

    it('one state of the world for each RRset and minute, the last, in the order of time', async () => {
      const store = await one();
      const key = 'mail.example.org. A';
      const given = [
        ...[minuteAt(180_000), minuteAt(60_000), minuteAt(119_999, { asked: 2 })],
        ...[minuteAt(60_000, { key }), minuteAt(120_000), minuteAt(9_000_000, { key })],
      ];
      for (const minute of given) await store.saveWatch(flushOf(id, { minute }));
      const kept = (await store.watchRecord(id)).minutes;
      const [third, , late, other, second, last] = given;
      expect(kept).toEqual([other, late, second, third, last]);
    });

    it('of every cutover apart', async () => {
      const store = await one();
      await append(store, 'example.org.2');
      const flush = flushOf('example.org.2', { watched: [watchedOf('r1')], minute: minuteAt(0) });
      await store.saveWatch(flush);
      expect(await store.watchRecord(id)).toEqual(nothing);
      await store.saveWatch(flushOf(id, { watched: [watchedOf('r1', { mark: 'mine' })] }));
      const { watched, minutes } = await store.watchRecord('example.org.2');
      expect([watched, minutes]).toEqual([flush.watched, [flush.minute]]);
      expect(await store.watchRecord('none.example.1')).toEqual(nothing);
    });

    it('text that needs care, byte for byte', async () => {
      const store = await one();
      const mark = 'ü \u2028 \\ "quoted" \' %s :id \u0000 \ud800 \u{1F4EE}';
      const watched = [mark, ':id', '', 'r1'].map(text =>
        watchedOf(text, { key: `${mark} MX`, mark }),
      );
      const minute = minuteAt(0, { key: mark });
      const steady = { boot: mark, offset: 0 };
      await store.saveWatch({ id, steady, watched, minute });
      const order = ['', ':id', 'r1', mark];
      expect(await store.watchRecord(id)).toEqual({
        steady,
        watched: order.map(text => watched.find(({ resolver }) => resolver.id === text)),
        minutes: [minute],
      });
    });

    it('whom to believe, until something else is given', async () => {
      const store = await one();
      const hearing: Hearing = {
        ...{ resolver: 'r1', operator: 'r1', weight: 1, at: 5, trouble: null },
        ...{ address: '192.0.2.53', exposure: 'open' },
        ...{ invents: false, member: 'ams1', denial: { name: org, at: 5, ttl: 3, full: 9 } },
      };
      const fitness = { ...unheard, zone: org, probedAt: 4, hearings: [hearing] };
      await store.saveWatch(flushOf(id, { fitness }));
      await store.saveWatch(flushOf(id, {}));
      expect((await store.watchRecord(id)).fitness).toEqual(fitness);
      await store.saveWatch(flushOf(id, { fitness: unheard }));
      expect((await store.watchRecord(id)).fitness).toEqual(unheard);
    });

    it('of an ended cutover, too', async () => {
      const store = await one();
      await append(store, id, { open: false });
      await store.saveWatch(numbered(id, 3));
      expect(numberOf(await store.watchRecord(id))).toBe(3);
    });
  });

  describe(`${name} keeps them beside the journal`, () => {
    it('without a line, a change of the row or a call of who watches', async () => {
      const store = await one();
      const before = await store.load(id);
      let calls = 0;
      store.watch(() => (calls += 1));
      await store.saveWatch(numbered(id, 1));
      await store.saveWatch(numbered(id, 2));
      await new Promise(resolve => setImmediate(resolve));
      expect(calls).toBe(0);
      expect(await store.load(id)).toEqual(before);
      expect(await store.after(0, 10)).toHaveLength(1);
      expect(await append(store, id)).toEqual({ is: 'saved', lastN: 2 });
      expect(await verify(store, id)).toEqual({ lines: 2, firstBad: null });
    });

    it('for every process, and longer than the one that saw it', async () => {
      const ground = await open();
      const [a, b] = [await ground.start('a'), await ground.start('b')];
      await append(a, id);
      await a.saveWatch(numbered(id, 1));
      expect(numberOf(await b.watchRecord(id))).toBe(1);
      await ground.kill('a');
      await b.saveWatch(flushOf(id, { watched: [watchedOf('r40')] }));
      const c = await ground.start('c');
      const { watched } = await c.watchRecord(id);
      expect([watched.length, watched.at(-1)?.key]).toEqual([41, mx]);
    });

    it('and refuses what belongs to no cutover, keeping nothing', async () => {
      const store = await one();
      const refused = store.saveWatch(numbered('example.org.2', 1));
      await expect(refused).rejects.toMatchObject({ code: 'NOT_FOUND', where: 'example.org.2' });
      await append(store, 'example.org.2');
      expect(await store.watchRecord('example.org.2')).toEqual(nothing);
    });

    it('flush by flush when several are under way with saves', async () => {
      const ground = await open();
      const [a, b] = [await ground.start('a'), await ground.start('b')];
      await append(a, id);
      const flushes = Array.from({ length: 8 }, (_, index) =>
        (index % 2 ? a : b).saveWatch(numbered(id, index)),
      );
      await Promise.all([...flushes, append(a, 'example.org.2'), append(b, 'example.org.3')]);
      expect(numberOf(await a.watchRecord(id))).not.toBeNull();
      expect(await a.after(0, 10)).toHaveLength(3);
    });
  });
}
