import { limits } from '../limits.ts';
import { Port, type Waiting } from './port.ts';
import { type RandomPool } from './random.ts';

export interface PortBankOptions {
  readonly family: 4 | 6;
  readonly random: RandomPool;
  /** How many ports there are to be. */
  readonly size: number;
  /** A port that carried so many is replaced. */
  readonly questionsPerPort: number;
  /** The source port to try next. */
  readonly pickPort: () => number;
  readonly heard: (waiting: Waiting, datagram: Buffer) => void;
  /** The question has its port now. */
  readonly send: (waiting: Waiting, port: Port) => void;
  /** The question cannot be sent: this machine has no port for it. */
  readonly fail: (waiting: Waiting, error: unknown) => void;
}

/** After a port could not be had, those that are there do for so long. */
const RETRY_MS = 5000;

/** The source ports of one address family, and the questions that wait for a place on one. */
export class PortBank {
  readonly #options: PortBankOptions;
  #ports: readonly Port[] = [];
  /** Those that were retired and still have questions under way. */
  readonly #leaving = new Set<Port>();
  #opening = 0;
  #closed = false;
  /** By performance.now(). */
  #retryAt = 0;
  #queue: Waiting[] = [];
  #head = 0;
  #waiting = 0;
  #pumping: NodeJS.Immediate | undefined;

  constructor(options: PortBankOptions) {
    this.#options = options;
  }

  /** Questions that wait for a place to become free, beyond those that are. */
  get backlog(): number {
    let free = this.#options.size * limits.inFlightPerPort;
    for (const port of this.#ports) free -= port.pending.size;
    return Math.max(0, this.#waiting - free);
  }

  /** Sends the question in this turn of the event loop, or once there is a place. */
  enter(waiting: Waiting): void {
    this.#queue.push(waiting);
    this.#waiting++;
    this.pump();
  }

  /** A question that waited was given up. */
  left(): void {
    this.#waiting--;
    if (this.#waiting === 0) this.#empty();
  }

  /** Every question that is under way or waits. */
  everyone(): readonly Waiting[] {
    const ports = [...this.#ports, ...this.#leaving];
    const queued = this.#queue.slice(this.#head).filter(({ settled }) => !settled);
    return [...ports.flatMap(port => port.pending.all()), ...queued];
  }

  /**
   * Sends what waits, as far as there are places, at the end of this turn of the event loop. What
   * came in together goes out together: the server, and then this process, wake up once for all.
   */
  pump(): void {
    if (this.#waiting === 0 || this.#pumping !== undefined) return;
    this.#pumping = setImmediate(() => {
      this.#pumping = undefined;
      this.#sendAll();
    });
  }

  #sendAll(): void {
    const now = performance.now();
    this.#ensure(now);
    // The first questions wait until all ports are there, or one would carry all of them.
    if (this.#opening > 0 && this.#ports.length < this.#options.size) return;
    while (this.#waiting > 0) {
      const port = this.#choose(now);
      if (port === null) return;
      const next = this.#next();
      if (next === null) return;
      this.#options.send(next, port);
    }
  }

  /** Questions to come go out from ports that no question before used. */
  renew(): void {
    const old = this.#ports;
    this.#ports = [];
    for (const port of old) this.#retire(port);
  }

  close(): void {
    this.#closed = true;
    clearImmediate(this.#pumping);
    this.renew();
    this.#empty();
  }

  #retire(port: Port): void {
    this.#leaving.add(port);
    port.retire();
  }

  /** Any port with a place, at random: where the next question comes from is not to be foreseen. */
  #choose(now: number): Port | null {
    const ports = this.#ports;
    const start = ports.length > 1 ? this.#options.random.u16() : 0;
    for (let step = 0; step < ports.length; step++) {
      const port = ports[(start + step) % ports.length];
      if (port?.pending.room !== true) continue;
      if (!port.leaving && port.worn(now, this.#options.questionsPerPort)) this.#replace(port);
      return port;
    }
    return null;
  }

  #ensure(now: number): void {
    const { size } = this.#options;
    if (this.#ports.length + this.#opening >= size) return;
    if (now < this.#retryAt && this.#ports.length > 0) return;
    while (this.#ports.length + this.#opening < size) void this.#add();
  }

  async #add(): Promise<void> {
    this.#opening++;
    try {
      const port = await this.#open();
      if (this.#closed) this.#retire(port);
      else this.#ports = [...this.#ports, port];
    } catch (error) {
      this.#retryAt = performance.now() + RETRY_MS;
      if (this.#ports.length === 0 && this.#opening === 1) this.#failAll(error);
    } finally {
      this.#opening--;
    }
    if (this.#opening === 0) this.pump();
  }

  #replace(old: Port): void {
    old.leaving = true;
    this.#open().then(
      port => {
        const there = this.#ports.includes(old);
        // It may have gone with all the others in the meantime.
        if (!there) this.#retire(port);
        else {
          this.#ports = this.#ports.map(one => (one === old ? port : one));
          this.#retire(old);
        }
      },
      () => {
        old.goOn();
      },
    );
  }

  async #open(): Promise<Port> {
    const { family, heard, pickPort } = this.#options;
    const broken = (port: Port, error: unknown): void => {
      this.#ports = this.#ports.filter(one => one !== port);
      for (const waiting of port.pending.all()) this.#options.fail(waiting, error);
      this.#retire(port);
    };
    const gone = (port: Port): void => {
      this.#leaving.delete(port);
    };
    for (let tries = 1; ; tries++) {
      try {
        return await Port.open({ family, number: pickPort() }, { heard, broken, gone });
      } catch (error) {
        if (!isTaken(error) || tries >= limits.portTries) throw error;
      }
    }
  }

  /** Each of them reports back by `left`. */
  #failAll(error: unknown): void {
    for (const waiting of this.everyone()) this.#options.fail(waiting, error);
  }

  /** The first that still waits, taken out; null where there is none. */
  #next(): Waiting | null {
    while (this.#head < this.#queue.length) {
      const waiting = this.#queue[this.#head++];
      if (waiting === undefined || waiting.settled) continue;
      this.#waiting--;
      if (this.#waiting === 0) this.#empty();
      else if (this.#head > 1000) this.#compact();
      return waiting;
    }
    return null;
  }

  #compact(): void {
    this.#queue = this.#queue.slice(this.#head);
    this.#head = 0;
  }

  #empty(): void {
    this.#queue = [];
    this.#head = 0;
    this.#waiting = 0;
  }
}

/** Taken, or not for us: another number may do. */
const isTaken = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  (error.code === 'EADDRINUSE' || error.code === 'EACCES');
