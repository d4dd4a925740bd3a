import { describe, expect, it } from 'vitest';
import { type Principal } from '../../src/access/principal.ts';
import { limits } from '../../src/limits.ts';
import { openReader, type Reader } from './reader.ts';
import { openWorld, viewer } from './world.ts';

const one = 'example.org.1';
const lines = ({ heard }: Reader): readonly string[] =>
  heard.filter(({ event }) => event === 'message').map(({ id }) => id);

/** A world with one cutover of three lines, and one reader of it. */
async function begun(wanted: Parameters<typeof openReader>[1] = {}, pace = Infinity) {
  const world = openWorld();
  await world.write(one, 3, 'begin');
  const reader = openReader(world, { cutover: one, ...wanted }, pace);
  await world.finish(reader.connect(world.hub));
  return { world, reader };
}

describe('a reader', () => {
  it('of a thousand costs the store one look for each change', async () => {
    let looks = 0;
    const world = openWorld({
      store: store => ({
        ...store,
        watchRecord: id => {
          looks += 1;
          return store.watchRecord(id);
        },
      }),
    });
    await world.write(one, 3);
    const readers = Array.from({ length: 1000 }, (_, index) =>
      openReader(world, { cutover: one, address: `192.0.2.${index}` }),
    );
    await world.finish(Promise.all(readers.map(async reader => reader.connect(world.hub))));
    expect(looks).toBe(1);
    expect(world.hub.stats().clients).toBe(1000);
    await world.pass(600);
    const before = looks;
    await world.write(one);
    await world.pass(400);
    expect(looks - before).toBe(1);
    expect(new Set(readers.flatMap(lines))).toEqual(new Set(['epoch-4']));
  });

  it('that is far behind gets everything at its own pace', async () => {
    const world = openWorld();
    for (let index = 0; index < 30; index++) await world.write(one, 100, 'x'.repeat(900));
    const reader = openReader(world, { cutover: one }, 200);
    await world.finish(reader.connect(world.hub, 'epoch-0'));
    let most = 0;
    while (reader.lastId() !== 'epoch-3000') {
      await world.pass(100);
      most = Math.max(most, reader.waiting());
    }
    expect(lines(reader)).toHaveLength(3000);
    expect(most).toBeLessThan(limits.streamPaceOctets + 4096);
    expect(world.hub.stats().dropped).toEqual({ slow: 0, stuck: 0 });
  });

  it('that takes nothing is let go after 5 s, with little waiting, and others hear everything', async () => {
    const { world, reader } = await begun();
    const stuck = openReader(world, { cutover: one }, 0);
    await world.finish(stuck.connect(world.hub));
    let most = 0;
    for (let index = 0; stuck.open() === 'open' && index < 100; index++) {
      await world.write(one, 1, 'x'.repeat(2000));
      await world.pass(100);
      most = Math.max(most, stuck.waiting());
    }
    expect(stuck.open()).toBe('aborted');
    expect(world.hub.stats()).toEqual({ clients: 1, dropped: { slow: 0, stuck: 1 } });
    expect(most).toBeLessThan(limits.streamWaitingOctets);
    await world.pass(1000);
    expect(lines(reader).at(-1)).toBe(`epoch-${world.backing.journal.length}`);
  });

  it('that takes less than comes is cut off with 256 KiB waiting, and comes back for the rest', async () => {
    const { world } = await begun();
    const slow = openReader(world, { cutover: one }, 20);
    await world.finish(slow.connect(world.hub));
    let most = 0;
    for (let index = 0; slow.open() === 'open' && index < 200; index++) {
      await world.write(one, 1, 'x'.repeat(60_000));
      await world.pass(100);
      most = Math.max(most, slow.waiting());
    }
    expect(slow.open()).toBe('aborted');
    expect(world.hub.stats().dropped).toEqual({ slow: 1, stuck: 0 });
    expect(most).toBeLessThan(limits.streamWaitingOctets + 2 * 65_536);
    await world.pass(1000);
    await world.finish(slow.connect(world.hub));
    await world.pass(60_000);
    const heard = lines(slow);
    expect(new Set(heard).size).toBe(heard.length);
    expect(heard.at(-1)).toBe(`epoch-${world.backing.journal.length}`);
    expect(heard).toHaveLength(world.backing.journal.length - 3);
  });

  it('has to go when its token is revoked, or has expired, within 5 s', async () => {
    const { world, reader } = await begun();
    const { wall } = world.clock.now();
    const brief: Principal = { ...viewer, id: 't9', token: 't9', expiresAt: wall + 20_000 };
    const short = openReader(world, { cutover: one, principal: brief });
    await world.finish(short.connect(world.hub));
    world.revoked.add('t1');
    await world.pass(5000);
    expect([reader.open(), short.open()]).toEqual(['ended', 'open']);
    expect(reader.heard.at(-1)).toMatchObject({ event: 'goodbye', hasId: false });
    await world.pass(20_000);
    expect(short.open()).toBe('ended');
    await world.write(one);
    await world.pass(5000);
    expect([...lines(reader), ...lines(short)]).toEqual([]);
  });

  it('is given a new connection after about ten minutes, each at another time', async () => {
    const { world } = await begun();
    const readers = Array.from({ length: 20 }, () => openReader(world, { cutover: one }));
    for (const reader of readers) await world.finish(reader.connect(world.hub));
    await world.pass(479_000);
    expect(readers.every(reader => reader.open() === 'open')).toBe(true);
    await world.pass(120_000);
    expect(new Set(readers.map(reader => reader.open()))).toEqual(new Set(['open', 'ended']));
    await world.pass(122_000);
    expect(readers.every(reader => reader.open() === 'ended')).toBe(true);
    const waits = readers.map(reader => reader.retry());
    expect(new Set(waits).size).toBeGreaterThan(15);
    for (const wait of waits) expect(wait).toBeGreaterThanOrEqual(500);
    for (const wait of waits) expect(wait).toBeLessThanOrEqual(5000);
  });

  it('is refused where there are too many of its session, address, or at all', async () => {
    const world = openWorld();
    await world.write(one);
    const session: Principal = { ...viewer, id: 'b1', kind: 'session' };
    const count = async (
      readers: number,
      wanted: (index: number) => Parameters<typeof openReader>[1],
    ) => {
      const list = Array.from({ length: readers }, (_, index) =>
        openReader(world, { cutover: one, ...wanted(index) }),
      );
      await world.finish(Promise.all(list.map(async reader => reader.connect(world.hub))));
      const open = list.filter(reader => reader.open() === 'open');
      return {
        open: open.length,
        why: list.find(reader => reader.refused() !== null)?.refused(),
        list,
      };
    };
    const tabs = await count(11, index => ({ principal: session, address: `a${index}` }));
    expect([tabs.open, tabs.why]).toEqual([10, 'this session has 10 streams already']);
    const link: Principal = { ...session, id: 's1', kind: 'share', cutovers: [one] };
    const shared = await count(11, index => ({ principal: link, address: `s${index}` }));
    expect(shared.open).toBe(10);
    const machine = await count(51, () => ({ address: 'b' }));
    expect([machine.open, machine.why]).toEqual([50, 'b has 50 streams already']);
    // Who left makes room.
    machine.list[0]?.kill();
    await world.pass(100);
    expect((await count(2, () => ({ address: 'b' }))).open).toBe(1);
    const all = await count(10_000, index => ({ address: `c${index}` }));
    expect([all.open, all.why]).toEqual([9930, 'there are 10000 streams already']);
  });
});

describe('the hub', () => {
  it('says goodbye to everybody and takes nobody in any more', async () => {
    const { world, reader } = await begun();
    const stuck = openReader(world, { cutover: one }, 0);
    await world.finish(stuck.connect(world.hub));
    await world.finish(world.hub.stop());
    expect(reader.heard.at(-1)).toMatchObject({ event: 'goodbye' });
    expect([reader.open(), stuck.open()]).toEqual(['ended', 'aborted']);
    expect(world.hub.stats().clients).toBe(0);
    const late = openReader(world, { cutover: one });
    await world.finish(late.connect(world.hub));
    expect(late.refused()).toBe('the server is stopping');
  });

  it('goes on when the store can be read again, without a line lost', async () => {
    let broken = false;
    const world = openWorld({
      store: store => ({
        ...store,
        after: async (n, limit) => {
          if (broken) throw new Error('the disk is gone');
          return store.after(n, limit);
        },
      }),
    });
    await world.write(one);
    const reader = openReader(world, { cutover: one });
    await world.finish(reader.connect(world.hub));
    broken = true;
    await world.write(one, 3);
    await world.pass(10_000);
    expect(lines(reader)).toEqual([]);
    expect(world.faults.length).toBeGreaterThan(3);
    broken = false;
    await world.pass(3000);
    expect(lines(reader)).toEqual(['epoch-2', 'epoch-3', 'epoch-4']);
  });

  it('rests when what somebody lacks cannot be read', async () => {
    const world = openWorld({
      store: store => ({
        ...store,
        after: async (n, limit) => {
          if (limit === limits.hubPage) throw new Error('the disk is gone there');
          return store.after(n, limit);
        },
      }),
    });
    await world.write(one, limits.hubLines + 500);
    const reader = openReader(world, { cutover: one });
    await world.finish(reader.connect(world.hub, 'epoch-0'));
    await world.pass(10_000);
    expect(world.faults.length).toBeGreaterThan(5);
    expect(world.faults.length).toBeLessThan(12);
  });

  it('tells of nothing that is not there, and keeps nothing of it', async () => {
    const world = openWorld();
    const all = openReader(world);
    await world.finish(all.connect(world.hub));
    const reader = openReader(world, { cutover: 'no.such.1' });
    await expect(world.finish(reader.connect(world.hub))).rejects.toThrow('there is no cutover');
    expect(world.hub.stats().clients).toBe(1);
    await world.pass(60_000);
    expect(world.faults).toEqual([]);
  });

  it('leaves no connection open that it cannot serve', async () => {
    const world = openWorld({ epoch: 'a line\nend' });
    await world.write(one);
    const reader = openReader(world, { cutover: one });
    await expect(world.finish(reader.connect(world.hub))).rejects.toThrow(
      'a line end in the field',
    );
    expect([reader.open(), reader.text()]).toEqual(['aborted', 'retry: 2000\n\n']);
    expect(world.hub.stats().clients).toBe(0);
  });

  it('sleeps while nobody reads', async () => {
    const { world, reader } = await begun();
    reader.kill();
    await world.pass(10_000);
    expect(await world.clock.run(() => false, world.clock.truth() + 1e9)).toBe('idle');
  });
});
