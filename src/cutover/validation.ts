import { type Span } from '../dns/dnssec-signed.ts';
import { type Name } from '../dns/name.ts';
import { type RecordType } from '../dns/rrset.ts';

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

/** What a name and type stand for, and what that is worth to those who validate. */
export type Proven =
  | {
      readonly is: 'found';
      readonly rdata: readonly string[];
      /** The worst on the way, where aliases led there. */
      readonly security: Security;
      readonly why: string;
      readonly server: string;
    }
  | {
      readonly is: 'absent';
      readonly security: Security;
      readonly why: string;
      readonly server: string;
    }
  /** Its servers answer this question with an error, which resolvers hand on. */
  | { readonly is: 'failing'; readonly why: string }
  | { readonly is: 'unanswered'; readonly why: string };

/** Asks the servers that have authority for a name, and validates what they say (RFC 4035 5). */
export type Prove = (name: Name, type: RecordType) => Promise<Proven>;

/** The same of one RRset at one server. */
export interface Validated extends Validation {
  /** `keyText` of the RRset. */
  readonly key: string;
}
