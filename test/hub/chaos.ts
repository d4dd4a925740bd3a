import { type Hub, type Sink } from '../../src/hub/hub.ts';
import { violations, missing, type Evidence } from './checkers.ts';
import { openReader, type Pace, type Reader } from './reader.ts';
import { chanceOf, openWorld, viewer, type World } from './world.ts';

const one = 'example.org.1';
const two = 'example.net.1';

/** What stands between the hub and a connection; the real one changes nothing. */
export type Between = (sink: Sink) => Sink;

export interface Played {
  readonly violations: readonly string[];
  /** Lines that were heard, over all readers: a run in which nothing happens proves nothing. */
  readonly heard: number;
  readonly counts: Readonly<Record<string, number>>;
}

interface Player {
  readonly reader: Reader;
  readonly pace: Pace;
}

const wishes = [
  { cutover: one },
  { cutover: two },
  { cutover: null },
  { cutover: one, types: ['paused'] },
  { cutover: null, principal: { ...viewer, id: 't2', cutovers: [two] } },
];

/** Mostly quick, some slow, some that read nothing. */
const paces: readonly Pace[] = [Infinity, Infinity, Infinity, 60, 60, 0];

const through = (hub: Hub, between: Between): Hub => ({
  ...hub,
  open: (wish, connect) => hub.open(wish, from => between(connect(from))),
});

/** Everything that may happen to readers, as a seed decides; `between` is for mutants. */
export async function play(seed: number, between: Between = sink => sink): Promise<Played> {
  const world = openWorld({ seed });
  const chance = chanceOf(seed);
  const float = (): number => chance.float();
  const pick = <Of>(list: readonly Of[]): Of => list[Math.floor(float() * list.length)]!;
  const counts: Record<string, number> = {};
  const players: Player[] = [];
  let hub = world.hub;
  let saves = 0;
  let hubs = 0;
  const connect = async (player: Player, cursor?: string): Promise<void> => {
    const known = cursor ?? player.reader.lastId();
    await world.finish(player.reader.connect(through(hub, between), known));
  };
  const acts: Readonly<Record<string, () => Promise<void>>> = {
    write: async () => {
      const size = pick([20, 20, 20, 9000]);
      const reason = `${(saves += 1)} ${'x'.repeat(size)}`;
      await world.write(pick([one, two]), pick([1, 1, 2, 5, 40]), reason);
    },
    come: async () => {
      if (players.length >= 12) return;
      const pace = pick(paces);
      const player = { reader: openReader(world, pick(wishes), pace), pace };
      players.push(player);
      await connect(player);
    },
    kill: async () => {
      if (players.length > 0) pick(players).reader.kill();
    },
    back: async () => {
      const gone = players.filter(({ reader }) => reader.open() !== 'open');
      if (gone.length > 0) await connect(pick(gone));
    },
    lost: async () => {
      const gone = players.filter(({ reader }) => reader.open() !== 'open');
      if (gone.length > 0) await connect(pick(gone), pick(['other-3', 'garbage', 'epoch-999999']));
    },
    pass: async () => world.pass(pick([1, 30, 300, 300, 3000, 3000, 31_000])),
    restart: async () => {
      await world.finish(hub.stop());
      hub = world.another(`restarted-${(hubs += 1)}`);
    },
  };
  const often = ['write', 'write', 'write', 'come', 'come', 'kill', 'back', 'back', 'pass', 'pass'];
  await world.write(one, 2, 'begin one');
  await world.write(two, 1, 'begin two');
  for (let turn = 0; turn < 60; turn++) {
    const name = float() < 0.03 ? 'restart' : float() < 0.04 ? 'lost' : pick(often);
    counts[name] = (counts[name] ?? 0) + 1;
    await acts[name]?.();
  }
  await settle(world, players, connect);
  const found = players.flatMap(({ reader, pace }) => judged(reader, pace, world));
  await world.finish(hub.stop());
  return { violations: found, heard: linesHeard(players), counts };
}

const linesHeard = (players: readonly Player[]): number =>
  players.flatMap(({ reader }) => reader.heard.filter(({ event }) => event === 'message')).length;

/** At the end everybody who reads at all comes back and has time to hear everything. */
async function settle(
  world: World,
  players: readonly Player[],
  connect: (player: Player) => Promise<void>,
): Promise<void> {
  for (let round = 0; round < 4; round++) {
    for (const player of players)
      if (player.reader.open() !== 'open' && player.pace > 0) await connect(player);
    await world.pass(round === 3 ? 1000 : 20_000);
  }
}

function judged(reader: Reader, pace: Pace, world: World): readonly string[] {
  const evidence: Evidence = { reader, journal: world.backing.journal, epoch: world.backing.epoch };
  const found = violations(evidence);
  const lacks = pace > 0 && reader.open() === 'open' ? missing(evidence) : [];
  return [...found, ...(lacks.length > 0 ? [`complete: ${lacks.length} never came`] : [])];
}
