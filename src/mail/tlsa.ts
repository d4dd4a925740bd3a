import { createHash } from 'node:crypto';
import { publicKeyInfo } from './der.ts';

/** A TLSA record (RFC 6698 2.1). */
export interface Tlsa {
  readonly usage: number;
  readonly selector: number;
  readonly matching: number;
  /** Lower case hexadecimal. */
  readonly data: string;
}

/** Reads canonical rdata, such as `3 1 1 0d1a…`; null for what is none. */
export function readTlsa(rdata: string): Tlsa | null {
  const [usage, selector, matching, ...rest] = rdata.split(' ');
  const data = rest.join('');
  const numbers = [usage, selector, matching].map(Number);
  if (rest.length === 0 || !/^(?:[0-9a-f]{2})+$/.test(data)) return null;
  if (numbers.some(one => !Number.isInteger(one))) return null;
  const [u = 0, s = 0, m = 0] = numbers;
  return { usage: u, selector: s, matching: m, data };
}

const digestOctets: Readonly<Record<number, number>> = { 1: 32, 2: 64 };

/**
 * Why senders pass over a record; null where they use it. With SMTP only DANE-TA(2) and DANE-EE(3) are of
 * use: the usages 0 and 1 need an authority that both sides trust (RFC 7672 3.1.3).
 */
function whyUnusable({ usage, selector, matching, data }: Tlsa): string | null {
  if (usage !== 2 && usage !== 3)
    return `usage ${usage} is not for SMTP, which knows 2 and 3 (RFC 7672 3.1.3)`;
  if (selector > 1) return `selector ${selector} is unknown`;
  if (matching > 2) return `matching type ${matching} is unknown`;
  const octets = digestOctets[matching];
  if (octets !== undefined && data.length !== octets * 2)
    return `its digest has ${data.length / 2} octets instead of ${octets}`;
  return null;
}

/** What a record is compared with: a certificate, or its key (RFC 6698 2.1.2, 2.1.3). */
function presented({ selector, matching }: Tlsa, certificate: Uint8Array): string | null {
  const chosen = selector === 0 ? certificate : publicKeyInfo(certificate);
  if (chosen === null) return null;
  if (matching === 0) return Buffer.from(chosen).toString('hex');
  return createHash(matching === 1 ? 'sha256' : 'sha512')
    .update(chosen)
    .digest('hex');
}

/** The first certificate of a chain, leaf first and in DER, that a record names; null: none. */
function matchedAt(record: Tlsa, chain: readonly Uint8Array[]): number | null {
  const candidates = record.usage === 3 ? chain.slice(0, 1) : chain;
  const at = candidates.findIndex(certificate => presented(record, certificate) === record.data);
  return at === -1 ? null : at;
}

/** A chain as it was presented, and what of it only an anchor of a chain must care for. */
export interface Shown {
  readonly chain: readonly Uint8Array[];
  /** The name of the host stands in the leaf. */
  readonly nameMatches: boolean;
  readonly inDate: boolean;
  /** Each certificate up to this index was issued and signed by the next one. */
  readonly linkedUpTo: number;
}

/** How senders that check DANE see a host. `unusable`: they send over TLS without looking whose it is. */
export type DaneVerdict =
  | { readonly is: 'matches'; readonly by: Tlsa }
  | { readonly is: 'unusable'; readonly why: string }
  | { readonly is: 'mismatch'; readonly why: string };

/** Why a record that names a certificate of the chain does not make it valid; null where it does. */
function objection({ usage }: Tlsa, at: number, shown: Shown): string | null {
  // The record itself vouches for the leaf: neither dates nor names are looked at (RFC 7672 3.1.1).
  if (usage === 3) return null;
  if (at > shown.linkedUpTo) return 'the chain to the authority that it names has a gap';
  if (!shown.inDate) return 'the certificate is out of its dates, which usage 2 does not forgive';
  return shown.nameMatches
    ? null
    : 'the certificate is not for the host, which usage 2 does not forgive';
}

/** Holds TLSA records against what a host presented (RFC 7672 2.2, 3.1). */
export function judgeDane(records: readonly Tlsa[], shown: Shown): DaneVerdict {
  const usable = records.filter(record => whyUnusable(record) === null);
  if (usable.length === 0) {
    const why = [...new Set(records.map(record => whyUnusable(record) ?? ''))].join('; ');
    return { is: 'unusable', why };
  }
  const objections: string[] = [];
  for (const record of usable) {
    const at = matchedAt(record, shown.chain);
    if (at === null) continue;
    const why = objection(record, at, shown);
    if (why === null) return { is: 'matches', by: record };
    objections.push(why);
  }
  const none = 'no usable record names the certificate, or the key, that the host presents';
  return { is: 'mismatch', why: objections.length > 0 ? objections.join('; ') : none };
}
