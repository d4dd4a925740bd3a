import { type Name, parseAnyName } from '../../src/dns/name.ts';
import { type RRset } from '../../src/dns/rrset.ts';
import { Fault } from '../../src/errors.ts';
import { isObject } from '../../src/object.ts';
import { type Api, type Query } from './client.ts';
import { hostedOf, recordOf } from './convert.ts';
import { type ApiZone, foreignTo, zoneFrom } from './zone.ts';

/** What the API gives on a page of records, and on one of zones. */
const PER_PAGE = { records: 100, zones: 50 };
const PAGES = 10;

interface Pages {
  readonly api: Api;
  readonly path: string;
  readonly query: Query;
  readonly what: string;
  readonly each: number;
  readonly signal: AbortSignal;
}

/** Everything on the pages of a list, and whether that is all. */
async function everything(
  { api, path, query, what, each, signal }: Pages,
  most: number,
): Promise<{ readonly values: readonly unknown[]; readonly whole: boolean }> {
  const values: unknown[] = [];
  for (let page = 1; page <= PAGES && values.length < most; page++) {
    const asking = { what, kind: 'read', urgency: 'usual', signal } as const;
    const { result } = await api.get(path, { ...query, page, per_page: each }, asking);
    if (!Array.isArray(result))
      throw new Fault('UNAVAILABLE', `the answer of Cloudflare to ${what} is no list`, {
        where: api.where,
        fix: 'Try again; see whether a proxy stands in the way.',
      });
    values.push(...(result as readonly unknown[]));
    if (result.length < each)
      return { values: values.slice(0, most), whole: values.length <= most };
  }
  return { values: values.slice(0, most), whole: false };
}

/** Every MX RRset of a zone: the API lists records by their type alone, too. */
export async function mxSetsOf(
  api: Api,
  zone: ApiZone,
  signal: AbortSignal,
): Promise<readonly RRset[]> {
  const { values, whole } = await everything(
    {
      ...{ api, path: `/zones/${zone.id}/dns_records`, query: { type: 'MX' } },
      ...{ what: 'listing the MX records', each: PER_PAGE.records, signal },
    },
    PAGES * PER_PAGE.records,
  );
  if (!whole)
    throw new Fault('UNSUPPORTED', 'the zone has more MX records than are listed', {
      where: api.where,
      fix: 'Look through them by hand.',
    });
  const names = values.flatMap(value =>
    isObject(value) && value['type'] === 'MX' && typeof value['name'] === 'string'
      ? [parseAnyName(value['name'])]
      : [],
  );
  return [...new Set(names)].flatMap(name => {
    const key = { name, type: 'MX' };
    const records = values.map(value => recordOf(value, key)).filter(record => record !== null);
    const hosted = hostedOf(key, records);
    return hosted === null ? [] : [hosted.rrset];
  });
}

/** The zones of Cloudflare's own that the token may see, those that are not delegated yet among them. */
export async function zonesOf(
  api: Api,
  most: number,
  signal: AbortSignal,
): Promise<{ readonly zones: readonly Name[]; readonly whole: boolean }> {
  const { values, whole } = await everything(
    {
      ...{ api, path: '/zones', query: {}, what: 'listing the zones' },
      ...{ each: PER_PAGE.zones, signal },
    },
    most,
  );
  const zones = values.map(zoneFrom).filter(zone => foreignTo(zone) === null);
  return { zones: zones.map(({ apex }) => apex), whole };
}
