import { connect, type Socket } from 'node:net';
import { limits } from '../limits.ts';
import { framed, frameReader } from './frame.ts';
import { replyTo } from './tcp.ts';
import { type Reply, type Server } from './transport.ts';
import { noAnswer, type Progress, systemTrouble } from './trouble.ts';
import { type Fault, toFault } from '../errors.ts';

/** A question under way over TCP. */
export interface Line {
  readonly query: Uint8Array;
  readonly sentAt: number;
  readonly settle: (outcome: Reply | Fault) => void;
}

/**
 * One TCP connection that carries several questions at once; replies may come in any order
 * (RFC 7766 6.2.1.1). It closes after a while without questions, and takes no more after one was
 * not answered in time.
 */
export class Connection {
  readonly at: Server;
  readonly #lines = new Map<number, Line>();
  readonly #socket: Socket;
  #idle: NodeJS.Timeout | undefined;
  #connected = false;
  #answered = false;
  #leaving = false;
  readonly #gone: () => void;

  /** `gone` is called once, when nothing can be asked here any more. */
  constructor(at: Server, gone: () => void) {
    this.at = at;
    this.#gone = gone;
    this.#socket = connect({ host: at.address, port: at.port, noDelay: true });
    const collect = frameReader();
    this.#socket.on('connect', () => {
      this.#connected = true;
    });
    this.#socket.on('data', chunk => {
      for (const frame of collect(chunk)) this.#heard(frame);
    });
    this.#socket.on('error', error => {
      this.#fail(systemTrouble(error, this.at, this.progress));
    });
    this.#socket.on('end', () => this.#socket.destroy());
    this.#socket.on('close', () => {
      const why = 'the connection was closed before a whole answer came';
      this.#fail(noAnswer(why, this.at, { progress: this.progress, details: { closed: true } }));
    });
  }

  /** True once a question was answered here: the server may have tired of the connection since. */
  get proven(): boolean {
    return this.#answered;
  }

  get room(): boolean {
    return this.open && this.#lines.size < limits.inFlightPerConnection;
  }

  has(id: number): boolean {
    return this.#lines.has(id);
  }

  send(id: number, line: Line): void {
    clearTimeout(this.#idle);
    this.#lines.set(id, line);
    this.#socket.write(framed(line.query));
  }

  /** The question was given up, or not answered in time; the latter says something about the server. */
  drop(id: number, late: boolean): void {
    if (!this.#lines.delete(id)) return;
    if (late) this.#leave();
    this.#rest();
  }

  /** Ends it at once; what is under way fails with this. */
  end(fault: Fault): void {
    this.#fail(fault);
    this.#socket.destroy();
  }

  /** True while it takes questions, now or once others are answered. */
  get open(): boolean {
    return !this.#leaving;
  }

  get progress(): Progress {
    return { transport: 'tcp', sent: this.#connected };
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
    if (this.#leaving) this.#socket.destroy();
    else {
      clearTimeout(this.#idle);
      this.#idle = setTimeout(() => {
        this.#leave();
        this.#socket.end();
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
    return { message, transport: 'tcp', rttMs: performance.now() - sentAt };
  } catch (error) {
    return toFault(error);
  }
}
