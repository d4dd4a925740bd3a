/*
 * Google Cloud DNS, by its API v1 and with Google's own client (@google-cloud/dns).
 *
 * Least privilege: a custom role with
 *   dns.changes.create  dns.changes.get
 *   dns.managedZones.get  dns.managedZones.list
 *   dns.resourceRecordSets.create  .delete  .list  .update
 * (https://cloud.google.com/dns/docs/access-control). It can be granted on one managed zone; listing
 * zones is a right of the project, so name the zone as `zone:` then. There are no rights by name or
 * type of record. docs/providers/google-cloud-dns.md has the commands.
 *
 * TTLs: no floor is documented, and every value from 0 to 2^31-1 (RFC 2181 8) is sent as it is; should
 * the service refuse one, nothing is changed and its words are told (UNSUPPORTED).
 *
 * Rate limits: quotas per minute and project, with numbers on the project's own Quotas page only
 * (https://cloud.google.com/dns/quotas). We send at most 5 requests a second for a project, 50 at once.
 * Exceeded, they come as 429 or as 403 with rateLimitExceeded. One change holds 1000 deletions and 1000
 * additions at most by default; a cutover needs a handful.
 *
 * Compare-and-swap is atomic: changes.create takes deletions and additions together, makes all of them
 * or none, and refuses a deletion that does not equal the set that is there in name, type, TTL and data
 * (412 conditionNotMet), of one that is not there (404), and an addition of one that is (409). Equal
 * means letter by letter, so the exact spelling that was read goes along in the token. Patches of sets
 * (resourceRecordSets.patch) and the client's replaceRecords, empty and import compare nothing and are
 * never used.
 *
 * What `done` is worth: a change is `pending`, then `done`, which means that the update was sent to the
 * name servers, not that they have it (documentation of changes, field `status`). So this is no proof,
 * and the servers themselves are asked.
 *
 * Authentication: Application Default Credentials, and nothing else. No secret stands in the
 * configuration or in any message.
 */
import { type HostedRRset, type Key, keyText } from '../../src/dns/rrset.ts';
import { Fault, isFault } from '../../src/errors.ts';
import {
  type Capabilities,
  type Move,
  type Provider,
  type Receipt,
  type Urgency,
} from '../../src/provider.ts';
import { type ProviderEnvironment } from '../adapter.ts';
import { checkMoves, commonZone } from '../moves.ts';
import { remembered } from '../remembered.ts';
import { type Client, openClient } from './client.ts';
import { changeIdOf, hostedOf, type Listed, listedFor, routed } from './convert.ts';
import { hostingOf } from './hosting.ts';
import { mxSetsOf, zonesOf } from './inventory.ts';
import { everyItem } from './pages.ts';
import { openRights } from './rights.ts';
import { type GoogleSettings } from './settings.ts';
import { write, type Writing } from './write.ts';
import { forgetting, type ManagedZone, openZones, type Zones } from './zone.ts';

const capabilities: Capabilities = {
  minTtl: null,
  compareAndSwap: 'atomic',
  atomicSets: true,
  shrinks: 'at once',
  syncStatus: 'observed',
  lag: 0,
};

interface Asking {
  readonly client: Client;
  readonly zones: Zones;
  readonly signal: AbortSignal;
  readonly urgency: Urgency;
}

/** Makes the provider. Nobody is asked anything yet, and no credentials are looked for. */
export async function google(
  name: string,
  settings: GoogleSettings,
  environment: ProviderEnvironment,
): Promise<Provider> {
  const client = openClient(name, settings, environment);
  const zones = openZones({ client, environment, only: settings.zone });
  const rights = openRights(client, environment.clock);

  const prepare = async (moves: readonly Move[], asking: Asking): Promise<ManagedZone> => {
    const { signal, urgency } = asking;
    const zone = await commonZone(moves, {
      where: client.where,
      zoneOf: owner => zones.find(owner, { signal, urgency }),
      idOf: ({ name: managed }) => managed,
    });
    checkMoves(moves, { provider: name, zone: zone.apex, capabilities });
    return zone;
  };
  return {
    name,
    capabilities,
    zone: async (owner, signal) => (await zones.find(owner, { signal, urgency: 'usual' })).apex,
    read: (key, signal, urgency = 'usual') => readHosted({ client, zones, signal, urgency }, key),
    write: async (moves, signal, urgency = 'usual') => {
      const asking = { client, zones, signal, urgency };
      const read = (key: Key) => readHosted(asking, key);
      const zone = await prepare(moves, asking);
      const writing: Writing = { name, client, environment, zone, read, signal, urgency };
      return forgetting(zones, () => write(writing, moves));
    },
    synced: (receipt, signal) => synced(client, receipt, signal),
    writable: async (moves, signal) => {
      const zone = await prepare(moves, { client, zones, signal, urgency: 'usual' });
      return forgetting(zones, () => rights.suffice(zone, moves, signal));
    },
    mxSets: remembered(environment.clock, async (apex, signal) => {
      const zone = await zones.find(apex, { signal, urgency: 'usual' });
      return forgetting(zones, () => mxSetsOf(client, zone, signal));
    }),
    zones: (most, signal) => zonesOf(client, most, signal),
    skew: client.skew,
    hosting: async (apex, keys, signal) => {
      const asking: Asking = { client, zones, signal, urgency: 'usual' };
      const zone = await zones.find(apex, asking);
      const look = (key: Key) => lookUp(asking, key);
      return hostingOf({ client, rights, zone, look, keys, signal });
    },
  };
}

/** The set as the API lists it, by its exact name and type. */
async function lookUp(
  { client, zones, signal, urgency }: Asking,
  key: Key,
): Promise<Listed | null> {
  const zone = await zones.find(key.name, { signal, urgency });
  const items = await forgetting(zones, () =>
    everyItem(
      client,
      {
        what: `reading ${keyText(key)}`,
        path: `managedZones/${zone.name}/rrsets`,
        ...{ query: { name: key.name, type: key.type }, urgency, signal },
      },
      'rrsets',
    ),
  );
  return listedFor(key, items, client.where);
}

async function readHosted(asking: Asking, key: Key): Promise<HostedRRset | null> {
  const listed = await lookUp(asking, key);
  if (listed === null) return null;
  if (listed.is === 'routed') throw routed(key, listed.policy, asking.client.where);
  return hostedOf(listed.held);
}

/** Whether the change is `done`: sent to the name servers, of which none may have it yet. */
async function synced(client: Client, receipt: Receipt, signal: AbortSignal): Promise<boolean> {
  const { zone, change } = changeIdOf(receipt);
  if (change === null) return true;
  try {
    const body = await client.ask({
      what: `looking at the change ${receipt.id}`,
      ...{ kind: 'read', method: 'GET', urgency: 'usual', signal },
      path: `managedZones/${encodeURIComponent(zone)}/changes/${encodeURIComponent(change)}`,
    });
    return body['status'] === 'done';
  } catch (error) {
    if (!isFault(error, 'NOT_FOUND')) throw error;
    throw new Fault('NOT_FOUND', `no write has the receipt ${receipt.id}`, {
      where: client.where,
      fix: 'Read the RRsets to see what is there.',
      cause: error,
    });
  }
}
