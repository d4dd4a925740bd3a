import { type Principal } from '../access/principal.ts';

/** Where frames go: one connection. The hub never waits for it. */
export interface Sink {
  /** Bytes that were handed over and not taken yet. */
  readonly waiting: () => number;
  readonly write: (frame: Uint8Array) => void;
  /** Ends it after what was written; `abort` at once. */
  readonly end: () => void;
  readonly abort: () => void;
}

export interface Wish {
  /** Null: all cutovers that the principal may see. */
  readonly cutover: string | null;
  /** `Last-Event-ID`, or what stands in for it at the first load; null: from now on. */
  readonly cursor: string | null;
  /** Lines of the journal of these types only; null, or left out: of all. Other frames come anyway. */
  readonly types?: readonly string[] | null;
  readonly principal: Principal;
  /** From where, as far as it is one machine: of IPv6 its net. */
  readonly address: string;
}

/** A stream that runs; the caller tells `gone` when its connection ended, whoever ended it. */
export interface Opened {
  readonly gone: () => void;
}

/** Why there is none: too many readers, or the server is stopping. It may be tried again after that. */
export interface Refused {
  readonly refused: string;
  readonly retryAfterMs: number;
}

/** Fans the journal and what is seen out to many readers; see view/stream.ts for what it says. */
export interface Hub {
  /**
   * `connect` is called once it is known where the stream begins, for the header `Dns-Cutover-Replay-From`:
   * the cursor of the wish, or another one if that is unknown here. It is not called when it is refused.
   * @throws Fault STORE, NOT_FOUND
   */
  open(wish: Wish, connect: (from: string) => Sink): Promise<Opened | Refused>;
  /** Says goodbye to everybody and ends; resolves when all connections have ended, or were ended. */
  stop(): Promise<void>;
  stats(): {
    readonly clients: number;
    readonly dropped: Readonly<Record<string, number>>;
  };
}
