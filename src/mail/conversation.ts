import { type Instant } from '../clock.ts';
import { type Name } from '../dns/name.ts';

/** What a mail host answers to one command (RFC 5321 4.2), bounded and undecoded: it is a stranger's text. */
export interface MailReply {
  /** 200 to 599. */
  readonly code: number;
  /** `5.7.1` (RFC 3463); null when it gives none. */
  readonly enhanced: string | null;
  /** The text of every line, without code and enhanced code. */
  readonly lines: readonly string[];
}

/** What a recipient is asked for; the random one is asked at the gate only. */
export type RecipientKind = 'postmaster' | 'listed' | 'random' | 'former' | 'foreign';

export interface Recipient {
  /** `local@domain`, without line breaks or brackets; checked where it was read. */
  readonly address: string;
  readonly kind: RecipientKind;
}

/** One transaction of one recipient: many hosts refuse several under a null sender. */
export interface RecipientAsked extends Recipient {
  /** Null: the host did not get as far as an answer. */
  readonly mailFrom: MailReply | null;
  readonly rcptTo: MailReply | null;
}

/** The certificate that was presented, judged without ending the connection for it. */
export interface CertificateSeen {
  readonly subject: string;
  readonly issuer: string;
  /** DNS names of the subject alternative name, as written. */
  readonly names: readonly string[];
  readonly notBefore: Instant;
  readonly notAfter: Instant;
  /** Chains to a certificate authority that this machine trusts; the reason when not. */
  readonly trusted: boolean;
  readonly distrust: string | null;
  /** The name of the host stands in it (RFC 6125 6.4). */
  readonly nameMatches: boolean;
  /** The whole chain as presented, the leaf first, each in DER as base64: TLSA records are held against it. */
  readonly chain: readonly string[];
}

/** What became of STARTTLS (RFC 3207). Nothing that was said before the handshake is believed after it. */
export type TlsSeen =
  | { readonly is: 'not-offered' }
  | { readonly is: 'refused'; readonly reply: MailReply | null }
  | { readonly is: 'failed'; readonly why: string }
  | {
      readonly is: 'up';
      readonly protocol: string;
      readonly cipher: string;
      readonly certificate: CertificateSeen | null;
    };

/** How far the connection came. `no-family`: this machine has no address of that family. */
export type ConnectionEnd =
  | 'complete'
  | 'refused'
  | 'timeout'
  | 'unreachable'
  | 'no-family'
  | 'reset'
  | 'closed'
  | 'garbage';

/** All that was said with one address of a mail host. */
export interface Conversation {
  readonly host: Name;
  readonly address: string;
  readonly port: number;
  readonly at: Instant;
  readonly end: ConnectionEnd;
  /** For a person: what the system or the protocol said of the end; empty when complete. */
  readonly detail: string;
  /** Null: nothing came. A 554 greeting ends the conversation. */
  readonly banner: MailReply | null;
  /** The last one: after STARTTLS where TLS is up. */
  readonly ehlo: MailReply | null;
  /** Null: the conversation ended before that. */
  readonly tls: TlsSeen | null;
  readonly recipients: readonly RecipientAsked[];
  /** The reply to the end of data, where a test message was sent. */
  readonly message: MailReply | null;
  /** Octets that came before the handshake of TLS without having been asked for, and were thrown away. */
  readonly discarded?: number;
  readonly tookMs: number;
}

/** What is to be said to whom. */
export interface Approach {
  readonly host: Name;
  readonly address: string;
  readonly port: number;
  /** The name in EHLO; empty: the address literal of the connection (RFC 5321 4.1.3). */
  readonly helo: string;
  readonly recipients: readonly Recipient[];
  /** A test message that a person asked for; null: no DATA is ever sent. */
  readonly message: { readonly to: string; readonly from: string; readonly text: string } | null;
}

/**
 * Talks to one address. Whatever happens is a conversation; throws only when aborted, and MALFORMED for an
 * address that no command can carry, before anything is sent.
 */
export type Converse = (approach: Approach, signal: AbortSignal) => Promise<Conversation>;
