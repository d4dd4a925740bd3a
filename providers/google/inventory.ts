import { displayName, type Name } from '../../src/dns/name.ts';
import { type RRset } from '../../src/dns/rrset.ts';
import { type Client } from './client.ts';
import { listedOf, rrsetOf } from './convert.ts';
import { everyItem } from './pages.ts';
import { type ManagedZone, managedZoneOf } from './zone.ts';

/**
 * Every plain MX RRset of a managed zone. The API filters by a type only together with a name, so the whole
 * zone is listed; a set with a routing policy has no records of its own and is left out.
 */
export async function mxSetsOf(
  client: Client,
  { name, apex }: ManagedZone,
  signal: AbortSignal,
): Promise<readonly RRset[]> {
  const items = await everyItem(
    client,
    {
      what: `listing the sets of ${displayName(apex)}`,
      path: `managedZones/${name}/rrsets`,
      ...{ query: { maxResults: '1000' }, urgency: 'usual', signal },
    },
    'rrsets',
  );
  return items.flatMap(item => {
    const listed = listedOf(item);
    return listed?.is === 'plain' && listed.key.type === 'MX' ? [rrsetOf(listed.held)] : [];
  });
}

/** The public managed zones of the project. */
export async function zonesOf(
  client: Client,
  most: number,
  signal: AbortSignal,
): Promise<{ readonly zones: readonly Name[]; readonly whole: boolean }> {
  const items = await everyItem(
    client,
    {
      ...{ what: 'listing the managed zones', path: 'managedZones' },
      ...{ query: { maxResults: '1000' }, urgency: 'usual', signal },
    },
    'managedZones',
  );
  const shown = items.map(managedZoneOf).filter(zone => zone?.hidden === null);
  const zones = [...new Set(shown.flatMap(zone => (zone === null ? [] : [zone.apex])))];
  return { zones: zones.slice(0, most), whole: zones.length <= most };
}
