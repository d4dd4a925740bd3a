import { isWithin, type Name } from '../dns/name.ts';
import { RCODE } from '../dns/rcode.ts';
import { type Key, type RRset } from '../dns/rrset.ts';
import { type Said } from './cache.ts';

/** A zone as one server sees it now. */
export interface ZoneView {
  readonly apex: Name;
  readonly get: (key: Key) => RRset | null;
  readonly exists: (name: Name) => boolean;
}

/** An authoritative answer from the view; CNAMEs are served as they are, never followed. */
export function authoritative(view: ZoneView, { name, type }: Key): Said {
  if (!isWithin(name, view.apex)) return { rcode: RCODE.REFUSED };
  const found = view.get({ name, type }) ?? view.get({ name, type: 'CNAME' });
  if (found !== null) return { aa: true, answer: [found] };
  const soa = view.get({ name: view.apex, type: 'SOA' });
  const rcode = view.exists(name) ? RCODE.NOERROR : RCODE.NXDOMAIN;
  return { aa: true, rcode, authority: soa === null ? [] : [soa] };
}
