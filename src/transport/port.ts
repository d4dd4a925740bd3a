import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { type Fault } from '../errors.ts';
import { limits } from '../limits.ts';
import { Places } from './places.ts';
import { type Template } from './template.ts';
import { type Reply, type Server } from './transport.ts';
import { type Attempt } from './udp.ts';

/** A question from when it is asked until it is settled. */
export interface Waiting {
  readonly attempt: Attempt;
  readonly at: Server;
  readonly signal: AbortSignal;
  /** The server's address as the operating system writes it. */
  readonly source: string;
  readonly template: Template;
  readonly resolve: (reply: Reply) => void;
  readonly reject: (fault: Fault) => void;
  settled: boolean;
  /** Null while it waits for a place. */
  port: Port | null;
  id: number;
  query: Uint8Array;
  /** By performance.now(). */
  sentAt: number;
}

export interface PortEvents {
  /** A datagram from the very server that the question with its id went to. */
  readonly heard: (waiting: Waiting, datagram: Buffer) => void;
  /** The socket itself failed and can no longer be used. */
  readonly broken: (port: Port, error: unknown) => void;
  /** Nothing is under way here any more, and it was retired. */
  readonly gone: (port: Port) => void;
}

/** No name is ever looked up: addresses are literals. */
const literal = (
  host: string,
  _: unknown,
  done: (error: null, address: string, family: number) => void,
): void => {
  done(null, host, host.includes(':') ? 6 : 4);
};

/**
 * One unconnected UDP socket on a source port of its own, shared by many questions to any servers.
 * It hears no ICMP: a closed port there looks like silence.
 */
export class Port {
  readonly pending = new Places<Waiting>(limits.inFlightPerPort);
  /** True while another port is being opened in its place. */
  leaving = false;
  #asked = 0;
  #since = performance.now();
  #retired = false;
  readonly #socket: Socket;
  readonly #events: PortEvents;

  private constructor(socket: Socket, events: PortEvents) {
    this.#socket = socket;
    this.#events = events;
    socket.on('message', (datagram: Buffer, from: RemoteInfo) => {
      if (datagram.length < 12) return;
      const waiting = this.pending.get(((datagram[0] ?? 0) << 8) | (datagram[1] ?? 0));
      // An id that nobody waits for is a duplicate, a late answer or a forgery.
      if (waiting === null) return;
      if (from.port !== waiting.at.port || from.address !== waiting.source) return;
      events.heard(waiting, datagram);
    });
    socket.on('error', error => {
      events.broken(this, error);
    });
  }

  /** Opens a port; rejects with the system's error, EADDRINUSE where the number is taken. */
  static async open(
    at: { readonly family: 4 | 6; readonly number: number },
    events: PortEvents,
  ): Promise<Port> {
    const v6 = at.family === 6;
    const socket = createSocket({ type: v6 ? 'udp6' : 'udp4', ipv6Only: v6, lookup: literal });
    try {
      // With a lookup that answers at once, binding may be over before bind() returns.
      const listening = once(socket, 'listening');
      socket.bind(at.number, v6 ? '::' : '0.0.0.0');
      await listening;
    } catch (error) {
      socket.close();
      throw error;
    }
    return new Port(socket, events);
  }

  /** In use for so long that it might be guessed; and a farm sends one port to one member. */
  worn(now: number, questions: number): boolean {
    return this.#asked >= questions || now - this.#since > limits.portAgeMs;
  }

  /** No other port was to be had: this one goes on for as long again. */
  goOn(): void {
    this.leaving = false;
    this.#asked = 0;
    this.#since = performance.now();
  }

  /** Sends the query of this question; `failed` hears what the system has against it. */
  send(waiting: Waiting, failed: (error: Error) => void): void {
    this.pending.put(waiting.id, waiting);
    this.#asked++;
    this.#socket.send(waiting.query, waiting.at.port, waiting.at.address, error => {
      if (error !== null) failed(error);
    });
  }

  /** Takes no more questions; closes once those under way are settled. */
  retire(): void {
    this.#retired = true;
    this.#closeWhenEmpty();
  }

  /** The place of a settled question is free again. */
  free(id: number): void {
    this.pending.remove(id);
    if (this.#retired) this.#closeWhenEmpty();
  }

  #closeWhenEmpty(): void {
    if (this.pending.size > 0) return;
    this.#socket.removeAllListeners();
    this.#socket.close();
    this.#events.gone(this);
  }
}
