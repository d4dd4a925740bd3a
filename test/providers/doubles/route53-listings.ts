import { type HttpReply } from './listen.ts';
import { fault, found } from './route53-answers.ts';
import { type Content, type Tree } from './route53-xml.ts';
import {
  bySeek,
  listKey,
  shownName,
  shownSet,
  type StoredSet,
  type StoredZone,
  takenName,
} from './route53-zone.ts';

/** A hosted zone in a listing. */
const zoneElement = (zone: StoredZone): Readonly<Record<string, Tree>> => ({
  Id: `/hostedzone/${zone.id}`,
  Name: shownName(zone.apex),
  CallerReference: `double-${zone.id}`,
  Config: { Comment: '', PrivateZone: zone.isPrivate },
  ResourceRecordSetCount: zone.sets.size,
});

/** The name servers come without a final dot (API reference, GetHostedZone). */
export const zoneTree = (zone: StoredZone): Tree => ({
  HostedZone: zoneElement(zone),
  ...(zone.isPrivate
    ? { VPCs: { VPC: { VPCRegion: 'us-east-1', VPCId: 'vpc-00000001' } } }
    : { DelegationSet: { NameServers: { NameServer: [...zone.nameServers] } } }),
});

export const changeTree = ({ id, at }: { id: string; at: string }, status: string): Content => ({
  Id: `/change/${id}`,
  Status: status,
  SubmittedAt: at,
});

/** A seek: begins at the first set that is not before the one named (API reference). */
export function listSets(
  sets: readonly StoredSet[],
  query: URLSearchParams,
  pageSize: number,
): HttpReply {
  const name = query.get('name');
  const type = query.get('type');
  // "InvalidInput: if you specify Type but not Name" (API reference, ListResourceRecordSets).
  if (name === null && type !== null)
    return fault(400, 'InvalidInput', 'The input is not valid: type without name');
  const asked = Number(query.get('maxitems') ?? pageSize);
  // "If the response includes more than maxitems": 300 is the most that a page has.
  const most = Math.min(asked, pageSize);
  const identifier = query.get('identifier');
  const start: StoredSet = {
    name: takenName(name ?? ''),
    type: type ?? '',
    values: [],
    ...(identifier === null ? {} : { identifier }),
  };
  const from = name === null ? 0 : sets.findIndex(set => bySeek(set, start) >= 0);
  const rest = from < 0 ? [] : sets.slice(from);
  const next = rest[most];
  return found('ListResourceRecordSetsResponse', {
    ResourceRecordSets: { ResourceRecordSet: rest.slice(0, most).map(shownSet) },
    IsTruncated: next !== undefined,
    MaxItems: most,
    NextRecordName: next === undefined ? undefined : shownName(next.name),
    NextRecordType: next?.type,
    NextRecordIdentifier: next?.identifier,
  });
}

/** A seek as well, by name and then by id (API reference, ListHostedZonesByName). */
export function listZones(zones: readonly StoredZone[], query: URLSearchParams): HttpReply {
  const name = query.get('dnsname');
  const id = query.get('hostedzoneid') ?? '';
  const most = Math.min(Number(query.get('maxitems') ?? 100), 100);
  const place = (zone: StoredZone): string => `${listKey(zone.apex)}.\0${zone.id}`;
  const start = name === null ? '' : `${listKey(takenName(name))}.\0${id}`;
  const rest = zones
    .filter(zone => place(zone) >= start)
    .sort((a, b) => (place(a) < place(b) ? -1 : 1));
  const next = rest[most];
  return found('ListHostedZonesByNameResponse', {
    HostedZones: { HostedZone: rest.slice(0, most).map(zoneElement) },
    ...(name === null ? {} : { DNSName: name }),
    IsTruncated: next !== undefined,
    NextDNSName: next === undefined ? undefined : shownName(next.apex),
    NextHostedZoneId: next?.id,
    MaxItems: most,
  });
}

export const protectionsOf = (zone: StoredZone): HttpReply =>
  found('ListResourceRecordSetProtectionsResponse', {
    ResourceRecordSetProtections: {
      ResourceRecordSetProtection: [...zone.protections.values()].map(
        ({ name, type, comment }) => ({
          RecordName: shownName(name),
          RecordType: type,
          Comment: comment ?? undefined,
        }),
      ),
    },
  });
