import { type Name } from '../../src/dns/name.ts';
import { type RRset } from '../../src/dns/rrset.ts';
import { Fault } from '../../src/errors.ts';
import { type Api, type Asking, type ZonePage } from './api.ts';
import { nameFromRoute53, rawSet, rrsetFromRaw, specialty } from './convert.ts';
import { type Zone } from './zone.ts';

/** Every plain MX record set of a hosted zone; one with a routing policy has no single value. */
export async function mxSetsOf(api: Api, zone: Zone, asking: Asking): Promise<readonly RRset[]> {
  const { sets, whole } = await api.everySet(zone.id, asking);
  if (!whole)
    throw new Fault('UNSUPPORTED', 'the hosted zone has more record sets than are listed', {
      fix: 'Look through its MX records by hand.',
    });
  return sets
    .filter(set => set.Type === 'MX' && specialty(set) === null)
    .map(set => {
      const key = { name: nameFromRoute53(set.Name ?? ''), type: 'MX' };
      return rrsetFromRaw(rawSet(set, key), key);
    });
}

/** The public hosted zones of the account, in the order of the service. */
export async function zonesOf(
  api: Api,
  most: number,
  asking: Asking,
): Promise<{ readonly zones: readonly Name[]; readonly whole: boolean }> {
  const zones = new Set<Name>();
  let next: ZonePage['next'] = null;
  do {
    const page: ZonePage = await api.zonesFrom(null, next, asking);
    for (const zone of page.zones)
      if (zone.Config?.PrivateZone !== true) zones.add(nameFromRoute53(zone.Name ?? ''));
    next = page.next;
  } while (next !== null && zones.size <= most && zones.size > 0);
  return { zones: [...zones].slice(0, most), whole: next === null && zones.size <= most };
}
