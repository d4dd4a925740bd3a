import { type Key, keyText } from '../../src/dns/rrset.ts';
import { Fault } from '../../src/errors.ts';
import { type Urgency } from '../../src/provider.ts';
import { nameSent } from './batch.ts';
import { type Api } from './client.ts';
import { type ApiRecord, recordOf } from './convert.ts';
import { isObject } from '../../src/object.ts';
import { type ApiZone } from './zone.ts';

/** Records of one name and type on a page, and pages: far more than an RRset has. */
const PER_PAGE = 100;
const PAGES = 10;

export interface Listing {
  readonly api: Api;
  readonly zone: ApiZone;
  readonly signal: AbortSignal;
  readonly urgency: Urgency;
}

/** Types that the filter of the API does not know are not asked for: there are none in the zone. */
const listable = new Set(
  (
    'A AAAA CAA CERT CNAME DNSKEY DS HTTPS LOC MX NAPTR NS OPENPGPKEY PTR SMIMEA SRV SSHFP SVCB ' +
    'TLSA TXT URI'
  ).split(' '),
);

/** Every record of one name and type, without duplicates, in the order of their ids. */
export async function recordsOf(
  { api, zone, signal, urgency }: Listing,
  key: Key,
): Promise<readonly ApiRecord[]> {
  if (!listable.has(key.type)) return [];
  const records = new Map<string, ApiRecord>();
  /** The ids on all pages, also of what was not asked for: a filter that is not heeded hides nothing. */
  const seen = new Set<unknown>();
  const what = `listing ${keyText(key)}`;
  for (let page = 1; page <= PAGES; page++) {
    const query = { type: key.type, name: { exact: nameSent(key) }, page, per_page: PER_PAGE };
    const asking = { what, kind: 'read', signal, urgency } as const;
    const { result, info } = await api.get(`/zones/${zone.id}/dns_records`, query, asking);
    if (!Array.isArray(result))
      throw new Fault('UNAVAILABLE', `the answer of Cloudflare to ${what} is no list`, {
        where: api.where,
        fix: 'Try again; see whether a proxy stands in the way.',
      });
    const known = seen.size;
    for (const value of result) {
      const record = recordOf(value, key);
      seen.add(isObject(value) ? value['id'] : value);
      if (record !== null) records.set(record.id, record);
    }
    // A server that counts no pages, or does not turn them, brings nothing new.
    const last = page >= pagesOf(info) || result.length === 0 || seen.size === known;
    if (last) return [...records.values()].sort((one, other) => (one.id < other.id ? -1 : 1));
  }
  throw new Fault('UNSUPPORTED', `${keyText(key)} has more than ${PAGES * PER_PAGE} records`, {
    where: api.where,
    fix: 'Nothing of this size is handled; see whether the filters of the API work.',
  });
}

/** How many pages there are, by what is told of them; one when nothing is. */
function pagesOf(info: unknown): number {
  if (!isObject(info)) return 1;
  const { total_pages: pages, total_count: count, per_page: size } = info;
  if (typeof pages === 'number') return pages;
  const each = typeof size === 'number' && size > 0 ? size : PER_PAGE;
  return typeof count === 'number' ? Math.ceil(count / each) : 1;
}
