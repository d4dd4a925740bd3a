/*
 * Cloudflare, by its API v4.
 *
 * Least privilege: an API token with Zone / DNS / Edit and Zone / Zone / Read, Zone Resources: Include /
 * Specific zone / the zone (developers.cloudflare.com/fundamentals/api/reference/permissions: "DNS Write"
 * and "Zone Read"). With zoneId set the right to read the zone is still needed: its plan, status and name
 * servers are looked at. Rights cannot be narrowed to names or types.
 *
 * TTLs: 60 to 86400 seconds, from 30 on Enterprise zones, or 1 for `auto`, which is 300
 * (developers.cloudflare.com/dns/manage-dns-records/reference/ttl). The floor was 120 in 2020, so it is
 * also learnt from error 9021. Each record has a TTL of its own; the longest counts.
 *
 * Rate limits: 1200 requests in five minutes for each user, tokens and dashboard together; then blocked
 * for five minutes. Ours are 1000 at most, in one budget for all entries. A batch holds 200 operations on Free zones, 3500 on others.
 *
 * Compare-and-swap is `checked`: the API has no precondition. The records are listed, compared with their
 * ids and times of change, and written by one batch that names ids. A record that was deleted or made
 * anew in between fails the batch, and nothing lands (error 81044). A record that was edited in place in
 * between is overwritten, unseen; one that was added stays beside ours and is seen by the next read. How
 * long that window was stands in the receipt.
 *
 * One batch is one transaction in Cloudflare's database. Its servers get each record alone and in any
 * order, so records are changed in place and a set passes through the union of both.
 *
 * Authentication: the token in tokenFile, or CLOUDFLARE_API_TOKEN. Global keys are never used.
 */
import { keyText, sameRRset } from '../../src/dns/rrset.ts';
import { isFault } from '../../src/errors.ts';
import { type Capabilities, type Move, type Provider, type Urgency } from '../../src/provider.ts';
import { type ProviderEnvironment } from '../adapter.ts';
import { checkMoves, commonZone, keyOfMove } from '../moves.ts';
import { remembered } from '../remembered.ts';
import { type Api, openApi } from './client.ts';
import { hostedOf } from './convert.ts';
import { hostingOf } from './hosting.ts';
import { mxSetsOf, zonesOf } from './inventory.ts';
import { setsOf } from './receipt.ts';
import { type Listing, recordsOf } from './records.ts';
import { type CloudflareSettings } from './settings.ts';
import { writable, write, type Writing } from './write.ts';
import { type ApiZone, openZones, type Zones } from './zone.ts';

const FLOOR = 60;
const FLOOR_OF_ENTERPRISE = 30;
/** A write that could be made a minute ago is not asked for again: each question is a request or more. */
const WRITABLE_MS = 60_000;

interface Open {
  readonly name: string;
  readonly api: Api;
  readonly zones: Zones;
  readonly environment: ProviderEnvironment;
  /** Floors by the id of the zone, where error 9021 told of another than the plan does. */
  readonly floors: Map<string, number>;
}

/** Makes the provider. Nothing is asked yet. */
export async function cloudflare(
  name: string,
  settings: CloudflareSettings,
  environment: ProviderEnvironment,
): Promise<Provider> {
  const api = openApi({ name, settings, environment });
  const zones = openZones({ api, zoneId: settings.zoneId, environment });
  const open: Open = { name, api, zones, environment, floors: new Map() };
  const asked = new Map<string, number>();
  const read: Provider['read'] = async (key, signal, urgency = 'usual') => {
    const zone = await zones.holding(key.name, signal, urgency);
    return within(open, zone, async () =>
      hostedOf(key, await recordsOf({ api, zone, signal, urgency }, key)),
    );
  };
  return {
    name,
    get capabilities() {
      return capabilitiesOf(open);
    },
    zone: async (owner, signal) => (await zones.holding(owner, signal)).apex,
    read,
    write: async (moves, signal, urgency = 'usual') => {
      const run = await writing(open, moves, { signal, urgency });
      return within(open, run.zone, () => write(run, moves));
    },
    synced: async (receipt, signal) => {
      for (const { key, rrset } of setsOf(receipt))
        if (!sameRRset((await read(key, signal))?.rrset ?? null, rrset)) return false;
      return true;
    },
    writable: async (moves, signal) => {
      const run = await writing(open, moves, { signal, urgency: 'usual' });
      const now = environment.clock.now().up;
      for (const [question, at] of asked) if (now - at >= WRITABLE_MS) asked.delete(question);
      const question = JSON.stringify(moves.map(one => [keyText(keyOfMove(one)), one.to?.rrset]));
      if (asked.has(question)) return 'yes';
      const answer = await within(open, run.zone, () => writable(run, moves));
      asked.set(question, now);
      return answer;
    },
    mxSets: remembered(environment.clock, async (apex, signal) =>
      mxSetsOf(api, await zones.holding(apex, signal), signal),
    ),
    zones: (most, signal) => zonesOf(api, most, signal),
    skew: api.skew,
    hosting: async (apex, keys, signal) => {
      const zone = await zones.named(apex, signal);
      const listing: Listing = { api, zone, signal, urgency: 'usual' };
      return within(open, zone, () => hostingOf(listing, keys));
    },
  };
}

/** The highest floor of the zones that are in use: what it allows, all of them do. */
function capabilitiesOf({ zones, floors }: Open): Capabilities {
  const known = zones.known().map(zone => floorOf(zone, floors));
  return {
    minTtl: known.length === 0 ? FLOOR : Math.max(...known),
    compareAndSwap: 'checked',
    atomicSets: true,
    shrinks: 'by union',
    syncStatus: 'observed',
    lag: 0,
  };
}

const floorOf = ({ id, plan }: ApiZone, floors: ReadonlyMap<string, number>): number =>
  floors.get(id) ?? (plan === 'enterprise' ? FLOOR_OF_ENTERPRISE : FLOOR);

/** Learns from what a zone answers: another floor, or that the zone is gone. */
async function within<T>(
  { zones, floors }: Open,
  zone: ApiZone,
  act: () => Promise<T>,
): Promise<T> {
  try {
    return await act();
  } catch (error) {
    const floor = isFault(error, 'UNSUPPORTED') ? error.details?.['floor'] : undefined;
    if (typeof floor === 'number') floors.set(zone.id, floor);
    if (isFault(error, 'NOT_FOUND')) zones.forget();
    throw error;
  }
}

/** A batch changes one zone, and what it cannot change is refused before anything is sent. */
async function writing(
  open: Open,
  moves: readonly Move[],
  { signal, urgency }: { readonly signal: AbortSignal; readonly urgency: Urgency },
): Promise<Writing> {
  const { name, api, zones, environment } = open;
  const zone = await commonZone(moves, {
    where: api.where,
    zoneOf: owner => zones.holding(owner, signal, urgency),
    idOf: ({ id }) => id,
  });
  const capabilities = { ...capabilitiesOf(open), minTtl: floorOf(zone, open.floors) };
  checkMoves(moves, { provider: name, zone: zone.apex, capabilities });
  return { name, api, zone, signal, urgency, environment };
}
