import { memoryProvider } from '../../providers/memory/memory.ts';
import { memoryZone, type MemoryZone } from '../../providers/memory/zone.ts';
import { type Clock } from '../../src/clock.ts';
import { LOW } from '../../src/cutover/path.ts';
import { type Plan } from '../../src/cutover/plan.ts';
import { keyText, sameData, type HostedRRset, type Key, type RRset } from '../../src/dns/rrset.ts';
import { type Provider } from '../../src/provider.ts';
import { type Store } from '../../src/store/store.ts';
import { memoryBacking, type MemoryBacking } from '../../src/store/memory.ts';
import { virtualClock, type VirtualClock } from '../support/virtual-clock.ts';
import { type Address, type Version } from './authority.ts';
import { makeCaches, type Caches } from './caches.ts';
import { type Faults } from './faults.ts';
import { makeFreeze, type Freeze } from './freeze.ts';
import { makeMail, type MailWorld } from './mail.ts';
import { type Population } from './population.ts';
import { type Random } from './random.ts';
import { type Scene } from './scene.ts';
import { type Trace } from './trace.ts';

/** Where mutants are put in: what the environment is made of, each piece before faults are added. */
export interface Seams {
  readonly provider?: (provider: Provider, zone: MemoryZone) => Provider;
  readonly store?: (store: Store, world: World) => Store;
  readonly clock?: (clock: Clock) => Clock;
  readonly politeness?: Population['politeness'];
}

/** Everything that is outside the product, and what really happened there. */
export interface World {
  readonly seams: Seams;
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly faults: Faults;
  readonly scene: Scene;
  readonly trace: Trace;
  readonly zone: MemoryZone;
  readonly provider: Provider;
  readonly addresses: readonly Address[];
  readonly backing: MemoryBacking;
  readonly freeze: Freeze;
  readonly population: Population;
  readonly caches: Caches;
  /** Null where nobody asks mail hosts. */
  readonly mail: MailWorld | null;
  /** No resolver is heard until this moment of truth. */
  readonly muted: { until: number };
  /** Known from the start of the cutover on. */
  plan: Plan | null;
  id: string | null;
  /** A swap is in the zone: what others serve from then on is no matter of the drain before it. */
  out: boolean;
  /** What the provider held before, oldest first: stale reads come from here. */
  readonly past: readonly Past[];
  /** Values that somebody else put there, by `keyText`. */
  readonly foreign: Map<string, (RRset | null)[]>;
  /** Who changed an RRset last. */
  readonly lastEditor: Map<string, 'us' | 'them'>;
  /** Until when any server served a TTL above the low one, or null: `address key`. */
  lastLong(): number;
  /** Somebody else changes an RRset. */
  readonly edit: (key: Key, after: RRset | null, by: string) => void;
  readonly serve: (address: Address, version: Version) => void;
  readonly versions: readonly Version[];
}

export interface Past {
  readonly key: string;
  readonly hosted: HostedRRset | null;
  /** It was there until this moment of truth. */
  readonly until: number;
}

export interface WorldParts {
  readonly random: Random;
  readonly faults: Faults;
  readonly scene: Scene;
  readonly trace: Trace;
  readonly wall: number;
  readonly seams: Seams;
  readonly population: Population;
  /** Of the resolvers: what is drawn from it disturbs nothing else. */
  readonly chance: Random;
  /** Of the mail hosts, as well; null: nobody asks them. */
  readonly mailChance: Random | null;
}

export function makeWorld(parts: WorldParts): World {
  const { random, faults, scene, trace, wall, seams, population } = parts;
  const clock = virtualClock(wall);
  const zone = memoryZone(scene.domain, []);
  zone.edit(scene.sets);
  const version = (): Version => ({
    serial: zone.serial(),
    sets: new Map(zone.all().map(one => [keyText(one), one])),
  });
  const versions: Version[] = [version()];
  const addresses: Address[] = scene.servers.map(server => ({
    ...server,
    version: versions[0]!,
    past: [],
    silentUntil: 0,
  }));
  const keys = scene.order.steps.flatMap(step => step.edits).map(keyText);
  const hostedNow = new Map<string, HostedRRset | null>();
  const past: Past[] = [];
  for (const one of zone.all()) hostedNow.set(keyText(one), zone.get(one));

  let lastLong = 0;
  const isLong = (served: Version): boolean =>
    !world.out &&
    keys.some(key => {
      const track = world.plan?.tracks.find(one => one.key === key);
      const found = served.sets.get(key);
      if (track === undefined || found === undefined) return false;
      // Whoever keeps the new set for long keeps what is wanted.
      const wanted = track.positions.at(-1) ?? null;
      if (wanted !== null && sameData(wanted, found)) return false;
      return found.ttl > (track.positions[LOW]?.ttl ?? 0);
    });
  const serve = (address: Address, next: Version): void => {
    if (isLong(address.version)) lastLong = clock.truth();
    if (address.version === next) return;
    address.past.push({ version: address.version, until: clock.truth() });
    address.version = next;
    trace.note(`${address.address} serves ${next.serial}`);
  };
  const inner = memoryProvider({
    name: 'main',
    zones: [zone],
    capabilities: { atomicSets: scene.atomicSets, lag: scene.lag },
  });
  const world: World = {
    ...{
      population,
      seams,
      clock,
      random,
      faults,
      scene,
      trace,
      zone,
      addresses,
      past,
      versions,
      serve,
    },
    provider: seams.provider?.(inner, zone) ?? inner,
    backing: memoryBacking('epoch'),
    freeze: makeFreeze(clock, { random, trace }),
    caches: makeCaches(
      { clock, addresses, scene, plan: () => world.plan },
      population.resolvers,
      parts.chance,
    ),
    mail:
      parts.mailChance === null
        ? null
        : makeMail({
            clock,
            random: parts.mailChance,
            faults,
            scene,
            note: text => {
              trace.note(text);
            },
          }),
    muted: { until: 0 },
    plan: null,
    id: null,
    out: false,
    foreign: new Map(),
    lastEditor: new Map(),
    lastLong: () => {
      for (const address of addresses) if (isLong(address.version)) lastLong = clock.truth();
      return lastLong;
    },
    edit: (key, after, by) => {
      const text = keyText(key);
      const values = world.foreign.get(text) ?? [];
      world.foreign.set(text, [...values, after]);
      zone.edit([{ key, after }], by);
    },
  };
  zone.subscribe(entry => {
    const next = version();
    versions.push(next);
    for (const { key } of entry.changes) {
      past.push({ key, hosted: hostedNow.get(key) ?? null, until: clock.truth() });
      const set = next.sets.get(key);
      hostedNow.set(key, set === undefined ? null : zone.get(set));
      world.lastEditor.set(key, entry.by === 'main' ? 'us' : 'them');
    }
    for (const address of addresses) follow(world, address, next);
  });
  return world;
}

/** Every address gets the new version after a while of its own; never an older one by this. */
function follow({ clock, random, faults, serve }: World, address: Address, next: Version): void {
  const lags = faults.strikes('authority-lags', 0.4);
  const ms = lags ? random.pick([5000, 20_000, 60_000, 300_000]) : random.below(1500);
  clock.after(random.below(ms + 1), () => {
    if (next.serial > address.version.serial) serve(address, next);
  });
}
