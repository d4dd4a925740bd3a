import {
  type Change,
  ChangeResourceRecordSetsCommand,
  GetChangeCommand,
  GetHostedZoneCommand,
  type HostedZone,
  ListHostedZonesByNameCommand,
  ListResourceRecordSetProtectionsCommand,
  ListResourceRecordSetsCommand,
  type ResourceRecordSet,
  type ResourceRecordSetProtection,
  type Route53Client,
} from '@aws-sdk/client-route-53';
import { displayName, type Name } from '../../src/dns/name.ts';
import { type Key, keyText } from '../../src/dns/rrset.ts';
import { Fault } from '../../src/errors.ts';
import { type Urgency } from '../../src/provider.ts';
import { type Request, type Send } from '../requests.ts';
import { nameFromRoute53, nameToRoute53, routeType } from './convert.ts';

/** Sets of one name and type that are read at most: Route 53 allows 100 weighted ones. */
const SETS_MOST = 300;
const SETS_PER_PAGE = 20;
const ZONES_PER_PAGE = 100;
/** Pages of one listing that are followed at most. */
const PAGES_MOST = 20;

export interface Asking {
  readonly signal: AbortSignal;
  readonly urgency: Urgency;
}

/** A part of the list of hosted zones, in the service's order. */
export interface ZonePage {
  readonly zones: readonly HostedZone[];
  /** Where the next page begins; null at the end of the list. */
  readonly next: { readonly name: string; readonly id: string } | null;
}

/** The requests that this program makes of Route 53, and no others. */
export interface Api {
  /** All sets of this name and type: one, none, or several with a routing policy. */
  sets(zoneId: string, key: Key, asking: Asking): Promise<readonly ResourceRecordSet[]>;
  /** Every set of the zone, or as many as are listed. */
  everySet(
    zoneId: string,
    asking: Asking,
  ): Promise<{ readonly sets: readonly ResourceRecordSet[]; readonly whole: boolean }>;
  /** Gives the id of the change. */
  change(zoneId: string, changes: readonly Change[], asking: Asking): Promise<string>;
  /** As `change`, but with something among the changes that can never be. */
  probe(zoneId: string, changes: readonly Change[], asking: Asking): Promise<void>;
  insync(changeId: string, asking: Asking): Promise<boolean>;
  zone(
    zoneId: string,
    asking: Asking,
  ): Promise<{ readonly zone: HostedZone; readonly nameServers: readonly string[] }>;
  /** From this name on; null from the first zone of the list. */
  zonesFrom(name: Name | null, after: ZonePage['next'], asking: Asking): Promise<ZonePage>;
  protections(zoneId: string, asking: Asking): Promise<readonly ResourceRecordSetProtection[]>;
}

const read = (what: string, asking: Asking): Request => ({ what, kind: 'read', ...asking });

/** The SDK fills what is missing with nothing: what answered 200 may still be somebody else. */
function whole<T>(value: T | undefined, what: string): T {
  if (value !== undefined) return value;
  throw new Fault('UNAVAILABLE', `the answer has no ${what}: what answered is not Route 53`, {
    fix: 'See `endpoint`, and whether a proxy stands between this machine and AWS.',
  });
}

const stripped = (id: string): string => id.replace(/^\/(?:hostedzone|change)\//, '');

/** Where a page of the list of zones begins. */
function from(after: ZonePage['next'], name: Name | null) {
  if (after !== null) return { DNSName: after.name, HostedZoneId: after.id };
  return name === null ? {} : { DNSName: nameToRoute53(name) };
}

/** Binds the requests to a client. */
export function openApi(client: Route53Client, send: Send): Api {
  const changed = async (zoneId: string, changes: readonly Change[], signal: AbortSignal) => {
    const input = { HostedZoneId: zoneId, ChangeBatch: { Changes: [...changes] } };
    const { ChangeInfo } = await client.send(new ChangeResourceRecordSetsCommand(input), {
      abortSignal: signal,
    });
    return whole(ChangeInfo?.Id, 'ChangeInfo');
  };
  return {
    sets: (zoneId, key, asking) => setsOf({ client, send }, { zoneId, key }, asking),
    everySet: (zoneId, asking) => everySetOf({ client, send }, zoneId, asking),
    change: (zoneId, changes, asking) =>
      send({ what: 'changing the record sets', kind: 'write', ...asking }, own =>
        changed(zoneId, changes, own),
      ),
    probe: async (zoneId, changes, asking) => {
      await send(read('asking whether it could be written', asking), own =>
        changed(zoneId, changes, own),
      );
    },
    insync: async (changeId, asking) => {
      const { ChangeInfo } = await send(read('asking about the change', asking), own =>
        client.send(new GetChangeCommand({ Id: changeId }), { abortSignal: own }),
      );
      return whole(ChangeInfo?.Status, 'status') === 'INSYNC';
    },
    zone: async (zoneId, asking) => {
      const answer = await send(read(`looking up the hosted zone ${zoneId}`, asking), own =>
        client.send(new GetHostedZoneCommand({ Id: zoneId }), { abortSignal: own }),
      );
      const zone = whole(answer.HostedZone, 'HostedZone');
      return {
        zone: { ...zone, Id: stripped(whole(zone.Id, 'Id')) },
        nameServers: answer.DelegationSet?.NameServers ?? [],
      };
    },
    zonesFrom: async (name, after, asking) => {
      const input = {
        ...from(after, name),
        MaxItems: ZONES_PER_PAGE,
      };
      const what =
        name === null
          ? 'listing the hosted zones'
          : `looking for the hosted zone of ${displayName(name)}`;
      const page = await send(read(what, asking), own =>
        client.send(new ListHostedZonesByNameCommand(input), { abortSignal: own }),
      );
      const more = whole(page.IsTruncated, 'IsTruncated');
      return {
        zones: whole(page.HostedZones, 'HostedZones').map(zone => ({
          ...zone,
          Id: stripped(zone.Id ?? ''),
        })),
        next: more
          ? { name: page.NextDNSName ?? '', id: stripped(page.NextHostedZoneId ?? '') }
          : null,
      };
    },
    protections: (zoneId, asking) => protectionsOf({ client, send }, zoneId, asking),
  };
}

/**
 * The listing is a seek, not a filter: what comes first may be another set. Weighted sets and their like
 * share name and type, and come one after the other.
 */
async function setsOf(
  { client, send }: { client: Route53Client; send: Send },
  { zoneId, key }: { zoneId: string; key: Key },
  asking: Asking,
): Promise<readonly ResourceRecordSet[]> {
  const StartRecordType = routeType(key);
  const found: ResourceRecordSet[] = [];
  let identifier: string | undefined;
  while (found.length < SETS_MOST) {
    const input = {
      ...{ HostedZoneId: zoneId, StartRecordName: nameToRoute53(key.name), StartRecordType },
      ...(identifier === undefined ? {} : { StartRecordIdentifier: identifier }),
      MaxItems: SETS_PER_PAGE,
    };
    const page = await send(read(`reading ${keyText(key)}`, asking), own =>
      client.send(new ListResourceRecordSetsCommand(input), { abortSignal: own }),
    );
    const more = whole(page.IsTruncated, 'IsTruncated');
    const sets = whole(page.ResourceRecordSets, 'ResourceRecordSets');
    const ours = sets.filter(
      ({ Name, Type }) =>
        whole(Type, 'Type') === key.type && nameFromRoute53(whole(Name, 'Name')) === key.name,
    );
    found.push(...ours);
    identifier = page.NextRecordIdentifier;
    const goesOn =
      more &&
      ours.length === sets.length &&
      ours.length > 0 &&
      identifier !== undefined &&
      page.NextRecordType === key.type &&
      nameFromRoute53(page.NextRecordName ?? '') === key.name;
    if (!goesOn) break;
  }
  return found;
}

/** Through a whole zone, 300 sets a page. */
async function everySetOf(
  { client, send }: { client: Route53Client; send: Send },
  zoneId: string,
  asking: Asking,
): Promise<{ readonly sets: readonly ResourceRecordSet[]; readonly whole: boolean }> {
  const sets: ResourceRecordSet[] = [];
  let start = {};
  for (let pages = 0; pages < PAGES_MOST; pages++) {
    const input = { HostedZoneId: zoneId, ...start, MaxItems: SETS_MOST };
    const page = await send(read('listing the record sets', asking), own =>
      client.send(new ListResourceRecordSetsCommand(input), { abortSignal: own }),
    );
    sets.push(...whole(page.ResourceRecordSets, 'ResourceRecordSets'));
    if (!whole(page.IsTruncated, 'IsTruncated')) return { sets, whole: true };
    const { NextRecordName, NextRecordType, NextRecordIdentifier } = page;
    start = {
      ...(NextRecordName === undefined ? {} : { StartRecordName: NextRecordName }),
      ...(NextRecordType === undefined ? {} : { StartRecordType: NextRecordType }),
      ...(NextRecordIdentifier === undefined
        ? {}
        : { StartRecordIdentifier: NextRecordIdentifier }),
    };
  }
  return { sets, whole: false };
}

async function protectionsOf(
  { client, send }: { client: Route53Client; send: Send },
  zoneId: string,
  asking: Asking,
): Promise<readonly ResourceRecordSetProtection[]> {
  const found: ResourceRecordSetProtection[] = [];
  let token: string | undefined;
  for (let pages = 0; pages < PAGES_MOST; pages++) {
    const input = { HostedZoneId: zoneId, ...(token === undefined ? {} : { NextToken: token }) };
    const page = await send(read('listing the protections', asking), own =>
      client.send(new ListResourceRecordSetProtectionsCommand(input), { abortSignal: own }),
    );
    found.push(...(page.ResourceRecordSetProtections ?? []));
    token = page.NextToken;
    if (token === undefined) break;
  }
  return found;
}
