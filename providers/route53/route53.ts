/*
 * Amazon Route 53, public hosted zones.
 *
 * Least privilege (docs/providers/route53.md has it to copy):
 *   route53:ListResourceRecordSets, route53:GetHostedZone, route53:ListResourceRecordSetProtections
 *     on arn:aws:route53:::hostedzone/ZONEID;
 *   route53:ChangeResourceRecordSets on the same, with ForAllValues:StringEquals for
 *     route53:ChangeResourceRecordSetsNormalizedRecordNames ["example.org", "_dns-cutover.example.org"],
 *     route53:ChangeResourceRecordSetsRecordTypes ["MX", "TXT"] and
 *     route53:ChangeResourceRecordSetsActions ["CREATE", "DELETE"];
 *   route53:GetChange on arn:aws:route53:::change/*;
 *   route53:ListHostedZonesByName on *, unless `zoneId` is set.
 * The names are lower case, without the final dot. Leaving UPSERT out keeps compare-and-swap by policy.
 *
 * TTLs: 0 to 2147483647 (API reference, ResourceRecordSet); no floor. Rate limits: five requests a
 * second for the whole account, all programs together (developer guide, "Quotas"), two of them kept
 * for rollbacks; one change at a time for each zone (PriorRequestNotComplete). Both are answered with
 * HTTP 400.
 *
 * Compare-and-swap is atomic: a batch of DELETE, with the exact TTL and values, and CREATE is made as a
 * whole or not at all (API reference, ChangeResourceRecordSets). UPSERT is never sent. A name and type
 * that has a routing policy, an alias target, a health check or a traffic policy is refused by name.
 *
 * `writable` has no dry run to use: it sends the real batch together with a DELETE that cannot match,
 * so that the whole is judged and not made. That rights are judged first, and that nothing is made, is
 * what the documentation says of batches; it was tried against a double and not against AWS itself.
 * The same question, and the list of protections, is asked for again after a minute, or once AWS has
 * refused anything.
 *
 * Authentication: the default chain of the SDK only (environment, shared files, single sign-on, web
 * identity, the machine's role). No secret stands in a setting or in a message.
 */
import { Route53Client } from '@aws-sdk/client-route-53';
import { type Clock } from '../../src/clock.ts';
import { type Name } from '../../src/dns/name.ts';
import { type HostedRRset, type Json, type Key, keyText } from '../../src/dns/rrset.ts';
import { type Code, Fault, isFault } from '../../src/errors.ts';
import { type Capabilities, type Move, type Provider, type Receipt } from '../../src/provider.ts';
import { type ProviderEnvironment } from '../adapter.ts';
import { checkMoves, commonZone, keyOfMove } from '../moves.ts';
import { remembered } from '../remembered.ts';
import { sender } from '../requests.ts';
import { type Api, type Asking, openApi } from './api.ts';
import { rawSet, routeType, rrsetFromRaw, tokenOf } from './convert.ts';
import { faultOf, told } from './fault.ts';
import { hostingOf, rememberedProtections } from './hosting.ts';
import { mxSetsOf, zonesOf } from './inventory.ts';
import { refusePages, timeAnswers } from './page.ts';
import { type Route53Settings } from './settings.ts';
import { couldWrite, type Held, type Hand, writeMoves } from './write.ts';
import { openZones, type Zone, type Zones } from './zone.ts';

const capabilities: Capabilities = {
  minTtl: null,
  compareAndSwap: 'atomic',
  atomicSets: true,
  shrinks: 'at once',
  syncStatus: 'reported',
  lag: 0,
};

/** Refusals after which rights, protections and the zone itself are asked about anew. */
const DOUBTS: readonly Code[] = ['UNAUTHORIZED', 'UNSUPPORTED', 'NOT_FOUND'];

const nothing = (): void => undefined;
const silent = { trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };

function clientOf({ profile, region, endpoint }: Route53Settings): Route53Client {
  return new Route53Client({
    region,
    // Retries have one owner, which is not the SDK: it would repeat a write whose answer was lost.
    maxAttempts: 1,
    // Without a logger of ours the SDK writes to the console.
    logger: silent,
    ...(profile === undefined ? {} : { profile }),
    ...(endpoint === undefined ? {} : { endpoint }),
  });
}

const rate = { perSecond: 5, burst: 5, reserve: 2 };
const idOf = ({ id }: Zone): string => id;
const idIn = ({ zoneId }: Route53Settings): string | undefined =>
  zoneId?.replace('/hostedzone/', '');

/** Makes the provider. Nothing is asked yet, and no credentials are looked for. */
export async function route53(
  name: string,
  settings: Route53Settings,
  environment: ProviderEnvironment,
): Promise<Provider> {
  const { clock, chance } = environment;
  const [client, where] = [clientOf(settings), `provider ${name}`];
  refusePages(client, where);
  const skew = timeAnswers(client, clock);
  const about = { provider: name, profile: settings.profile, endpoint: settings.endpoint };
  const send = sender({
    // One for all profiles: two may be of one account, and most of the chain's credentials do not tell.
    account: environment.account('aws', rate),
    ...{ clock, chance, faultOf: (error: unknown) => faultOf(error, about) },
  });
  const api = openApi(client, send);
  const zones = openZones({ provider: name, zoneId: idIn(settings), api, environment });
  const yes = new Map<string, number>();
  const protections = rememberedProtections(api, clock);

  /** A zone that is gone is looked for anew the next time; after a refusal no right is taken for granted. */
  const remembering = async <T>(act: () => Promise<T>): Promise<T> => {
    try {
      return await act();
    } catch (error) {
      if (isFault(error, 'NOT_FOUND')) zones.forget();
      if (isFault(error) && DOUBTS.includes(error.code)) {
        yes.clear();
        protections.forget();
      }
      throw told(error, about);
    }
  };

  const hand = async (moves: readonly Move[], asking: Asking): Promise<Hand> => {
    const terms = { where, zoneOf: (owner: Name) => zones.of(owner, asking), idOf };
    const zone = await commonZone(moves, terms);
    checkMoves(moves, { provider: name, zone: zone.apex, capabilities });
    for (const move of moves) routeType(keyOfMove(move));
    return { provider: name, zone, api, asking, held: key => heldAt(api, { zone, key }, asking) };
  };

  return {
    name,
    capabilities,
    zone: (owner, signal) =>
      remembering(async () => (await zones.of(owner, { signal, urgency: 'usual' })).apex),
    read: (key, signal, urgency = 'usual') =>
      remembering(async () => {
        const asking = { signal, urgency };
        routeType(key);
        return hosted(await heldAt(api, { zone: await zones.of(key.name, asking), key }, asking));
      }),
    write: (moves, signal, urgency = 'usual') =>
      remembering(async () => writeMoves(await hand(moves, { signal, urgency }), moves)),
    synced: (receipt, signal) =>
      remembering(async () => {
        const change = changeOf(receipt);
        return change === null || (await api.insync(change, { signal, urgency: 'usual' }));
      }),
    writable: (moves, signal) =>
      remembering(async () => {
        await couldWrite(await hand(moves, { signal, urgency: 'usual' }), moves, { yes, clock });
        return 'yes' as const;
      }),
    ...{ skew, ...listing({ api, zones, clock, remembering }) },
    hosting: (zone, keys, signal) =>
      remembering(() =>
        hostingOf({ protections, zones, client }, { zone, keys }, { signal, urgency: 'usual' }),
      ),
  };
}

interface Lister {
  readonly api: Api;
  readonly zones: Zones;
  readonly clock: Clock;
  readonly remembering: <T>(act: () => Promise<T>) => Promise<T>;
}

/** What can be listed of an account. */
const listing = ({
  api,
  zones,
  clock,
  remembering,
}: Lister): Pick<Provider, 'mxSets' | 'zones'> => ({
  mxSets: remembered(clock, (apex, signal) =>
    remembering(async () => {
      const asking: Asking = { signal, urgency: 'usual' };
      return mxSetsOf(api, await zones.of(apex, asking), asking);
    }),
  ),
  // With rights on one zone this is refused, which says nothing about the others that were granted.
  zones: (most, signal) => zonesOf(api, most, { signal, urgency: 'usual' }),
});

/** What the zone holds, in both forms. */
async function heldAt(
  api: Api,
  { zone, key }: { zone: Zone; key: Key },
  asking: Asking,
): Promise<Held | null> {
  const sets = await api.sets(zone.id, key, asking);
  const [raw, another] = sets.map(set => rawSet(set, key));
  if (raw === undefined) return null;
  if (another !== undefined)
    throw new Fault('UNSUPPORTED', `Route 53 lists ${keyText(key)} more than once`, {
      fix: 'Make one plain record set of them.',
    });
  return { raw, rrset: rrsetFromRaw(raw, key) };
}

const hosted = (held: Held | null): HostedRRset | null =>
  held === null ? null : { rrset: held.rrset, extras: null, token: tokenOf(held.raw) };

/** The change that a receipt is about; null where nothing had to be changed. */
function changeOf(receipt: Receipt): string | null {
  const data: Json = receipt.data;
  const change =
    typeof data === 'object' && data !== null && 'change' in data ? data['change'] : undefined;
  if (change === null || typeof change === 'string') return change;
  throw new Fault('NOT_FOUND', `no write has the receipt ${receipt.id}`, {
    fix: 'Read the record sets to see what is there.',
  });
}
