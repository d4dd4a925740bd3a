import { type Fault, isFault } from '../errors.ts';
import { Connection } from './connection.ts';
import { randomPool } from './random.ts';
import { templateTable } from './template.ts';
import { type Reply, type Server } from './transport.ts';
import { closedFault, givenUp, serverText, timedOut } from './trouble.ts';
import { type Attempt } from './udp.ts';

/**
 * Asks over TCP, several questions over one connection to a server. How many are in flight in all
 * is the business of whoever wraps this.
 */
export class Pipeline {
  readonly #timeoutMs: number;
  readonly #random = randomPool();
  readonly #templates = templateTable();
  readonly #connections = new Map<string, Set<Connection>>();
  #closed = false;

  constructor({ timeoutMs }: { readonly timeoutMs: number }) {
    this.#timeoutMs = timeoutMs;
  }

  /** `Try` over shared connections. */
  readonly ask = async (attempt: Attempt, at: Server, signal: AbortSignal): Promise<Reply> => {
    const connection = this.#connectionTo(at);
    const proven = connection.proven;
    try {
      return await this.#askOver(connection, { attempt, at, signal });
    } catch (error) {
      // A server may close a connection that it finds idle just when we use it (RFC 7766 6.2.4).
      const closed = isFault(error, 'UNAVAILABLE') && error.details?.['timeout'] !== true;
      if (!proven || !closed || connection.open) throw error;
      return this.#askOver(this.#connectionTo(at), { attempt, at, signal });
    }
  };

  /** Gives up what is under way and closes the connections. */
  close(): void {
    this.#closed = true;
    for (const connections of [...this.#connections.values()])
      for (const connection of [...connections]) connection.end(closedFault(connection.at));
  }

  #askOver(
    connection: Connection,
    { attempt, at, signal }: { attempt: Attempt; at: Server; signal: AbortSignal },
  ): Promise<Reply> {
    return new Promise<Reply>((resolve, reject) => {
      if (signal.aborted) throw givenUp(at, signal);
      if (this.#closed) throw closedFault(at);
      let id = this.#random.u16();
      while (connection.has(id)) id = this.#random.u16();
      const query = this.#templates(attempt).octets.slice();
      query[0] = id >> 8;
      query[1] = id;
      const giveUp = (): void => {
        connection.drop(id, false);
        settle(givenUp(at, signal));
      };
      const timer = setTimeout(() => {
        connection.drop(id, true);
        settle(timedOut(at, { ...connection.progress, ms: this.#timeoutMs }));
      }, this.#timeoutMs);
      const settle = (outcome: Reply | Fault): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', giveUp);
        if (outcome instanceof Error) reject(outcome);
        else resolve(outcome);
      };
      signal.addEventListener('abort', giveUp, { once: true });
      connection.send(id, { query, sentAt: performance.now(), settle });
    });
  }

  #connectionTo(at: Server): Connection {
    const key = serverText(at);
    const known = this.#connections.get(key) ?? new Set<Connection>();
    this.#connections.set(key, known);
    for (const connection of known) if (connection.room) return connection;
    const connection: Connection = new Connection(at, () => {
      known.delete(connection);
      if (known.size === 0 && this.#connections.get(key) === known) this.#connections.delete(key);
    });
    known.add(connection);
    return connection;
  }
}
