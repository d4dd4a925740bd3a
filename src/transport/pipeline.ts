import { type Fault, isFault } from '../errors.ts';
import { Connection } from './connection.ts';
import { fellowGroups } from './fellows.ts';
import { randomPool } from './random.ts';
import { templateTable } from './template.ts';
import { timeline } from './timeline.ts';
import { type Reply, type Server } from './transport.ts';
import { closedFault, givenUp, serverText, timedOut } from './trouble.ts';
import { type Attempt } from './udp.ts';

interface Order {
  readonly at: Server;
  readonly connection: Connection;
  readonly id: number;
  readonly fellows: Set<Order>;
  readonly settle: (outcome: Reply | Fault) => void;
}

/**
 * Asks over TCP, several questions over one connection to a server. How many are in flight in all
 * is the business of whoever wraps this.
 */
export class Pipeline {
  readonly #timeoutMs: number;
  readonly #random = randomPool();
  readonly #templates = templateTable();
  readonly #connections = new Map<string, Set<Connection>>();
  readonly #underWay;
  readonly #fellows;
  #closed = false;

  constructor({ timeoutMs }: { readonly timeoutMs: number }) {
    this.#timeoutMs = timeoutMs;
    this.#fellows = fellowGroups<Order>((order, signal) => {
      order.connection.drop(order.id, false);
      order.settle(givenUp(order.at, signal));
    });
    this.#underWay = timeline<Order>(timeoutMs, order => {
      order.connection.drop(order.id, true);
      const ms = this.#timeoutMs;
      order.settle(timedOut(order.at, { ...order.connection.progress, ms }));
    });
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
    this.#underWay.stop();
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
      const fellows = this.#fellows.of(signal);
      const settle = (outcome: Reply | Fault): void => {
        fellows.delete(order);
        this.#underWay.remove(order);
        if (outcome instanceof Error) reject(outcome);
        else resolve(outcome);
      };
      const order: Order = { at, connection, id, fellows, settle };
      fellows.add(order);
      const sentAt = performance.now();
      this.#underWay.add(order, sentAt);
      connection.send(id, { query, sentAt, settle });
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
