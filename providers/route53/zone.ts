import { type HostedZone as RouteZone } from '@aws-sdk/client-route-53';
import {
  displayName,
  isWithin,
  type Name,
  nameLabels,
  parentOf,
  ROOT,
} from '../../src/dns/name.ts';
import { Fault } from '../../src/errors.ts';
import { type ProviderEnvironment } from '../adapter.ts';
import { delegatedServers } from '../delegated.ts';
import { type Api, type Asking, type ZonePage } from './api.ts';
import { nameFromRoute53 } from './convert.ts';

/** A public hosted zone. */
export interface Zone {
  readonly id: string;
  readonly apex: Name;
  /** The AWS service that made it and keeps it; null for the usual zone. */
  readonly keeper: string | null;
}

/** Finds zones, and remembers those that were found: their ids do not change. */
export interface Zones {
  of(name: Name, asking: Asking): Promise<Zone>;
  /** The name servers that Route 53 gave the zone. */
  nameServers(zone: Zone, asking: Asking): Promise<readonly Name[]>;
  /** Route 53 has no such zone any more. */
  forget(): void;
}

interface Finding {
  readonly provider: string;
  readonly zoneId: string | undefined;
  readonly api: Api;
  readonly environment: ProviderEnvironment;
}

/** The zones at and below a name, as far as a listing told. */
interface Known {
  readonly at: Name;
  readonly zones: readonly RouteZone[];
  /** False where the listing ended within: only the zones of exactly `at` are all there. */
  readonly whole: boolean;
}

/** Pages that are followed for zones of one name: private zones may repeat it often. */
const PAGES_MOST = 20;

const apexOf = (zone: RouteZone): Name => nameFromRoute53(zone.Name ?? '');
const isPrivate = (zone: RouteZone): boolean => zone.Config?.PrivateZone === true;
const zoneOf = (zone: RouteZone): Zone => ({
  id: zone.Id ?? '',
  apex: apexOf(zone),
  keeper: zone.LinkedService?.ServicePrincipal ?? null,
});

/** The names at which the zone may begin: two labels first, then longer ones, a bare TLD at last. */
function candidates(name: Name): readonly Name[] {
  const names: Name[] = [];
  for (let at: Name | null = name; at !== null && at !== ROOT; at = parentOf(at)) names.unshift(at);
  const [top, ...longer] = names;
  return top === undefined ? [] : [...longer, top];
}

const known = (pages: readonly Known[], name: Name): readonly RouteZone[] | null => {
  const page = pages.find(({ at, whole }) => at === name || (whole && isWithin(name, at)));
  return page === undefined ? null : page.zones.filter(zone => apexOf(zone) === name);
};

/**
 * One look at the list of zones. It is sorted by the labels in reverse, so that the zones below a name
 * follow it, and a page that goes past them tells all of them.
 */
async function look({ api }: Finding, at: Name, asking: Asking): Promise<Known> {
  const zones: RouteZone[] = [];
  let next: ZonePage['next'] = null;
  for (let pages = 0; pages < PAGES_MOST; pages++) {
    const page: ZonePage = await api.zonesFrom(at, next, asking);
    zones.push(...page.zones);
    next = page.next;
    const last = page.zones.at(-1);
    if (next === null || last === undefined || !isWithin(apexOf(last), at))
      return { at, zones, whole: true };
    if (apexOf(last) !== at) break;
  }
  return { at, zones, whole: false };
}

/** Opens the search. */
export function openZones(finding: Finding): Zones {
  const { provider, zoneId, api } = finding;
  const found = new Map<Name, Zone>();
  const servers = new Map<string, readonly Name[]>();
  let pages: Known[] = [];

  const describe = async (id: string, asking: Asking): Promise<RouteZone> => {
    const { zone, nameServers } = await api.zone(id, asking);
    servers.set(zone.Id ?? id, nameServers.map(nameFromRoute53));
    return zone;
  };

  const byId = async (id: string, name: Name, asking: Asking): Promise<Zone> => {
    const zone = found.values().next().value ?? publicZone(await describe(id, asking), finding);
    if (isWithin(name, zone.apex)) return zone;
    throw new Fault(
      'NOT_FOUND',
      `the hosted zone ${zone.id} is ${displayName(zone.apex)} and does not hold ${displayName(name)}`,
      {
        where: `provider ${provider}`,
        fix: 'Correct `zoneId`, or leave it out so that the zone is found by its name.',
      },
    );
  };

  const nameServers: Zones['nameServers'] = async ({ id }, asking) => {
    if (!servers.has(id)) await describe(id, asking);
    return servers.get(id) ?? [];
  };

  const byName = async (name: Name, asking: Asking): Promise<Zone> => {
    const names = candidates(name);
    for (const at of names)
      if (known(pages, at) === null) {
        // A top-level domain is looked at only when nothing else was found.
        const hit = names.some(one => (known(pages, one) ?? []).some(zone => !isPrivate(zone)));
        if (nameLabels(at).length === 1 && hit) continue;
        pages.push(await look(finding, at, asking));
      }
    const longestFirst = names.toSorted((a, b) => b.length - a.length);
    const matching = longestFirst.map(at => known(pages, at) ?? []);
    const open = matching.find(zones => zones.some(zone => !isPrivate(zone)));
    if (open !== undefined)
      return choose(open.filter(zone => !isPrivate(zone)).map(zoneOf), {
        ...finding,
        asking,
        nameServers,
      });
    pages = [];
    throw noZone(provider, name, matching.flat());
  };

  return {
    of: async (name, asking) => {
      const before = found.get(name);
      if (before !== undefined) return before;
      const zone = await (zoneId === undefined ? byName(name, asking) : byId(zoneId, name, asking));
      found.set(name, zone);
      return zone;
    },
    nameServers,
    forget: () => {
      found.clear();
      servers.clear();
      pages = [];
    },
  };
}

function publicZone(zone: RouteZone, { provider }: Finding): Zone {
  if (!isPrivate(zone)) return zoneOf(zone);
  throw new Fault(
    'UNSUPPORTED',
    `the hosted zone ${zone.Id ?? ''} (${displayName(apexOf(zone))}) is private: the world does not see it`,
    { where: `provider ${provider}`, fix: 'Name the public hosted zone of the domain.' },
  );
}

function noZone(provider: string, name: Name, hidden: readonly RouteZone[]): Fault {
  const [first] = hidden;
  const only =
    first === undefined
      ? ''
      : ` (only the private zone ${first.Id ?? ''}, ${displayName(apexOf(first))})`;
  return new Fault(
    'NOT_FOUND',
    `no public hosted zone of this account holds ${displayName(name)}${only}`,
    {
      where: `provider ${provider}`,
      fix: 'Use the profile of the account that has the zone; see: aws sts get-caller-identity',
    },
  );
}

interface Choosing extends Finding {
  readonly asking: Asking;
  readonly nameServers: Zones['nameServers'];
}

/** Of several public zones of one name, the one to which the parent delegates. Never a guess. */
async function choose(zones: readonly Zone[], choosing: Choosing): Promise<Zone> {
  const [first] = zones;
  if (first === undefined) throw new Fault('BUG', 'no zone to choose from');
  if (zones.length === 1) return first;
  const { provider, environment, asking, nameServers } = choosing;
  const delegated = new Set(await delegatedServers(environment, first.apex, asking.signal));
  const serving: Zone[] = [];
  for (const zone of zones) {
    const own = await nameServers(zone, asking);
    if (own.length > 0 && own.every(server => delegated.has(server))) serving.push(zone);
  }
  const [only, another] = serving;
  if (only !== undefined && another === undefined) return only;
  const ids = zones.map(({ id }) => id).join(', ');
  throw new Fault(
    'UNSUPPORTED',
    `several public hosted zones are named ${displayName(first.apex)}: ${ids}; ` +
      'the delegation leads to none of them alone',
    {
      where: `provider ${provider}`,
      fix: 'Set `zoneId` to the one that the world asks, and delete the others.',
      details: { zones: zones.map(({ id }) => id) },
    },
  );
}
