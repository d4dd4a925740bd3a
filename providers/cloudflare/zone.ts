import {
  displayName,
  isWithin,
  type Name,
  nameLabels,
  parentOf,
  parseAnyName,
} from '../../src/dns/name.ts';
import { Fault } from '../../src/errors.ts';
import { type Urgency } from '../../src/provider.ts';
import { type ProviderEnvironment } from '../adapter.ts';
import { delegatedServers } from '../delegated.ts';
import { type Api } from './client.ts';
import { isObject } from '../../src/object.ts';

/** A zone as the API has it, what matters of it. */
export interface ApiZone {
  readonly id: string;
  readonly apex: Name;
  readonly status: string;
  readonly type: string;
  readonly nameServers: readonly Name[];
  readonly account: string | null;
  /** In Cloudflare's words, such as `#dns_records:edit`; null when it does not say. */
  readonly permissions: readonly string[] | null;
  /** `free`, `pro`, `business` or `enterprise`; empty when it does not say. */
  readonly plan: string;
}

/**
 * One zone out of a list.
 * @throws Fault UNAVAILABLE if it is no zone
 */
export function zoneFrom(value: unknown): ApiZone {
  const zone = isObject(value) ? value : {};
  const { id, name, status, type, name_servers: servers, account, permissions } = zone;
  if (typeof id !== 'string' || !/^[0-9a-f]{32}$/.test(id) || typeof name !== 'string')
    throw new Fault('UNAVAILABLE', 'the answer of Cloudflare is malformed: a zone without a name', {
      fix: 'Try again; see whether a proxy stands in the way.',
    });
  const plan = isObject(zone['plan']) ? zone['plan']['legacy_id'] : undefined;
  return {
    id,
    apex: parseAnyName(name),
    status: typeof status === 'string' ? status : '',
    type: typeof type === 'string' ? type : 'full',
    nameServers: texts(servers).map(server => parseAnyName(server)),
    account: isObject(account) && typeof account['name'] === 'string' ? account['name'] : null,
    permissions: Array.isArray(permissions) ? texts(permissions) : null,
    plan: typeof plan === 'string' ? plan : '',
  };
}

const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter(text => typeof text === 'string') : [];

/** Why the records of a zone cannot be written at Cloudflare; null: they can. */
export function foreignTo({ type }: ApiZone): string | null {
  if (type === 'partial') return 'it is a CNAME setup: another provider answers for the domain';
  if (type === 'secondary') return 'it is a secondary zone: its records come from another primary';
  return type === 'internal' ? 'it is internal: the world does not see it' : null;
}

/** Why the records of a zone are not what the world sees, or are not written here; null: they are. */
export function hindranceOf(zone: ApiZone): string | null {
  const { status } = zone;
  const foreign = foreignTo(zone);
  if (foreign !== null || status === 'active') return foreign;
  if (status === 'pending' || status === 'initializing')
    return 'it is pending: the domain has not been delegated to its name servers yet';
  if (status === 'moved') return 'it has moved: the domain is delegated to somebody else';
  return `its status is ${status === '' ? 'not known' : status}`;
}

export interface Zones {
  /** The zone that holds a name; one that was found is not asked for again for a while. */
  holding(name: Name, signal: AbortSignal, urgency?: Urgency): Promise<ApiZone>;
  /** The zone with this apex, whatever stands in the way, for `check`; asked anew. */
  named(apex: Name, signal: AbortSignal): Promise<ApiZone>;
  /** Forgets what was found: the next question is asked anew. */
  forget(): void;
  /** Every zone that was found and is still remembered. */
  known(): readonly ApiZone[];
}

/** Zones come and go seldom, and each look costs a request. */
const REMEMBER_MS = 300_000;
/** Zones of one name: each account may have one, and most of them are not active. */
const MANY = 50;

interface Finding {
  readonly api: Api;
  readonly zoneId: string | undefined;
  readonly environment: ProviderEnvironment;
}

export function openZones(finding: Finding): Zones {
  const { api, zoneId, environment } = finding;
  const found = new Map<Name, { readonly zone: ApiZone; readonly at: number }>();
  const now = (): number => environment.clock.now().up;
  const fresh = () => [...found.values()].filter(({ at }) => now() - at < REMEMBER_MS);

  async function find(name: Name, signal: AbortSignal, urgency: Urgency): Promise<ApiZone> {
    if (zoneId === undefined) return walk(finding, name, { signal, urgency });
    const zone = await byId(api, zoneId, { signal, urgency });
    // One that was named is taken though it is not active yet; `check` tells what that means.
    refuseHindered(api.where, [zone], foreignTo);
    if (isWithin(name, zone.apex)) return zone;
    throw new Fault(
      'NOT_FOUND',
      `${displayName(name)} does not lie in ${displayName(zone.apex)}, the zone of this zoneId`,
      { where: api.where, fix: 'Correct zoneId, or leave it out.' },
    );
  }

  return {
    holding: async (name, signal, urgency = 'usual') => {
      const known = found.get(name);
      if (known !== undefined && now() - known.at < REMEMBER_MS && !signal.aborted)
        return known.zone;
      const zone = await find(name, signal, urgency);
      found.set(name, { zone, at: now() });
      return zone;
    },
    named: async (apex, signal) => {
      const asking = { signal, urgency: 'usual' } as const;
      if (zoneId !== undefined) return byId(api, zoneId, asking);
      const zones = await named(api, apex, asking);
      const usable = zones.filter(zone => hindranceOf(zone) === null);
      const chosen = usable.length === 0 ? zones[0] : await chosenOf(finding, usable, signal);
      if (chosen === undefined) throw noZone(api.where, apex);
      return chosen;
    },
    forget: () => {
      found.clear();
    },
    known: () => fresh().map(({ zone }) => zone),
  };
}

interface Asked {
  readonly signal: AbortSignal;
  readonly urgency: Urgency;
}

async function byId(api: Api, id: string, asked: Asked): Promise<ApiZone> {
  const what = `looking at the zone ${id}`;
  const { result } = await api.get(`/zones/${id}`, {}, { what, kind: 'read', ...asked });
  return zoneFrom(result);
}

/** Every zone of exactly this name that the token may see. */
async function named(api: Api, apex: Name, asked: Asked): Promise<readonly ApiZone[]> {
  const name = displayName(apex);
  const what = `looking for the zone ${name}`;
  const query = { name, per_page: MANY };
  const { result } = await api.get('/zones', query, { what, kind: 'read', ...asked });
  const zones = Array.isArray(result) ? result.map(zoneFrom) : [];
  return zones.filter(zone => zone.apex === apex);
}

/**
 * From the name upwards: the first zone that the world can see. One that is not active yet holds nothing
 * that anybody asks for, and the zone above it still answers.
 */
async function walk(finding: Finding, name: Name, asked: Asked): Promise<ApiZone> {
  const hindered: ApiZone[] = [];
  for (let at: Name | null = name; at !== null; at = parentOf(at)) {
    if (nameLabels(at).length < 2) break;
    const zones = await named(finding.api, at, asked);
    const usable = zones.filter(zone => hindranceOf(zone) === null);
    if (usable.length > 0) return chosenOf(finding, usable, asked.signal);
    const elsewhere = zones.filter(zone => zone.status === 'active');
    refuseHindered(finding.api.where, elsewhere);
    hindered.push(...zones);
  }
  refuseHindered(finding.api.where, hindered);
  throw noZone(finding.api.where, name);
}

function refuseHindered(where: string, zones: readonly ApiZone[], judge = hindranceOf): void {
  const [zone] = zones;
  const why = zone === undefined ? null : judge(zone);
  if (zone === undefined || why === null) return;
  throw new Fault(
    'UNSUPPORTED',
    `the zone ${displayName(zone.apex)} (${zone.id}) cannot be used: ${why}`,
    {
      where,
      fix: 'Use the provider that answers for the domain, or finish the setup of the zone.',
    },
  );
}

const noZone = (where: string, name: Name): Fault =>
  new Fault('NOT_FOUND', `no zone for ${displayName(name)} is to be seen with this token`, {
    where,
    fix: 'Give the token Zone / Zone / Read for the zone, or set zoneId.',
  });

/** Accounts may each have a zone of the same name; the one to which the world is sent is meant. */
async function chosenOf(
  { api, environment }: Finding,
  zones: readonly ApiZone[],
  signal: AbortSignal,
): Promise<ApiZone> {
  const [first] = zones;
  if (first === undefined) throw new Fault('BUG', 'a choice between no zones');
  if (zones.length === 1) return first;
  const servers = await delegatedServers(environment, first.apex, signal);
  const meant = zones.filter(
    ({ nameServers }) =>
      nameServers.length > 0 && nameServers.every(server => servers.includes(server)),
  );
  const [only] = meant;
  if (only !== undefined && meant.length === 1) return only;
  const ids = zones.map(({ id, account }) => (account === null ? id : `${id} (${account})`));
  throw new Fault(
    'UNSUPPORTED',
    `${zones.length} zones are named ${displayName(first.apex)}, and the delegation does not ` +
      `tell which is meant: ${ids.join(', ')}`,
    { where: api.where, fix: 'Set zoneId to the one that is meant.' },
  );
}
