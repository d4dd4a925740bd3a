import { isWithin, type Name, parentOf, parseName } from '../dns/name.ts';
import { RCODE } from '../dns/rcode.ts';
import { type Key, type RRset } from '../dns/rrset.ts';
import { type Said } from './cache.ts';

/** A zone as one server sees it now. */
export interface ZoneView {
  readonly apex: Name;
  readonly get: (key: Key) => RRset | null;
  readonly exists: (name: Name) => boolean;
}

/** What a wildcard at the closest name that exists makes of a name that does not (RFC 4592 3.3.1). */
function fromWildcard(view: ZoneView, { name, type }: Key): RRset | null {
  if (view.exists(name)) return null;
  for (let above = parentOf(name); above !== null; above = parentOf(above)) {
    if (!isWithin(above, view.apex)) return null;
    const found = view.get({ name: parseName(`*.${above}`), type });
    if (found !== null) return { ...found, name };
    if (view.exists(above)) return null;
  }
  return null;
}

/** An authoritative answer from the view; CNAMEs are served as they are, never followed. */
export function authoritative(view: ZoneView, { name, type }: Key): Said {
  if (!isWithin(name, view.apex)) return { rcode: RCODE.REFUSED };
  const there = view.get({ name, type }) ?? view.get({ name, type: 'CNAME' });
  const found = there ?? fromWildcard(view, { name, type });
  if (found !== null) return { aa: true, answer: [found] };
  const soa = view.get({ name: view.apex, type: 'SOA' });
  const rcode = view.exists(name) ? RCODE.NOERROR : RCODE.NXDOMAIN;
  return { aa: true, rcode, authority: soa === null ? [] : [soa] };
}

/**
 * The same, and beyond the zone what the servers of all other zones would say: in a rehearsal there are no
 * others, so that whatever `beyond` does not know does not exist.
 */
export function elsewhere(view: ZoneView, key: Key, beyond: (key: Key) => RRset | null): Said {
  const found = beyond(key);
  if (found !== null && view.get(key) === null) return { aa: true, answer: [found] };
  if (isWithin(key.name, view.apex)) return authoritative(view, key);
  const known = beyond({ name: key.name, type: 'A' }) !== null;
  return { aa: true, rcode: known ? RCODE.NOERROR : RCODE.NXDOMAIN, authority: [] };
}
