import { type Instant } from '../../clock.ts';
import {
  algorithmName,
  digestFits,
  type Dnskey,
  dnskeyOf,
  type Ds,
  isKnownAlgorithm,
  isKnownDigest,
  labelCount,
  type Rrsig,
  signsZones,
} from '../../dns/dnssec-records.ts';
import {
  isExpanded,
  type SignedSet,
  signedData,
  type Span,
  spanOf,
  timeOf,
} from '../../dns/dnssec-signed.ts';
import { type Name } from '../../dns/name.ts';
import { limits } from '../../limits.ts';
import { verifies } from './verify.ts';

/** What came of one RRset. `unsigned`: no signature came with it, which a resolver may be to blame for. */
export type SetVerdict =
  | { readonly is: 'secure'; readonly lasts: Span; readonly by: Rrsig }
  | { readonly is: 'bogus' | 'unsigned'; readonly why: string };

export interface Signers {
  readonly zone: Name;
  readonly keys: readonly Dnskey[];
  readonly now: Instant;
  /** Takes what a wildcard was expanded to. Never for what vouches or denies: it would speak of any name. */
  readonly expanded?: boolean;
}

const stamp = (seconds: number): string =>
  `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;

/** Why a signature cannot even be tried; null if it can (RFC 4035 5.3.1). The number: how near it came. */
function unfit(
  { name }: SignedSet,
  signature: Rrsig,
  { zone, keys, now, expanded = false }: Signers,
): readonly [number, string] | null {
  const { algorithm, labels, signer, tag, expiration, inception } = signature;
  if (!isKnownAlgorithm(algorithm))
    return [0, `it is signed with ${algorithmName(algorithm)} only`];
  if (signer !== zone) return [1, `its signature is one of ${signer} instead of ${zone}`];
  if (labels > labelCount(name)) return [1, 'its signature was made for a longer name'];
  if (isExpanded(name, signature) && !expanded) return [1, 'it was made from a wildcard'];
  const time = timeOf(signature, now);
  if (time === 'expired') return [2, `its signature ended at ${stamp(expiration)}`];
  if (time === 'not yet') return [2, `its signature begins only at ${stamp(inception)}`];
  if (!keys.some(key => key.tag === tag && key.algorithm === algorithm))
    return [3, `it is signed with key ${tag}, which is not among the keys of ${zone}`];
  return null;
}

/**
 * Validates one RRset: one signature that fits is enough (RFC 4035 5.3.3). What stops at a limit counts as
 * not validated, as it does for validators (CVE-2023-50387).
 */
export function validateSet(set: SignedSet, signers: Signers): SetVerdict {
  if (set.signatures.length === 0) return { is: 'unsigned', why: 'no signature came with it' };
  let [nearest, why]: readonly [number, string] = [-1, ''];
  let tries = 0;
  for (const by of set.signatures.slice(0, limits.dnssecTries)) {
    const [near, reason] = unfit(set, by, signers) ?? [
      4,
      'its signature does not fit what is served',
    ];
    if (near > nearest) [nearest, why] = [near, reason];
    if (near < 4) continue;
    const data = signedData(set, by);
    const fitting = signers.keys.filter(
      key => key.tag === by.tag && key.algorithm === by.algorithm && signsZones(key),
    );
    for (const key of fitting) {
      if (++tries > limits.dnssecTries) return { is: 'bogus', why: 'it has too many signatures' };
      if (verifies(data, key, by.signature))
        return { is: 'secure', lasts: spanOf(by, signers.now), by };
    }
  }
  return { is: 'bogus', why };
}

/** The DS records by which a zone can be judged; none: it counts as unsigned (RFC 4035 5.2, RFC 9905 2). */
export const usableDs = (list: readonly Ds[]): readonly Ds[] =>
  list.filter(
    ({ algorithm, digestType }) => isKnownAlgorithm(algorithm) && isKnownDigest(digestType),
  );

export const dsText = (list: readonly Ds[]): string =>
  list.map(({ tag, algorithm }) => `${tag} ${algorithmName(algorithm)}`).join(', ');

export type KeysVerdict =
  | { readonly is: 'secure'; readonly lasts: Span; readonly keys: readonly Dnskey[] }
  | { readonly is: 'bogus' | 'unsigned'; readonly why: string };

/** Validates the keys of a zone: one of them is vouched for from above and signs them all (RFC 4035 5.2). */
export function validateKeys(
  set: SignedSet,
  { ds, now }: { readonly ds: readonly Ds[]; readonly now: Instant },
): KeysVerdict {
  const keys = set.rdata.slice(0, limits.dnssecKeys).map(dnskeyOf);
  const entries = keys.filter(
    key => signsZones(key) && usableDs(ds).some(one => digestFits(one, set.name, key)),
  );
  const tags = keys.map(({ tag }) => String(tag)).join(', ');
  if (entries.length === 0)
    return { is: 'bogus', why: `none of its keys (${tags}) fits the DS (${dsText(ds)})` };
  const verdict = validateSet(set, { zone: set.name, keys: entries, now });
  if (verdict.is !== 'secure') return verdict;
  return { is: 'secure', lasts: verdict.lasts, keys: keys.filter(signsZones) };
}
