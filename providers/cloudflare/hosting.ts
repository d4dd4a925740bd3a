import { displayName, isWithin, type Name } from '../../src/dns/name.ts';
import { parseMx } from '../../src/dns/mx.ts';
import { type Key, keyText } from '../../src/dns/rrset.ts';
import { type Hosting, type Remark } from '../../src/provider.ts';
import { type ApiRecord } from './convert.ts';
import { unlockingOf } from './lock.ts';
import { type Listing, recordsOf } from './records.ts';
import { type ApiZone, hindranceOf } from './zone.ts';

/** Hosts of one MX RRset that are looked at: each costs two requests. */
const HOSTS = 10;

/** What this tool uses, in the words of `permissions`. */
const needed = new Set(['#dns_records:edit', '#dns_records:read', '#zone:read']);

/** What is to be told about a zone and the RRsets of a cutover. */
export async function hostingOf(listing: Listing, keys: readonly Key[]): Promise<Hosting> {
  const { zone } = listing;
  const remarks: Remark[] = [...zoneRemarks(zone)];
  for (const key of keys) {
    const records = await recordsOf(listing, key);
    remarks.push(...lockRemarks(key, records));
    if (key.type === 'MX') remarks.push(...(await hostRemarks(listing, key, records)));
  }
  const { id, account, nameServers, permissions } = zone;
  return {
    ...{ id, account, nameServers, remarks },
    excessRights: permissions?.filter(right => !needed.has(right)) ?? null,
  };
}

/** A zone whose proxy is paused is none: its DNS is served as ever, and a cutover is of DNS alone. */
function zoneRemarks(zone: ApiZone): readonly Remark[] {
  const subject = displayName(zone.apex);
  const why = hindranceOf(zone);
  if (why === null) return [];
  return [
    {
      ...{ severity: 'blocker', subject, summary: `the zone cannot be used: ${why}` },
      remedy: 'Use the provider that answers for the domain, or finish the setup of the zone.',
    },
  ];
}

function lockRemarks(key: Key, records: readonly ApiRecord[]): readonly Remark[] {
  const lock = records.find(record => record.lock !== null)?.lock;
  if (lock != null)
    return [
      {
        ...{ severity: 'blocker', subject: keyText(key), summary: `it cannot be changed: ${lock}` },
        remedy: unlockingOf(lock),
      },
    ];
  if (!records.some(({ proxied }) => proxied)) return [];
  return [
    {
      ...{ severity: 'blocker', subject: keyText(key) },
      summary: 'it is proxied: the world sees addresses of Cloudflare instead of these records',
      remedy: 'Set the records to "DNS only" first.',
    },
  ];
}

/**
 * Mail hosts behind the proxy: Cloudflare serves another MX in their place, `_dc-mx` and a hash, so that
 * mail arrives all the same (developers.cloudflare.com/dns/manage-dns-records/troubleshooting/unexpected-dns-records).
 * What its servers answer is then never what stands in the zone.
 */
async function hostRemarks(
  listing: Listing,
  key: Key,
  records: readonly ApiRecord[],
): Promise<readonly Remark[]> {
  const { zone } = listing;
  const hosts: Name[] = records
    .map(({ rdata }) => parseMx(rdata).exchange)
    .filter(host => isWithin(host, zone.apex))
    .slice(0, HOSTS);
  const remarks: Remark[] = [];
  for (const name of new Set(hosts)) {
    const addresses = [
      ...(await recordsOf(listing, { name, type: 'A' })),
      ...(await recordsOf(listing, { name, type: 'AAAA' })),
    ];
    if (!addresses.some(({ proxied }) => proxied)) continue;
    remarks.push({
      ...{ severity: 'blocker', subject: keyText(key) },
      summary: `its host ${displayName(name)} is proxied: Cloudflare serves another MX in its place`,
      remedy: `Set the A and AAAA records of ${displayName(name)} to "DNS only".`,
    });
  }
  return remarks;
}
