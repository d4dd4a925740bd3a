import { type Fault, toFault } from '../errors.ts';
import { limits } from '../limits.ts';
import { type Carrier, type OpenCarrier } from './carrier.ts';
import { type Server } from './transport.ts';
import { closedFault, givenUp } from './trouble.ts';

/** A connection that is there. */
export interface Held {
  readonly carrier: Carrier;
  /** What tells it from every other. */
  readonly id: number;
  /** Questions under way. */
  busy: number;
}

interface Turn {
  readonly begin: (held: Held) => void;
  readonly fail: (fault: Fault) => void;
}

export interface PeerParts {
  readonly open: OpenCarrier;
  /** Draws the id of a connection. */
  readonly id: () => number;
}

/**
 * The connections to one server, which is to have few of them (RFC 7766 6.2.2): another one is opened
 * only where those that are there are full, and where there are enough of them a question waits.
 */
export class Peer {
  readonly #at: Server;
  readonly #parts: PeerParts;
  readonly #connections = new Set<Held>();
  readonly #waiting = new Set<Turn>();
  /** When as many fresh connections may be had as at first, by performance.now(). */
  #restedAt = -Infinity;

  constructor(at: Server, parts: PeerParts) {
    this.#at = at;
    this.#parts = parts;
  }

  /** True where it may be forgotten: nothing is open, and as many fresh connections may be had as at first. */
  get idle(): boolean {
    return this.#connections.size === 0 && this.#restedAt <= performance.now();
  }

  /** Calls `use` with a connection that has room, at once or when it is its turn; it must send at once. */
  ask<T>(use: (held: Held) => Promise<T>, signal: AbortSignal): Promise<T> {
    return new Promise((resolve, reject) => {
      const giveUp = (): void => {
        this.#waiting.delete(turn);
        reject(givenUp(this.#at, signal));
      };
      const fail = (fault: Fault): void => {
        signal.removeEventListener('abort', giveUp);
        reject(fault);
      };
      const begin = (held: Held): void => {
        signal.removeEventListener('abort', giveUp);
        held.busy += 1;
        const settle = (): void => {
          held.busy -= 1;
          this.#serve();
        };
        use(held).then(resolve, reject).finally(settle);
      };
      const turn: Turn = { begin, fail };
      signal.addEventListener('abort', giveUp, { once: true });
      this.#waiting.add(turn);
      this.#serve();
    });
  }

  /**
   * Asks nothing more over this connection, if it is one of these: the next question takes another one.
   * Not too often: a server that is new to us has work with it.
   */
  leave(id: number): void {
    const held = [...this.#connections].find(one => one.id === id);
    const now = performance.now();
    const { freshConnections, freshConnectionMs } = limits;
    const tooSoon = this.#restedAt - (freshConnections - 1) * freshConnectionMs > now;
    if (held?.carrier.open !== true || tooSoon) return;
    this.#restedAt = Math.max(this.#restedAt, now) + freshConnectionMs;
    held.carrier.retire();
  }

  /** Gives up what is under way or waits, and closes the connections. */
  close(): void {
    const fault = closedFault(this.#at);
    for (const turn of [...this.#waiting]) {
      this.#waiting.delete(turn);
      turn.fail(fault);
    }
    for (const { carrier } of [...this.#connections]) carrier.end(fault);
  }

  /** Who waited longest goes first. */
  #serve(): void {
    for (const held of this.#connections)
      if (!held.carrier.open && held.busy === 0) this.#connections.delete(held);
    for (const turn of this.#waiting) {
      try {
        const held = this.#roomy();
        if (held === null) return;
        this.#waiting.delete(turn);
        turn.begin(held);
      } catch (error) {
        this.#waiting.delete(turn);
        turn.fail(toFault(error));
      }
    }
  }

  #roomy(): Held | null {
    for (const held of this.#connections) if (held.carrier.room) return held;
    if (this.#connections.size >= limits.connectionsPerServer) return null;
    const carrier = this.#parts.open(this.#at, () => {
      // Whoever calls this is in the middle of it.
      queueMicrotask(() => {
        this.#serve();
      });
    });
    const held: Held = { carrier, id: this.#parts.id(), busy: 0 };
    this.#connections.add(held);
    return held;
  }
}
