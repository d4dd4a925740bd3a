import { describe, expect, it } from 'vitest';
import { type Principal } from '../../src/access/principal.ts';
import { openReader, type Reader } from './reader.ts';
import { openWorld, viewer } from './world.ts';

const one = 'example.org.1';
const two = 'example.net.1';
const events = ({ heard }: Reader): readonly string[] => heard.map(({ event }) => event);
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

describe('a stream', () => {
  it('begins with retry and a snapshot whose id is the last line in it, and goes on in order', async () => {
    const { world, reader } = await begun();
    expect(reader.text().startsWith('retry: 2000\n\nid: epoch-3\nevent: snapshot\ndata: {')).toBe(
      true,
    );
    expect(reader.connections).toEqual([{ from: 'epoch-3', cursor: null }]);
    expect(reader.heard[0]?.data).toMatchObject({ epoch: 'epoch', cutover: one, seq: 3 });
    await world.write(two, 2);
    await world.write(one, 2);
    await world.pass(2000);
    expect(lines(reader)).toEqual(['epoch-6', 'epoch-7']);
    // A line has no name, so that onmessage hears it.
    expect(reader.text()).toContain('id: epoch-6\ndata: {"id":"epoch-6","seq":4,');
    expect(events(reader).slice(1, 4)).toEqual(['message', 'message', 'status']);
    expect(
      reader.heard.filter(({ event }) => event === 'status').every(({ hasId }) => !hasId),
    ).toBe(true);
  });

  it('beats every 15 s and has a bookmark every 30 s, of a head that it may not hear of', async () => {
    const { world, reader } = await begun();
    await world.write(two, 4);
    await world.pass(61_000);
    expect(events(reader).filter(event => event === 'beat')).toHaveLength(4);
    expect(reader.heard.filter(({ event }) => event === 'bookmark').map(({ id }) => id)).toEqual([
      'epoch-7',
      'epoch-7',
    ]);
    expect(lines(reader)).toEqual([]);
  });

  it('goes on exactly where it was left, and says how it stands afterwards', async () => {
    const { world, reader } = await begun();
    await world.write(one, 1, 'heard');
    await world.pass(1000);
    reader.kill();
    await world.write(one, 3, 'missed');
    await world.pass(1000);
    await world.finish(reader.connect(world.hub));
    await world.pass(1000);
    expect(reader.connections[1]).toEqual({ from: 'epoch-4', cursor: 'epoch-4' });
    expect(lines(reader)).toEqual(['epoch-4', 'epoch-5', 'epoch-6', 'epoch-7']);
    const again = reader.heard.filter(({ connection }) => connection === 1);
    expect(again.map(({ event }) => event)).toEqual([
      ...['message', 'message', 'message', 'status', 'propagation'],
    ]);
  });

  it.each([
    ...[
      'garbage',
      '',
      'epoch',
      'epoch-',
      'epoch--1',
      'epoch-1.5',
      'epoch-01',
      'epoch-1e1',
      'epoch-+1',
    ],
    ...[
      'other-2',
      'epoch-4',
      `epoch-${'9'.repeat(400)}`,
      `epoch-${2 ** 53}`,
      'x'.repeat(1_000_000),
    ],
    ...['epoch-1\r\ndata: injected', 'EPOCH-1', 'epoch-1 ', 'epoch-１'],
  ])('answers a cursor that it does not know with reset and a snapshot: %.30s', async cursor => {
    const world = openWorld();
    await world.write(one, 3);
    const reader = openReader(world, { cutover: one });
    await world.finish(reader.connect(world.hub, cursor));
    expect(events(reader)).toEqual(['reset', 'snapshot']);
    expect(reader.connections[0]?.from).toBe('epoch-3');
    expect(reader.text()).not.toContain('injected');
  });

  it('knows what another process stored a moment ago', async () => {
    const world = openWorld();
    await world.write(one, 3);
    const other = world.another('other');
    const reader = openReader(world, { cutover: one });
    await world.finish(reader.connect(world.hub));
    await world.write(one, 2);
    await world.finish(reader.connect(other, 'epoch-5'));
    expect(reader.connections[1]?.from).toBe('epoch-5');
  });

  it('hears of lines of the types that it names only', async () => {
    const { world, reader } = await begun({ types: ['paused'] });
    await world.write(one, 4);
    await world.pass(31_000);
    expect(
      reader.heard.filter(({ event }) => event === 'message').map(({ data }) => data),
    ).toMatchObject([
      { type: 'paused', seq: 5 },
      { type: 'paused', seq: 7 },
    ]);
    expect(reader.lastId()).toBe('epoch-7');
  });

  it('has no line end, NUL or field that somebody typed', async () => {
    const { world, reader } = await begun();
    const evil = 'a\r\n\r\nevent: goodbye\ndata: {}\n\n\0id: epoch-999\u2028\u2029\ud800';
    await world.write(one, 1, evil);
    await world.pass(1000);
    expect(events(reader)).not.toContain('goodbye');
    const [heard] = reader.heard.filter(({ event }) => event === 'message');
    expect(heard).toMatchObject({ id: 'epoch-4', data: { data: { reason: evil } } });
    expect(reader.text()).not.toMatch(/[\r\0]/);
  });

  it('is coalesced: however much happens, how it stands is said twice a second at most', async () => {
    const { world, reader } = await begun();
    const from = world.clock.truth();
    for (let index = 0; index < 100; index++) {
      await world.write(one);
      await world.pass(100);
    }
    const passed = (world.clock.truth() - from) / 1000;
    expect(lines(reader)).toHaveLength(100);
    const said = events(reader).filter(event => event === 'status').length;
    expect(said).toBeGreaterThan(passed);
    expect(said).toBeLessThanOrEqual(passed * 2 + 1);
  });

  it('of all cutovers has their rows, and only of those that may be seen', async () => {
    const world = openWorld();
    await world.write(one);
    await world.write(two);
    const all = openReader(world);
    const scoped: Principal = { ...viewer, id: 't2', token: 't2', cutovers: [two] };
    const few = openReader(world, { principal: scoped });
    await world.finish(all.connect(world.hub));
    await world.finish(few.connect(world.hub));
    await world.write(one);
    await world.write('example.com.1');
    await world.pass(2000);
    expect(few.heard[0]?.data).toMatchObject({ cutovers: [{ id: two }] });
    expect(few.text()).not.toContain(one);
    expect(few.text()).not.toContain('example.com.1');
    expect(lines(all)).toEqual(['epoch-3', 'epoch-4']);
    const rows = all.heard.flatMap(({ event, data }) =>
      event === 'brief' ? [(data as { brief: { id: string } }).brief.id] : [],
    );
    expect(new Set(rows)).toEqual(new Set([one, 'example.com.1']));
  });

  it('of all cutovers begins with a line that its rows include, and goes on behind it', async () => {
    const world = openWorld();
    await world.write(one);
    const first = openReader(world);
    await world.finish(first.connect(world.hub));
    await world.pass(1000);
    await world.write(one);
    await world.write(two);
    // Its rows are those of before: nobody has looked again.
    const second = openReader(world);
    await world.finish(second.connect(world.hub));
    expect(second.heard[0]).toMatchObject({ id: 'epoch-1', data: { cutovers: [{ seq: 1 }] } });
    await world.pass(2000);
    expect([lines(first), lines(second)]).toEqual([
      ['epoch-2', 'epoch-3'],
      ['epoch-2', 'epoch-3'],
    ]);
  });

  it('by a share link tells nothing of tokens, machines and providers', async () => {
    const link: Principal = { ...viewer, id: 's1', kind: 'share', token: null, cutovers: [one] };
    const { world, reader } = await begun({ principal: link });
    await world.write(one, 1, 'at 10.1.2.3 on db.corp');
    await world.pass(2000);
    expect(lines(reader)).toEqual(['epoch-4']);
    for (const secret of ['anna', 'ops1', 'onprem', '10.1.2.3', 'db.corp', 'dns-cutover '])
      expect(reader.text()).not.toContain(secret);
  });
});
