import { makeApp, type App } from '../app.ts';
import { type Instant } from '../clock.ts';
import { signalBox } from '../controller/signal-box.ts';
import { due } from '../cutover/course.ts';
import { type Cutover } from '../cutover/cutover.ts';
import { type Entry } from '../cutover/line.ts';
import { type Order } from '../cutover/order.ts';
import { type RRset } from '../dns/rrset.ts';
import { Fault } from '../errors.ts';
import { limits } from '../limits.ts';
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
  /** How much faster than time the waits pass; null: so that every wait takes a few seconds. */
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
/** The pace while something is done rather than awaited, and the most that may be asked for. */
const busyPace = 30;
const busyPaceMost = 200;

const busy = (asked: number | null): number =>
  asked === null ? busyPace : Math.min(asked, busyPaceMost);

/** The next instant that this state waits for, or null while something is done rather than awaited. */
function awaited(cutover: Cutover, wall: Instant): Instant | null {
  const wakes = due(cutover).flatMap(effect => (effect.do === 'wake' ? [effect.at] : []));
  // The end of the window is a limit, nothing that is waited for.
  const next = Math.min(...wakes.filter(at => at > wall && at !== cutover.window.swapUntil));
  const waits = ['drain', 'propagate', 'settle', 'gate', 'rollback'].includes(cutover.stage);
  return waits && cutover.intent === null && Number.isFinite(next) ? next : null;
}

/**
 * The pace of this state: the one asked for, or else so that the next wait takes a few seconds. What is
 * done rather than awaited is not hurried: deadlines must leave the machine time to answer.
 */
function paceOf(cutover: Cutover, wall: Instant, asked: number | null): number {
  const next = awaited(cutover, wall);
  if (next === null) return busy(asked);
  return asked ?? Math.max(busyPace, (next - wall) / waitMs);
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

function appOf(
  rehearsal: Rehearsal,
  { world, clock, begun }: { world: World; clock: PacedClock; begun: () => boolean },
): App {
  const { seed, faults: kind, tell } = rehearsal;
  const chance = seededChance(seed);
  const provider = faultyProvider({
    provider: world.provider,
    kind,
    chance: { reads: seededChance(seed + 1), writes: seededChance(seed + 3) },
    edit: world.foreignEdit,
    active: begun,
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
    sweep: { ask: networkAsk(), renew: () => undefined },
    resolvers: async () => [],
    politeness: async () => ({ total: 20, operator: 1 }),
    lookups: async () => [],
    backup: async () => undefined,
    host: 'rehearsal',
  });
}

/** Shows every line once and keeps the pace, until the cutover has ended or the signal is aborted. */
async function watch(
  rehearsal: Rehearsal,
  run: { app: App; id: string; clock: PacedClock },
  signal: AbortSignal,
): Promise<Cutover> {
  const { app, id, clock } = run;
  const { store } = app.environment;
  const box = signalBox();
  const unwatch = store.watch(box.ring);
  let seq = 0;
  try {
    for (;;) {
      const entries = await store.lines(id, seq, limits.feedPage);
      for (const entry of entries) rehearsal.onEntry(entry, store.epoch);
      seq = entries.at(-1)?.seq ?? seq;
      const cutover = await app.find(id);
      if (cutover === null) throw new Fault('BUG', 'the rehearsed cutover is gone');
      clock.pace(paceOf(cutover, clock.now().wall, rehearsal.pace));
      // Lines that came between the two reads are shown before anything ends.
      if (cutover.seq > seq) continue;
      if (cutover.outcome !== null || signal.aborted) return cutover;
      await box.next(signal);
    }
  } finally {
    unwatch();
  }
}

/** Runs a whole cutover with the real controller against a world of its own. Touches nothing else. */
export async function rehearse(rehearsal: Rehearsal): Promise<Rehearsed> {
  const { order, seed, pace, now, tell } = rehearsal;
  const clock = pacedClock(now, busy(pace));
  const lag = seededChance(seed + 2);
  const lagMs = () => Math.round(2000 + 25_000 * lag.float());
  const world = await openWorld({ apex: order.domain, sets: rehearsal.zone, clock, lagMs });
  const end = new AbortController();
  const signal = AbortSignal.any([rehearsal.signal, end.signal]);
  try {
    // Nothing goes wrong before the cutover is started: a plan that cannot be made is none to rehearse.
    let begun = false;
    const app = appOf(rehearsal, { world, clock, begun: () => begun });
    const { plan } = await app.plan(moved(order, world), signal);
    const accept = [{ id: 'ttl-history-unknown', subject: null, reason: 'a rehearsal' }];
    const id = await app.start(plan, { accept, takeClaim: null, reason: 'rehearsal' }, 'rehearsal');
    begun = true;
    tell(
      `two authoritative servers on ${world.servers.map(({ address, port }) => `${address}:${String(port)}`).join(' and ')}`,
    );
    const stop = (): void => {
      end.abort();
    };
    const fail = (error: unknown): never => {
      stop();
      throw error;
    };
    // The end of the cutover, an abort, or a failure of one of them ends them all.
    const all = [
      watch(rehearsal, { app, id, clock }, signal).finally(stop),
      app.control(id, signal).catch(fail),
      person({ app, id, clock, takeBack: world.takeBack, signal }).catch(fail),
    ] as const;
    const [cutover] = await Promise.all(all).finally(() => Promise.allSettled(all));
    return { cutover, entries: await app.journal(id), epoch: app.environment.store.epoch };
  } finally {
    end.abort();
    await world.close();
  }
}
