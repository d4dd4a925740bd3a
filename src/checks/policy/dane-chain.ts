import { X509Certificate } from 'node:crypto';
import { type Instant } from '../../clock.ts';
import { type CertificateSeen } from '../../mail/conversation.ts';
import { type Shown, type Tlsa } from '../../mail/tlsa.ts';

/** What OpenSSL cannot read it does not follow either. */
function readable(octets: Uint8Array): X509Certificate | null {
  try {
    return new X509Certificate(octets);
  } catch {
    return null;
  }
}

const issued = (one: X509Certificate, by: X509Certificate): boolean =>
  one.checkIssued(by) && one.verify(by.publicKey);

/** Whole certificates of authorities that records hold: hosts need not present these (RFC 7671 5.2.1). */
const anchorsIn = (records: readonly Tlsa[]): readonly Uint8Array[] =>
  records
    .filter(({ usage, selector, matching }) => usage === 2 && selector === 0 && matching === 0)
    .map(({ data }) => new Uint8Array(Buffer.from(data, 'hex')));

/**
 * The chain from the leaf up, each certificate issued and signed by the next, whatever order they came in, and
 * how many of them hold together; what belongs to none stands behind.
 */
function linked(presented: readonly Uint8Array[], anchors: readonly Uint8Array[]) {
  const read = presented.map(readable);
  const [leaf = null] = read;
  if (leaf === null) return { chain: presented, linkedUpTo: 0 };
  const rest = [...read.slice(1), ...anchors.map(readable)].filter(one => one !== null);
  const chain = [leaf];
  for (let last = leaf; ;) {
    const next = rest.find(one => !chain.includes(one) && issued(last, one));
    if (next === undefined) break;
    chain.push(next);
    last = next;
  }
  const behind = presented.slice(1).filter(raw => !chain.some(one => one.raw.equals(raw)));
  return {
    chain: [...chain.map(({ raw }) => new Uint8Array(raw)), ...behind],
    linkedUpTo: chain.length - 1,
  };
}

/** What senders that check DANE see of a certificate, beside the records of its host. */
export function shownBy(
  certificate: CertificateSeen | null,
  { at, records }: { readonly at: Instant; readonly records: readonly Tlsa[] },
): Shown {
  if (certificate === null) return { chain: [], nameMatches: false, inDate: false, linkedUpTo: 0 };
  const presented = certificate.chain.map(text => new Uint8Array(Buffer.from(text, 'base64')));
  const { nameMatches, notBefore, notAfter } = certificate;
  const inDate = at >= notBefore && at <= notAfter;
  return { ...linked(presented, anchorsIn(records)), nameMatches, inDate };
}
