/**
 * Every failure that a person or a program may meet. Nobody matches on messages: the code says what
 * happened, `retryable` whether asking again may help, and the exit status follows from the code.
 */
const codes = {
  /** The command line is wrong. */
  USAGE: { exit: 64, retryable: false },
  /** The configuration file is wrong. */
  CONFIG: { exit: 65, retryable: false },
  /** Text or bytes that are not what they claim to be: a name, rdata, a DNS message, a state file. */
  MALFORMED: { exit: 65, retryable: false },
  /** What was asked for does not exist: on the command line a name that is none; at a provider: 65. */
  NOT_FOUND: { exit: 64, retryable: false },
  /** The state of the cutover forbids the act; the message names what is possible instead. */
  REFUSED: { exit: 1, retryable: false },
  /** The cutover moved on since the caller looked (HTTP 412). */
  STALE: { exit: 5, retryable: false },
  /** Another process owns the cutover now; this one must stop writing. */
  LEASE_LOST: { exit: 5, retryable: false },
  /** The zone is not what the write expected; nothing was changed. */
  CONFLICT: { exit: 5, retryable: false },
  /** A check or a gate failed. */
  CHECK_FAILED: { exit: 3, retryable: false },
  /** Credentials are unknown, wrong or lack the right. */
  UNAUTHORIZED: { exit: 4, retryable: false },
  /** The other side cannot do this at all: a TTL under its floor, a type it does not know. */
  UNSUPPORTED: { exit: 1, retryable: false },
  /** Asked too often; `retryAfterMs` says when again, if the other side said so. */
  RATE_LIMITED: { exit: 69, retryable: true },
  /** Unreachable, silent, broken or answering nonsense. For a write: nobody knows whether it took effect. */
  UNAVAILABLE: { exit: 69, retryable: true },
  /** The local store cannot be read or written; no zone is written while that lasts. */
  STORE: { exit: 1, retryable: true },
  /** Given up because the caller's signal was aborted. */
  ABORTED: { exit: 130, retryable: false },
  /** Something that cannot happen did. */
  BUG: { exit: 1, retryable: false },
} as const;

export type Code = keyof typeof codes;

export interface Circumstances {
  /** What to do about it, one sentence. */
  readonly fix?: string;
  /** Where: `file:line:column`, a flag, a server, an RRset. */
  readonly where?: string;
  readonly cause?: unknown;
  readonly retryAfterMs?: number;
  /** Facts for programs, never secrets. */
  readonly details?: Readonly<Record<string, unknown>>;
}

export class Fault extends Error {
  override readonly name = 'Fault';
  readonly code: Code;
  readonly fix: string | undefined;
  readonly where: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(code: Code, message: string, circumstances: Circumstances = {}) {
    super(message, 'cause' in circumstances ? { cause: circumstances.cause } : undefined);
    this.code = code;
    this.fix = circumstances.fix;
    this.where = circumstances.where;
    this.retryAfterMs = circumstances.retryAfterMs;
    this.details = circumstances.details;
  }

  get retryable(): boolean {
    return codes[this.code].retryable;
  }

  get exit(): number {
    // What a provider does not have, the configuration names: nothing on the command line is wrong.
    if (this.code === 'NOT_FOUND' && this.where?.startsWith('provider ') === true)
      return codes.CONFIG.exit;
    return codes[this.code].exit;
  }
}

/** True for a Fault, of this code if one is given. */
export function isFault(error: unknown, code?: Code): error is Fault {
  return error instanceof Fault && (code === undefined || error.code === code);
}

/** Anything thrown, as a Fault: an unknown error is a BUG and keeps its cause. */
export function toFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  if (error instanceof Error && error.name === 'AbortError')
    return new Fault('ABORTED', 'given up', { cause: error });
  return new Fault('BUG', error instanceof Error ? error.message : String(error), { cause: error });
}
