import {
  displayName,
  isWithin,
  type Name,
  parentOf,
  parseAnyName,
  ROOT,
} from '../../src/dns/name.ts';
import { Fault, isFault } from '../../src/errors.ts';
import { type Urgency } from '../../src/provider.ts';
import { type ProviderEnvironment } from '../adapter.ts';
import { delegatedServers } from '../delegated.ts';
import { type Client, type Fields } from './client.ts';
import { isTexts } from './convert.ts';
import { isObject } from '../../src/object.ts';
import { everyItem } from './pages.ts';
import { type Project, RIGHT_PROJECT, textOf } from './project.ts';

/** A managed zone: its own name is no domain name. */
export interface ManagedZone {
  readonly name: string;
  readonly apex: Name;
  readonly nameServers: readonly Name[];
  /** Why nobody on the Internet is answered from it; null for a zone that counts. */
  readonly hidden: 'private' | 'peering' | 'forwarding' | null;
  /** State of signing: `on`, `off`, `transfer`. */
  readonly dnssec: string;
}

/** Who looks for a zone: a rollback must not wait for its zone behind the others. */
export interface Looking {
  readonly signal: AbortSignal;
  readonly urgency: Urgency;
}

export interface Zones {
  /**
   * The managed zone that holds a name; remembered.
   * @throws Fault NOT_FOUND, UNSUPPORTED
   */
  readonly find: (name: Name, asking: Looking) => Promise<ManagedZone>;
  /** Something that should be there was not: the next search asks again. */
  readonly forget: () => void;
}

const hiddenBy = (fields: Fields): ManagedZone['hidden'] => {
  if (isObject(fields['peeringConfig'])) return 'peering';
  if (isObject(fields['forwardingConfig'])) return 'forwarding';
  // `visibility` is absent in answers from before there were private zones.
  return fields['visibility'] === 'private' ? 'private' : null;
};

/** Null for what is no managed zone. */
export function managedZoneOf(item: unknown): ManagedZone | null {
  if (!isObject(item)) return null;
  const { name, dnsName, nameServers, dnssecConfig } = item;
  if (typeof name !== 'string' || typeof dnsName !== 'string') return null;
  const state = isObject(dnssecConfig) ? dnssecConfig['state'] : undefined;
  return {
    ...{ name, apex: parseAnyName(dnsName), hidden: hiddenBy(item) },
    nameServers: isTexts(nameServers) ? nameServers.map(server => parseAnyName(server)) : [],
    dnssec: typeof state === 'string' ? state : 'off',
  };
}

/** The name itself and every name above it but the root, the longest first. */
function namesAbove(name: Name): readonly Name[] {
  const names: Name[] = [];
  for (let at: Name | null = name; at !== null && at !== ROOT; at = parentOf(at)) names.push(at);
  return names;
}

const sameServers = (one: readonly Name[], other: readonly Name[]): boolean =>
  one.length > 0 && [...one].sort().join() === [...other].sort().join();

interface Searching {
  readonly client: Client;
  readonly environment: ProviderEnvironment;
  /** The managed zone that the configuration names. */
  readonly only: string | undefined;
}

async function named({ client }: Searching, only: string, looking: Looking) {
  const body = await client.ask({
    what: `looking at the managed zone ${only}`,
    ...{ kind: 'read', method: 'GET', path: `managedZones/${only}`, ...looking },
  });
  const zone = managedZoneOf(body);
  if (zone === null)
    throw new Fault('UNAVAILABLE', `the answer about ${only} is no managed zone`, {
      where: client.where,
      fix: 'See whether a proxy stands in the way, or a wrong endpoint is set.',
    });
  if (zone.hidden !== null)
    throw new Fault('UNSUPPORTED', `${only} is a ${zone.hidden} zone: the world is not served`, {
      where: client.where,
      fix: 'Name the public managed zone of this domain.',
    });
  return zone;
}

/** The one of several that the world is sent to. */
async function chosen(
  { client, environment }: Searching,
  zones: readonly ManagedZone[],
  signal: AbortSignal,
): Promise<ManagedZone> {
  const [first] = zones;
  if (first === undefined) throw new Fault('BUG', 'a choice among no zones');
  if (zones.length === 1) return first;
  const delegated = await delegatedServers(environment, first.apex, signal);
  const meant = zones.filter(({ nameServers }) => sameServers(nameServers, delegated));
  if (meant.length === 1 && meant[0] !== undefined) return meant[0];
  const names = zones.map(({ name }) => name).join(', ');
  throw new Fault(
    'UNSUPPORTED',
    `${displayName(first.apex)} has several public managed zones (${names}), ` +
      'and the delegation does not tell which one the world asks',
    { where: client.where, fix: 'Name one of them as `zone:` in the entry of this provider.' },
  );
}

const notFound = (
  { client, project }: { client: Client; project: Project },
  name: Name,
  hidden: readonly ManagedZone[],
): Fault => {
  const passed = hidden.map(zone => `${zone.name} (${zone.hidden ?? ''})`).join(', ');
  return new Fault(
    'NOT_FOUND',
    `no public managed zone holds ${displayName(name)} (${textOf(project)})` +
      (passed === '' ? '' : `; passed over: ${passed}`),
    {
      where: client.where,
      fix: `${RIGHT_PROJECT} compare with: gcloud dns managed-zones list`,
    },
  );
};

/** Finds managed zones and remembers them as long as the provider lives. */
export function openZones(searching: Searching): Zones {
  const { client, only } = searching;
  let known = new Map<Name, ManagedZone | null>();
  let single: ManagedZone | null = null;

  async function at(apex: Name, hidden: ManagedZone[], looking: Looking) {
    const items = await everyItem(
      client,
      {
        what: `looking for the managed zone of ${displayName(apex)}`,
        ...{ path: 'managedZones', query: { dnsName: apex }, ...looking },
      },
      'managedZones',
    );
    const zones = items.map(managedZoneOf).filter(zone => zone?.apex === apex);
    const there = zones.filter(zone => zone !== null);
    hidden.push(...there.filter(zone => zone.hidden !== null));
    const shown = there.filter(zone => zone.hidden === null);
    return shown.length === 0 ? null : await chosen(searching, shown, looking.signal);
  }

  async function search(name: Name, looking: Looking): Promise<ManagedZone> {
    const hidden: ManagedZone[] = [];
    const absent: Name[] = [];
    for (const apex of namesAbove(name)) {
      const zone = known.has(apex) ? known.get(apex) : await at(apex, hidden, looking);
      if (zone === null || zone === undefined) {
        absent.push(apex);
        continue;
      }
      // Only beside a zone that was found: one that is made later must not stay unseen.
      for (const below of absent) known.set(below, null);
      known.set(apex, zone);
      return zone;
    }
    throw notFound({ client, project: await client.project(looking.signal) }, name, hidden);
  }

  return {
    forget: () => {
      known = new Map();
      single = null;
    },
    find: async (name, looking) => {
      if (looking.signal.aborted)
        throw new Fault('ABORTED', 'given up before the zone was looked for');
      if (only === undefined) return search(name, looking);
      single ??= await named(searching, only, looking);
      if (isWithin(name, single.apex)) return single;
      throw new Fault(
        'NOT_FOUND',
        `${displayName(name)} does not lie in the managed zone ${only} of ` +
          displayName(single.apex),
        { where: client.where, fix: 'Name the managed zone that holds it, or leave `zone:` out.' },
      );
    },
  };
}

/** Runs something that asks about a zone; when it is gone, the next search starts afresh. */
export async function forgetting<T>(zones: Zones, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (isFault(error, 'NOT_FOUND')) zones.forget();
    throw error;
  }
}
