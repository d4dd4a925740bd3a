import { describe, expect, it } from 'vitest';
import { type Sink } from '../../src/hub/hub.ts';
import { checkers } from './checkers.ts';
import { play, type Between } from './chaos.ts';
import { openReader } from './reader.ts';
import { openWorld } from './world.ts';

const seeds = Array.from(
  { length: Number(process.env['WATCH_SEEDS'] ?? 10) },
  (_, index) => index + 1,
);

it('keeps what etcd promises of a watch, whatever happens to readers and servers', async () => {
  const counts: Record<string, number> = {};
  let heard = 0;
  for (const seed of seeds) {
    const played = await play(seed);
    expect(played.violations, `seed ${seed}`).toEqual([]);
    heard += played.heard;
    for (const [name, count] of Object.entries(played.counts))
      counts[name] = (counts[name] ?? 0) + count;
  }
  expect(heard).toBeGreaterThan(100 * seeds.length);
  for (const name of ['kill', 'back', 'lost', 'restart', 'come'])
    expect(counts[name], name).toBeGreaterThan(0);
});

const text = (frame: Uint8Array): string => Buffer.from(frame).toString();
const isLine = (frame: Uint8Array): boolean => /^id: [^\n]*\ndata:/.test(text(frame));

/** Changes what passes at every so manieth line. */
const everyLine =
  (which: number, change: (frame: Uint8Array, write: Sink['write']) => void) => (): Between => {
    let seen = 0;
    return sink => ({
      ...sink,
      write: frame => {
        if (isLine(frame) && (seen += 1) % which === 0) change(frame, sink.write);
        else sink.write(frame);
      },
    });
  };

/** Keeps a line back until the next frame of any kind. */
const swap = (): Between => sink => {
  let kept: Uint8Array | null = null;
  return {
    ...sink,
    write: frame => {
      const before = kept;
      kept = null;
      if (before === null && isLine(frame)) {
        kept = frame;
        return;
      }
      sink.write(frame);
      if (before !== null) sink.write(before);
    },
  };
};

const renamed = (from: RegExp, to: (id: number) => string) => (): Between => sink => ({
  ...sink,
  write: frame => {
    const changed = text(frame).replace(
      from,
      (_, head: string, n: string) => `${head}${to(Number(n))}`,
    );
    sink.write(Buffer.from(changed));
  },
});

/** Hubs that are wrong in one thing each, and the checkers that have to see it. */
const mutants: readonly (readonly [string, () => Between, RegExp])[] = [
  ['drops a line', everyLine(7, () => undefined), /reliable|bookmarkable|complete/],
  [
    'sends a line twice',
    everyLine(7, (frame, write) => {
      write(frame);
      write(frame);
    }),
    /unique/,
  ],
  ['changes the order', swap, /ordered|reliable/],
  [
    'promises too much in a bookmark',
    renamed(/^(id: epoch-)(\d+)(?=\nevent: bookmark)/, n => `${n + 40}`),
    /bookmarkable|resumable|reliable/,
  ],
  [
    'says too little in a snapshot',
    renamed(/^(id: epoch-)(\d+)(?=\nevent: snapshot)/, n => `${n - 1}`),
    /atomic|reliable|resumable|filter|ordered|unique|complete/,
  ],
  [
    'gives a status of the next line',
    renamed(
      /^(event: status\ndata: \{"at":"[^"]*","cutover":"[^"]*","seq":)(\d+)/,
      n => `${n + 1}`,
    ),
    /atomic/,
  ],
  [
    'gives a line another number',
    renamed(/^(id: epoch-)(\d+)(?=\ndata)/, n => `${n + 1}`),
    /filter|ordered|unique|reliable|complete/,
  ],
];

describe('the checkers see a hub that', () => {
  it.each(mutants)('%s', async (_, mutant, by) => {
    let found: readonly string[] = [];
    for (const seed of seeds.slice(0, 20)) {
      found = (await play(seed, mutant())).violations;
      if (found.some(said => by.test(said))) return;
    }
    expect.fail(`20 seeds, and nobody saw it: ${found.join('; ')}`);
  });

  it('forgets the filter', async () => {
    const world = openWorld();
    await world.write('example.org.1');
    const reader = openReader(world, { cutover: null });
    await world.finish(reader.connect(world.hub));
    await world.write('example.net.1');
    await world.pass(1000);
    const { heard, connections } = reader;
    const wish = { ...reader.wish, cutover: 'example.org.1' };
    const evidence = {
      reader: { heard, connections, wish },
      journal: world.backing.journal,
      epoch: 'epoch',
    };
    expect(checkers.filter(evidence)).toEqual(['filter: epoch-2 was not asked for']);
  });

  it('begins elsewhere than it was asked to', async () => {
    const world = openWorld();
    await world.write('example.org.1', 3);
    const reader = openReader(world, { cutover: 'example.org.1' });
    await world.finish(reader.connect(world.hub, 'epoch-1'));
    const connections = [{ from: 'epoch-2', cursor: 'epoch-1' }];
    const evidence = {
      reader: { ...reader, connections },
      journal: world.backing.journal,
      epoch: 'epoch',
    };
    expect(checkers.resumable(evidence)).toEqual(['resumable: epoch-1 goes on from epoch-2']);
  });
});

it('a store of another epoch is begun anew, and its lines are not taken for known ones', async () => {
  const before = openWorld();
  await before.write('example.org.1', 5);
  const reader = openReader(before, { cutover: 'example.org.1' });
  await before.finish(reader.connect(before.hub));
  const restored = openWorld({ epoch: 'restored', clock: before.clock });
  await restored.write('example.org.1', 3);
  reader.kill();
  await before.pass(1000);
  await restored.finish(reader.connect(restored.hub));
  await restored.write('example.org.1', 1);
  await restored.pass(1000);
  const later = reader.heard.filter(({ connection }) => connection === 1);
  expect(later.map(({ event }) => event).slice(0, 3)).toEqual(['reset', 'snapshot', 'message']);
  expect(later.at(2)?.id).toBe('restored-4');
});
