import { keyText, sameData, type Key, type RRset } from '../../src/dns/rrset.ts';
import { type Address, type Version } from './authority.ts';

// What the authoritative addresses served, and when: known to the judge, and to caches of earlier moments.

/** What this address served at a moment of truth. */
export const versionAt = ({ past, version }: Address, at: number): Version =>
  past.find(({ until }) => at < until)?.version ?? version;

/** True when this is what it is about at an address. */
type Is = (version: Version) => boolean;

/**
 * Until when any address had served something else at a moment of truth; that moment while one did, 0
 * where none ever did.
 */
export function lastNot(addresses: readonly Address[], is: Is, at: number): number {
  const untils = addresses.map(address =>
    is(versionAt(address, at))
      ? (address.past.findLast(one => one.until <= at && !is(one.version))?.until ?? 0)
      : at,
  );
  return Math.max(0, ...untils);
}

/** True when there was a moment since `from` at which it held of every address at once. */
export function heldAtOnce(addresses: readonly Address[], is: Is, from: number): boolean {
  const moments = [from, ...addresses.flatMap(({ past }) => past.map(({ until }) => until))];
  return moments.some(at => at >= from && addresses.every(address => is(versionAt(address, at))));
}

/** The same records there, whatever the TTL; null is none at all. */
export const serves =
  (key: Key, wanted: RRset | null): Is =>
  ({ sets }) => {
    const found = sets.get(keyText(key)) ?? null;
    return found === null || wanted === null ? found === wanted : sameData(found, wanted);
  };
