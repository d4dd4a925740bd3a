import { type ResourceRecordSetProtection, type Route53Client } from '@aws-sdk/client-route-53';
import { type Clock } from '../../src/clock.ts';
import { displayName, type Name } from '../../src/dns/name.ts';
import { type Key, keyText } from '../../src/dns/rrset.ts';
import { isFault } from '../../src/errors.ts';
import { type Hosting, type Remark } from '../../src/provider.ts';
import { type Api, type Asking } from './api.ts';
import { nameFromRoute53 } from './convert.ts';
import { type Zone, type Zones } from './zone.ts';

/** Between two lists of the protections of a zone: they are made by hand, and the write tells of new ones. */
const REMEMBERED_MS = 60_000;

export interface Protections {
  of(zoneId: string, asking: Asking): Promise<readonly ResourceRecordSetProtection[]>;
  forget(): void;
}

/** The lists of protections, each asked for once a minute at most. */
export function rememberedProtections(api: Api, clock: Clock): Protections {
  const known = new Map<string, { at: number; list: readonly ResourceRecordSetProtection[] }>();
  return {
    of: async (zoneId, asking) => {
      const now = clock.now().up;
      const before = known.get(zoneId);
      if (before !== undefined && now - before.at < REMEMBERED_MS) return before.list;
      const list = await api.protections(zoneId, asking);
      known.set(zoneId, { at: now, list });
      return list;
    },
    forget: () => {
      known.clear();
    },
  };
}

/** Protections among the sets of a cutover. Without the right to list them, the write will tell. */
async function protectedSets(
  lists: Protections,
  { zone, keys }: { zone: Zone; keys: readonly Key[] },
  asking: Asking,
): Promise<readonly Remark[]> {
  try {
    const protections = await lists.of(zone.id, asking);
    return protections.flatMap(({ RecordName = '', RecordType, Comment }): readonly Remark[] => {
      const name = nameFromRoute53(RecordName);
      const key = keys.find(one => one.name === name && one.type === RecordType);
      if (key === undefined) return [];
      const why = Comment === undefined || Comment === '' ? '' : `: ${Comment}`;
      return [
        {
          severity: 'blocker',
          subject: keyText(key),
          summary: `${keyText(key)} is protected in Route 53, and every change of it is refused${why}`,
          remedy:
            'Ask whoever protected it; then run ' +
            'aws route53 delete-resource-record-set-protections for this name and type.',
        },
      ];
    });
  } catch (error) {
    // No right, or a partition that does not have them yet.
    if (isFault(error, 'UNAUTHORIZED') || isFault(error, 'UNSUPPORTED')) return [];
    throw error;
  }
}

const kept = (zone: Zone): readonly Remark[] =>
  zone.keeper === null
    ? []
    : [
        {
          severity: 'blocker',
          subject: displayName(zone.apex),
          summary: `the hosted zone was made by another service (${zone.keeper}), which alone may change it`,
          remedy: 'Change the records in that service.',
        },
      ];

/** What Route 53 tells about a zone: most of it is known from looking it up. */
export async function hostingOf(
  { protections, zones, client }: { protections: Protections; zones: Zones; client: Route53Client },
  { zone: apex, keys }: { zone: Name; keys: readonly Key[] },
  asking: Asking,
): Promise<Hosting> {
  const zone = await zones.of(apex, asking);
  const nameServers = await zones.nameServers(zone, asking);
  const remarks = [...kept(zone), ...(await protectedSets(protections, { zone, keys }, asking))];
  // Some of the chain's credentials know whose they are; asking AWS would need another service.
  const identity = await client.config.credentials().catch(() => null);
  const account = identity?.accountId ?? null;
  return { id: zone.id, account, nameServers, excessRights: null, remarks };
}
