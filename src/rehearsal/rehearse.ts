import { makeApp, type App } from '../app.ts';
import { due } from '../cutover/course.ts';
import { type Cutover } from '../cutover/cutover.ts';
import { type Entry } from '../cutover/line.ts';
import { type Order } from '../cutover/order.ts';
import { type RRset } from '../dns/rrset.ts';
import { Fault } from '../errors.ts';
import { memoryBacking, memoryStore } from '../store/memory.ts';
import { networkAsk } from '../transport/ask.ts';
import { seededChance } from './chance.ts';
import { faultyProvider, type FaultKind } from './faults.ts';
import { pacedClock, type PacedClock } from './paced-clock.ts';
import { person } from './person.ts';
import { openWorld, type World } from './world.ts';

export interface Rehearsal {
  readonly order: Order;
  /** What the zone holds before; its apex is the domain. */
  readonly zone: readonly RRset[];
  readonly seed: number;
  readonly faults: FaultKind;
  /** How much faster than time everything runs; null: so that every wait takes a few seconds. */
  readonly pace: number | null;
  readonly now: number;
  readonly onEntry: (entry: Entry, epoch: string) => void;
  /** What happens around the cutover. */
  readonly tell: (what: string) => void;
  readonly signal: AbortSignal;
}

export interface Rehearsed {
  readonly cutover: Cutover;
  readonly entries: readonly Entry[];
  readonly epoch: string;
}

/** Real time that one wait takes when the pace is free. */
const waitMs = 5000;
/** The pace while something is done rather than awaited. */
const busyPace = 30;

/** The pace that makes the next wait of this state take a few seconds. */
function freePace(cutover: Cutover, clock: PacedClock): number {
  const { wall } = clock.now();
  const wakes = due(cutover).flatMap(effect => (effect.do === 'wake' ? [effect.at] : []));
  const next = Math.min(...wakes.filter(at => at > wall));
  const waits = ['drain', 'propagate', 'settle', 'gate', 'rollback'].includes(cutover.stage);
  if (!waits || cutover.intent !== null || !Number.isFinite(next)) return busyPace;
  return Math.max(busyPace, (next - wall) / waitMs);
}

/** Another world for the same order: its provider and servers are ours. */
const moved = (order: Order, { servers }: World): Order => ({
  ...order,
  provider: 'rehearsal',
  authority: {
    ...order.authority,
    add: [],
    replace: servers.map(({ address, port }) => ({ address, port })),
  },
});

function appOf(rehearsal: Rehearsal, { world, clock }: { world: World; clock: PacedClock }): App {
  const { seed, faults: kind, tell } = rehearsal;
  const chance = seededChance(seed);
  const provider = faultyProvider({
    provider: world.provider,
    kind,
    chance: seededChance(seed + 1),
    clock,
    edit: world.foreignEdit,
    tell,
  });
  return makeApp({
    clock,
    chance,
    store: memoryStore(memoryBacking('rehearsal'), {
      id: 'rehearsal',
      pid: process.pid,
      host: 'rehearsal',
    }),
    provider: async () => provider,
    ask: networkAsk(),
    lookups: async () => [],
    backup: async () => undefined,
    host: 'rehearsal',
  });
}

/** Shows every line once and keeps the pace, until the cutover has ended. */
async function watch(
  rehearsal: Rehearsal,
  run: { app: App; id: string; clock: PacedClock },
): Promise<Cutover> {
  const { app, id, clock } = run;
  const { signal } = rehearsal;
  const { store } = app.environment;
  let seq = 0;
  for (;;) {
    const changed = new Promise<void>(resolve => {
      const done = () => {
        stop();
        signal.removeEventListener('abort', done);
        resolve();
      };
      const stop = store.watch(done);
      signal.addEventListener('abort', done);
    });
    const entries = await store.lines(id, seq, 500);
    for (const entry of entries) rehearsal.onEntry(entry, store.epoch);
    seq = entries.at(-1)?.seq ?? seq;
    const cutover = await app.find(id);
    if (cutover === null) throw new Fault('BUG', 'the rehearsed cutover is gone');
    if (rehearsal.pace === null) clock.pace(freePace(cutover, clock));
    if (cutover.outcome !== null || signal.aborted) return cutover;
    await changed;
  }
}

/** Runs a whole cutover with the real controller against a world of its own. Touches nothing else. */
export async function rehearse(rehearsal: Rehearsal): Promise<Rehearsed> {
  const { order, seed, pace, now, tell } = rehearsal;
  const clock = pacedClock(now, pace ?? busyPace);
  const lag = seededChance(seed + 2);
  const lagMs = () => Math.round(2000 + 25_000 * lag.float());
  const world = await openWorld({ apex: order.domain, sets: rehearsal.zone, clock, lagMs });
  const end = new AbortController();
  const signal = AbortSignal.any([rehearsal.signal, end.signal]);
  try {
    const app = appOf(rehearsal, { world, clock });
    const { plan } = await app.plan(moved(order, world), signal);
    const accept = [{ id: 'ttl-history-unknown', subject: null, reason: 'a rehearsal' }];
    const id = await app.start(plan, { accept, takeClaim: null, reason: 'rehearsal' }, 'rehearsal');
    tell(
      `two authoritative servers on ${world.servers.map(({ address, port }) => `${address}:${String(port)}`).join(' and ')}`,
    );
    const controlled = app.control(id, signal);
    const helped = person({ app, id, clock, takeBack: world.takeBack, signal });
    const cutover = await watch(rehearsal, { app, id, clock });
    end.abort();
    await Promise.all([controlled, helped]);
    return { cutover, entries: await app.journal(id), epoch: app.environment.store.epoch };
  } finally {
    end.abort();
    await world.close();
  }
}
