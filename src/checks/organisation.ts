import type * as Suffixes from 'tldts';
import { displayName, type Name, parseAnyName } from '../dns/name.ts';

let loading: Promise<typeof Suffixes> | null = null;

/**
 * The domain that an organisation registered (RFC 7489 3.2); the name itself where that is not known. The list
 * of public suffixes takes a while to load, and most runs need it not: it is loaded when it is asked first.
 */
export async function organisationOf(name: Name): Promise<Name> {
  loading ??= import('tldts');
  const { getDomain } = await loading;
  const found = getDomain(displayName(name), { allowPrivateDomains: true });
  return found === null ? name : parseAnyName(found);
}
