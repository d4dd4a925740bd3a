import { type Name } from '../dns/name.ts';
import { type RecordType } from '../dns/rrset.ts';
import { type Message } from '../dns/wire.ts';
import { type TransportName } from '../propagation/observation.ts';
import { type Over } from '../propagation/watched.ts';

/** Where a question goes. */
export interface Server {
  /** An IP address literal. */
  readonly address: string;
  readonly port: number;
  /** Heard by a sweep alone. Absent: UDP with TCP behind it. */
  readonly over?: Over;
}

export interface Question {
  readonly name: Name;
  readonly type: RecordType;
  /** Default IN; CH for what a server says of itself (RFC 4892). */
  readonly klass?: number;
  /** Ask a recursive server to resolve (RD); false for authoritative servers. */
  readonly recursive: boolean;
  /** Ask for DNSSEC records (DO). */
  readonly dnssec: boolean;
  /** Have a validating resolver hand over what it would withhold (CD): we judge for ourselves. */
  readonly cd?: boolean;
}

export interface Reply {
  readonly message: Message;
  readonly transport: TransportName;
  readonly rttMs: number;
  /** The kept connection that it came over, all of which is of one cache. Absent: none was kept. */
  readonly connection?: number;
}

/**
 * Asks one question of one server. A refusal (any RCODE) is a Reply; silence and nonsense throw
 * UNAVAILABLE, an aborted signal ABORTED.
 */
export type Ask = (question: Question, at: Server, signal: AbortSignal) => Promise<Reply>;

/** Sends one message and gives the answer's bytes; ids and signatures are the caller's business. */
export type Exchange = (
  message: Uint8Array,
  at: Server,
  signal: AbortSignal,
) => Promise<Uint8Array>;
