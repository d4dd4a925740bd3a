import { inspect } from 'node:util';

/** Bytes that never show: not in messages, logs, JSON or the inspector. */
export class Secret {
  readonly #bytes: Uint8Array;
  /** Where it came from, for messages. */
  readonly source: string;

  constructor(bytes: Uint8Array, source: string) {
    this.#bytes = bytes;
    this.source = source;
  }

  /** The bytes, for the one place that signs or authenticates. */
  reveal(): Uint8Array {
    return this.#bytes;
  }

  toString(): string {
    return `‹set: ${this.source}›`;
  }

  toJSON(): string {
    return this.toString();
  }

  [inspect.custom](): string {
    return this.toString();
  }
}
