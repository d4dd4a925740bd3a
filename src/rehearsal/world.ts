import { memoryProvider } from '../../providers/memory/memory.ts';
import { memoryZone, type MemoryZone } from '../../providers/memory/zone.ts';
import { type Clock } from '../clock.ts';
import { parseName, type Name } from '../dns/name.ts';
import { keyText, rrset, type Key, type RRset } from '../dns/rrset.ts';
import { type Provider } from '../provider.ts';
import { type ZoneView } from './authority.ts';
import { elsewhere } from './authority.ts';
import { authorityOf, type Network, type Served } from './network.ts';
import { node } from './population.ts';

/** A zone, its provider, and the two servers that the world asks for it. */
export interface World {
  readonly zone: MemoryZone;
  readonly provider: Provider;
  readonly servers: readonly Served[];
  /** What each node of the authority shows, see `node`; nobody is told of the last one. */
  readonly nodes: readonly ZoneView[];
  /** Somebody else changes the MX. */
  readonly foreignEdit: () => void;
  /** And takes it back. */
  readonly takeBack: (sets: readonly RRset[]) => void;
  readonly close: () => Promise<void>;
}

const viewOf = (apex: Name, sets: () => readonly RRset[]): ZoneView => ({
  apex,
  get: key => sets().find(one => keyText(one) === keyText(key)) ?? null,
  exists: name => sets().some(one => one.name === name),
});

/** The secondary follows as a transfer does: some seconds later, whole. */
function lagging(
  zone: MemoryZone,
  { clock, lagMs, signal }: { clock: Clock; lagMs: () => number; signal: AbortSignal },
) {
  let shown = { serial: zone.serial(), sets: zone.all() };
  zone.subscribe(({ serial }) => {
    const sets = zone.all();
    clock.sleep(lagMs(), signal).then(
      () => {
        // A transfer never goes back to an older zone than the one it has.
        if (serial > shown.serial) shown = { serial, sets };
      },
      () => undefined,
    );
  });
  return () => shown.sets;
}

const nsRecords = (apex: Name): RRset =>
  rrset({
    name: apex,
    type: 'NS',
    ttl: 3600,
    rdata: ['ns1.rehearsal.example.', 'ns2.rehearsal.example.'],
  });

export interface WorldOf {
  readonly apex: Name;
  readonly sets: readonly RRset[];
  readonly clock: Clock;
  readonly network: Network;
  /** How long the secondary trails behind each change. */
  readonly lagMs: () => number;
  /** What the servers say of names that no zone of the rehearsal has. */
  readonly beyond: (key: Key) => RRset | null;
}

/** How far the node trails that nobody is told of. */
const stragglingMs = 480_000;

/** Opens the world: two authoritative servers that answer, and a node of theirs that trails far behind. */
export async function openWorld({
  apex,
  sets,
  clock,
  network,
  lagMs,
  beyond,
}: WorldOf): Promise<World> {
  const end = new AbortController();
  const zone = memoryZone(apex, [nsRecords(apex), ...sets]);
  const { signal } = end;
  const nodes = [
    viewOf(apex, () => zone.all()),
    viewOf(apex, lagging(zone, { clock, lagMs, signal })),
    viewOf(apex, lagging(zone, { clock, lagMs: () => stragglingMs, signal })),
  ];
  const told = nodes.filter((_, index) => index !== node.straggling);
  const servers: Served[] = [];
  for (const view of told)
    servers.push(await network.serve(authorityOf(view, (of, key) => elsewhere(of, key, beyond))));
  const mx: Key = { name: apex, type: 'MX' };
  return {
    zone,
    provider: memoryProvider({ name: 'rehearsal', zones: [zone] }),
    servers,
    nodes,
    foreignEdit: () => {
      const strange = rrset({
        ...mx,
        ttl: 300,
        rdata: [`20 ${parseName('mx.somebody-else.example')}`],
      });
      zone.edit([{ key: mx, after: strange }]);
    },
    takeBack: wanted => {
      zone.edit(wanted.map(one => ({ key: { name: one.name, type: one.type }, after: one })));
    },
    close: async () => {
      end.abort();
      await Promise.all(servers.map(server => server.close()));
    },
  };
}
