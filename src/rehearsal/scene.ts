import { makeApp, type App } from '../app.ts';
import { type Entry } from '../cutover/line.ts';
import { type Order } from '../cutover/order.ts';
import { type Plan } from '../cutover/plan.ts';
import { type RRset } from '../dns/rrset.ts';
import { type Store } from '../store/store.ts';
import { seededChance } from './chance.ts';
import { faultyProvider, type FaultKind } from './faults.ts';
import { openInternet, type Internet } from './internet.ts';
import { loopbackNetwork } from './loopback.ts';
import { memoryNetwork } from './network.ts';
import { busy, type Pace } from './pace.ts';
import { pacedClock, type PacedClock } from './paced-clock.ts';
import { storyOf, type CacheRow, type Story } from './story.ts';
import { virtualClock } from './virtual-clock.ts';
import { openWorld, type World, type WorldOf } from './world.ts';
import { noPolicies } from '../mail/nobody.ts';
import { openMailWorld, type MailWorld } from './mail-hosts.ts';
import { exchangesOf, hostsOf, rehearsedMail } from './mail-order.ts';

export interface Rehearsal {
  readonly order: Order;
  /** What the zone holds before; its apex is the domain. */
  readonly zone: readonly RRset[];
  readonly seed: number;
  readonly faults: FaultKind;
  readonly pace: Pace;
  readonly now: number;
  readonly onEntry: (entry: Entry, epoch: string) => void;
  /** What happens around the cutover. */
  readonly tell: (what: string) => void;
  /** Told of the product in there before anything begins, for whoever wants to show it. */
  readonly onApp?: (app: App) => Promise<void>;
  readonly signal: AbortSignal;
}

/** Everything that a rehearsal plays in. Nothing of it outlives `close`. */
export interface Scene {
  readonly clock: PacedClock;
  readonly world: World;
  readonly mail: MailWorld;
  readonly app: App;
  /** The same order, with the provider, the servers and the resolvers of this world. */
  readonly order: Order;
  /** Begins in earnest: the caches are there, with users of their own, and things may go wrong. */
  readonly begin: (plan: Plan) => Promise<void>;
  /** The caches have turned: their users ask no more. */
  readonly rest: () => void;
  readonly caches: () => readonly CacheRow[];
  readonly close: () => Promise<void>;
}

/** Questions a second, in all and of one cache: they are ours, and there are no others to spare. */
const politeness = { total: 60, operator: 1 };

const movedOrder = (order: Order, { servers }: World): Order => ({
  ...order,
  provider: 'rehearsal',
  policy: rehearsedMail(order.policy),
  authority: {
    ...order.authority,
    add: [],
    replace: servers.map(({ address, port }) => ({ address, port })),
  },
});

const placesOf = ({ servers }: World): string =>
  servers.map(({ address, port }) => `${address}:${String(port)}`).join(' and ');

/** The caches of this cutover, which swaps these sets. */
const peopled = (plan: Plan) => {
  const swapped = plan.tracks.filter(track => track.swapped);
  return {
    keys: swapped.map(({ name, type }) => ({ name, type })),
    swapped: swapped.map(({ positions }) => positions.at(-1) ?? null).filter(set => set !== null),
  };
};

/** The zone with its servers, and the mail hosts that it leads to. */
async function openBoth(
  { order, zone, faults, tell }: Rehearsal,
  around: Pick<WorldOf, 'clock' | 'network' | 'lagMs'> & { readonly active: () => boolean },
): Promise<{ readonly world: World; readonly mail: MailWorld }> {
  const { active, ...ground } = around;
  const hosts = hostsOf(order, zone);
  let swappedAt: number | null = null;
  const mail = openMailWorld({
    ...{ clock: ground.clock, faults, tell, ...hosts, active, swappedAt: () => swappedAt },
  });
  const apex = order.domain;
  const world = await openWorld({ ...ground, apex, sets: zone, beyond: mail.address });
  world.zone.subscribe(() => {
    const mx = world.zone.get({ name: apex, type: 'MX' })?.rrset ?? null;
    if (mx !== null && exchangesOf(mx).some(host => hosts.new.includes(host)))
      swappedAt ??= ground.clock.now().wall;
  });
  return { world, mail };
}

/** Opens a world of its own for this rehearsal: on loopback, or at full speed in memory. */
export async function openScene(rehearsal: Rehearsal, memory: Store): Promise<Scene> {
  const { seed, pace, now, tell, order } = rehearsal;
  const inMemory = pace === 'max';
  const clock = inMemory ? virtualClock(now) : pacedClock(now, busy(pace));
  const network = inMemory ? memoryNetwork(clock) : loopbackNetwork(clock);
  const lag = seededChance(seed + 2);
  const lagMs = () => Math.round(2000 + 25_000 * lag.float());
  let [internet, story]: [Internet | null, Story | null] = [null, null];
  let meddled = false;
  const active = () => internet !== null;
  const { world, mail } = await openBoth(rehearsal, { clock, network, lagMs, active });
  // Nothing goes wrong before the cutover is started: a plan that cannot be made is none to rehearse.
  const provider = faultyProvider({
    provider: world.provider,
    kind: rehearsal.faults,
    chance: { reads: seededChance(seed + 1), writes: seededChance(seed + 3) },
    edit: () => {
      meddled = true;
      world.foreignEdit();
    },
    active,
    tell,
  });
  const store: Store = {
    ...memory,
    saveWatch: async flush => {
      await memory.saveWatch(flush);
      story?.hear(flush.watched);
    },
  };
  const app = makeApp({
    ...{ clock, chance: seededChance(seed), store, host: 'rehearsal' },
    ...{ ask: network.ask, sweep: network.sweep },
    provider: async () => provider,
    resolvers: async list => (list === 'none' ? [] : (internet?.resolvers ?? [])),
    politeness: async () => politeness,
    lookups: async () => [],
    converse: mail.converse,
    fetchPolicy: noPolicies,
    backup: async () => undefined,
  });
  return {
    ...{ clock, world, mail, app, order: movedOrder(order, world) },
    begin: async plan => {
      const { nodes } = world;
      const chance = seededChance(seed + 4);
      internet = await openInternet({ network, clock, chance, nodes, ...peopled(plan) });
      story = storyOf(internet, { tell, meddled: () => meddled });
      const many = String(internet.resolvers.length);
      tell(
        inMemory
          ? `two authoritative servers and ${many} caches in memory, without a clock to wait for`
          : `two authoritative servers on ${placesOf(world)}, ${many} caches beside them`,
      );
    },
    rest: () => {
      internet?.rest();
    },
    caches: () => story?.rows() ?? [],
    close: async () => {
      await Promise.all([internet?.close(), world.close()]);
      await network.close();
    },
  };
}
