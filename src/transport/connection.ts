import { type Socket } from 'node:net';
import { type Fault, toFault } from '../errors.ts';
import { limits } from '../limits.ts';
import { type Carrier, type Settle } from './carrier.ts';
import { type Dial } from './dial.ts';
import { framed, frameReader } from './frame.ts';
import { type RandomPool } from './random.ts';
import { replyTo } from './tcp.ts';
import { type Reply, type Server } from './transport.ts';
import { connectionTrouble } from './certificate.ts';
import { noAnswer, type Progress, streamTo } from './trouble.ts';

/** A question under way. */
interface Line {
  readonly query: Uint8Array;
  readonly sentAt: number;
  readonly settle: Settle;
}

export interface ConnectionParts {
  readonly dial: Dial;
  readonly random: RandomPool;
  readonly gone: () => void;
}

/**
 * One TCP or TLS connection that carries several questions at once; replies may come in any order
 * (RFC 7766 6.2.1.1). It closes after a while without questions, and takes no more after one was
 * not answered in time. Nothing is sent before the connection is there and, over TLS, the server is
 * known to be the right one: a question is nobody else's business (RFC 8310 5).
 */
export class Connection implements Carrier {
  readonly at: Server;
  readonly #lines = new Map<number, Line>();
  readonly #socket: Socket;
  readonly #random: RandomPool;
  #idle: NodeJS.Timeout | undefined;
  #ready = false;
  #answered = false;
  #leaving = false;
  readonly #gone: () => void;

  constructor(at: Server, { dial, random, gone }: ConnectionParts) {
    this.at = at;
    this.#gone = gone;
    this.#random = random;
    const { socket, ready } = dial(at);
    this.#socket = socket;
    const collect = frameReader();
    this.#socket.once(ready, () => {
      this.#ready = true;
      for (const { query } of this.#lines.values()) this.#socket.write(framed(query));
    });
    this.#socket.on('data', chunk => {
      for (const frame of collect(chunk)) this.#heard(frame);
    });
    this.#socket.on('error', error => {
      this.#fail(connectionTrouble(error, this.at, this.progress));
    });
    this.#socket.on('end', () => this.#socket.destroy());
    this.#socket.on('close', () => {
      const why = 'the connection was closed before a whole answer came';
      this.#fail(noAnswer(why, this.at, { progress: this.progress, details: { closed: true } }));
    });
  }

  get proven(): boolean {
    return this.#answered;
  }

  get room(): boolean {
    return this.open && this.#lines.size < limits.inFlightPerConnection;
  }

  get open(): boolean {
    return !this.#leaving;
  }

  get progress(): Progress {
    return { transport: streamTo(this.at), sent: this.#ready };
  }

  carry(octets: Uint8Array, settle: Settle): (late: boolean) => void {
    clearTimeout(this.#idle);
    let id = this.#random.u16();
    while (this.#lines.has(id)) id = this.#random.u16();
    const query = octets.slice();
    query[0] = id >> 8;
    query[1] = id;
    const line: Line = { query, sentAt: performance.now(), settle };
    this.#lines.set(id, line);
    if (this.#ready) this.#socket.write(framed(query));
    return late => {
      if (this.#lines.get(id) !== line) return;
      this.#lines.delete(id);
      if (late) this.#leave();
      this.#rest();
    };
  }

  retire(): void {
    this.#leave();
    this.#rest();
  }

  end(fault: Fault): void {
    this.#fail(fault);
    this.#socket.destroy();
  }

  #heard(frame: Uint8Array): void {
    const id = ((frame[0] ?? 0) << 8) | (frame[1] ?? 0);
    const line = frame.length < 12 ? undefined : this.#lines.get(id);
    // Late, twice, or nonsense; what is still under way may come yet.
    if (line === undefined) return;
    this.#lines.delete(id);
    this.#answered = true;
    line.settle(outcomeOf(line, frame, this.at));
    this.#rest();
  }

  #rest(): void {
    if (this.#lines.size > 0) return;
    clearTimeout(this.#idle);
    if (this.#leaving) this.#socket.destroy();
    else {
      this.#idle = setTimeout(() => {
        this.#leave();
        // A connection that is not there yet has nothing to end.
        if (this.#ready) this.#socket.destroySoon();
        else this.#socket.destroy();
      }, limits.tcpIdleMs).unref();
    }
  }

  #leave(): void {
    if (this.#leaving) return;
    this.#leaving = true;
    this.#gone();
  }

  #fail(fault: Fault): void {
    clearTimeout(this.#idle);
    this.#leave();
    for (const [id, line] of [...this.#lines]) {
      this.#lines.delete(id);
      line.settle(fault);
    }
  }
}

function outcomeOf({ query, sentAt }: Line, frame: Uint8Array, at: Server): Reply | Fault {
  try {
    const message = replyTo(query, frame, at);
    return { message, transport: streamTo(at), rttMs: performance.now() - sentAt };
  } catch (error) {
    return toFault(error);
  }
}
