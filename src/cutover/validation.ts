import { type Span } from '../dns/dnssec-signed.ts';

/** What a validating resolver makes of data (RFC 4033 5); `indeterminate`: from here nobody can tell. */
export const securities = ['secure', 'insecure', 'indeterminate', 'bogus'] as const;
export type Security = (typeof securities)[number];

/** What came of validating a zone, or one RRset that a server served. */
export interface Validation {
  readonly is: Security;
  /** The RRset or the zone at which it was decided, such as `example.org. DNSKEY`. */
  readonly at: string;
  /** In words, without a full stop. */
  readonly why: string;
  /** Insecure here, and validated by those that still take SHA-1: what they refuse is gone for their users. */
  readonly sha1?: true;
  /** What to do about it; null when nothing has to be done. */
  readonly remedy: string | null;
  /** The time of the signature that ends first of those that it rests on; null where it rests on none. */
  readonly lasts: Span | null;
}

/** The same of one RRset at one server. */
export interface Validated extends Validation {
  /** `keyText` of the RRset. */
  readonly key: string;
}
