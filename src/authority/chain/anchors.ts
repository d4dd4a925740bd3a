import { type Ds, dsOf } from '../../dns/dnssec-records.ts';
import { isWithin, type Name, nameLabels, parseAnyName, ROOT } from '../../dns/name.ts';

/** Where a walk begins: keys that are trusted because somebody said so. */
export interface Anchor {
  readonly owner: Name;
  readonly ds: readonly Ds[];
  readonly from: 'built in' | 'configured';
}

/**
 * KSK-2017 and KSK-2024 of the root, as IANA publishes them (https://data.iana.org/root-anchors/root-anchors.xml,
 * RFC 9718). The second is pre-published, so that the roll of the root's key needs no new version.
 */
const rootAnchors: readonly string[] = [
  '. DS 20326 8 2 e06d44b80b8f1d39a95c0b0d7c65d08458e880409bbc683457104237c7f8ec8d',
  '. DS 38696 8 2 683d2d0acb8c9b712a1948b27f741219298d0a450d612c483af444a4c0fb2b16',
];

/** `example.org. DS 12345 13 2 4f6a…`, as the configuration gives it. */
function anchorOf(text: string): { readonly owner: Name; readonly ds: Ds } {
  const [owner = '.', , ...data] = text.split(' ');
  return { owner: owner === '.' ? ROOT : parseAnyName(owner), ds: dsOf(data.join(' ')) };
}

/** The trust anchor that is nearest to a zone: one of the configuration, else the root's. */
export function anchorFor(zone: Name, configured: readonly string[]): Anchor {
  const above = configured.map(anchorOf).filter(({ owner }) => isWithin(zone, owner));
  const [nearest] = above.toSorted(
    (one, other) => nameLabels(other.owner).length - nameLabels(one.owner).length,
  );
  if (nearest === undefined)
    return { owner: ROOT, ds: rootAnchors.map(text => anchorOf(text).ds), from: 'built in' };
  const { owner } = nearest;
  const ds = above.filter(one => one.owner === owner).map(one => one.ds);
  return { owner, ds, from: 'configured' };
}
