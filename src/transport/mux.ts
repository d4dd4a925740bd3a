import { formatIpv6, parseIpv6 } from '../dns/address.ts';
import { Fault } from '../errors.ts';
import { limits } from '../limits.ts';
import { judge } from './judge.ts';
import { PortBank } from './port-bank.ts';
import { type Port, type Waiting } from './port.ts';
import { randomPool } from './random.ts';
import { fresh, templateTable } from './template.ts';
import { type Reply, type Server } from './transport.ts';
import { closedFault, givenUp, serverText, systemTrouble, timedOut } from './trouble.ts';
import { type Attempt } from './udp.ts';

export interface MuxOptions {
  /** For one try. */
  readonly timeoutMs: number;
  /** Sockets per address family; `limits.portsPerFamily` by default. */
  readonly ports?: number;
  /** Questions that may wait for a place; `limits.questionsWaiting` by default. */
  readonly waiting?: number;
  /** A source port is given up after so many; `limits.questionsPerPort` by default. */
  readonly questionsPerPort?: number;
  /** The source port to try next; at random by default. */
  readonly pickPort?: () => number;
}

const progress = { transport: 'udp', sent: true } as const;
const nothing = new Uint8Array();

/** As the operating system writes the source of a datagram, so that comparing texts is enough. */
function sourceText(address: string): string {
  if (!address.includes(':')) return address;
  const octets = parseIpv6(address);
  return octets === null ? address : formatIpv6(octets);
}

/**
 * Asks many questions over a few unconnected sockets. Each question has an id of its own on its
 * port and a random case (0x20); a reply counts when source address and port, id, QR and the
 * question to the letter's case are right. Nothing else is heard: late answers to older ids,
 * duplicates, forgeries.
 */
export class Mux {
  readonly #timeoutMs: number;
  readonly #waitingMax: number;
  readonly #random = randomPool();
  readonly #templates = templateTable();
  readonly #banks: readonly [PortBank, PortBank];
  /** Signals that are listened to; one listener does for all questions with the same signal. */
  readonly #heeded = new WeakSet<AbortSignal>();
  #timer: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;
  /** Address families that this machine turned out to lack. */
  readonly #lacking = new Set<string>();
  #closed = false;

  constructor({ timeoutMs, ...options }: MuxOptions) {
    this.#timeoutMs = timeoutMs;
    this.#waitingMax = options.waiting ?? limits.questionsWaiting;
    const random = this.#random;
    const bank = (family: 4 | 6): PortBank =>
      new PortBank({
        family,
        random,
        size: options.ports ?? limits.portsPerFamily,
        questionsPerPort: options.questionsPerPort ?? limits.questionsPerPort,
        // Those below 1024 are for servers.
        pickPort: options.pickPort ?? (() => 1024 + (random.u16() % 64_512)),
        heard: this.#heard,
        send: this.#send,
        fail: (waiting, error) => {
          this.#settle(waiting, this.#refusal(waiting.at, error));
        },
      });
    this.#banks = [bank(4), bank(6)];
  }

  /** `Try` over the shared sockets. RATE_LIMITED when too many questions wait to be sent. */
  readonly ask = (attempt: Attempt, at: Server, signal: AbortSignal): Promise<Reply> =>
    new Promise<Reply>((resolve, reject) => {
      this.#admit(at, signal);
      this.#heed(signal);
      const waiting: Waiting = {
        attempt,
        at,
        signal,
        source: sourceText(at.address),
        template: this.#templates(attempt),
        resolve,
        reject,
        settled: false,
        port: null,
        id: 0,
        query: nothing,
        sentAt: 0,
      };
      this.#bankOf(at).enter(waiting);
    });

  /** The next questions go out from source ports not used before. */
  renew(): void {
    for (const bank of this.#banks) bank.renew();
  }

  /** Gives up what is under way and closes the sockets. */
  close(): void {
    this.#closed = true;
    for (const waiting of this.#everyone()) this.#settle(waiting, closedFault(waiting.at));
    for (const bank of this.#banks) bank.close();
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
  }

  #admit(at: Server, signal: AbortSignal): void {
    if (signal.aborted) throw givenUp(at, signal);
    if (this.#closed) throw closedFault(at);
    const [four, six] = this.#banks;
    if (four.backlog + six.backlog >= this.#waitingMax)
      throw new Fault('RATE_LIMITED', `${this.#waitingMax} questions wait to be sent already`, {
        ...{ where: serverText(at), details: { queue: 'full' } },
        fix: 'Ask less at once; this says nothing about the server.',
      });
  }

  /** Adding a listener takes time linear in those that are there, so the second one is saved. */
  #heed(signal: AbortSignal): void {
    if (this.#heeded.has(signal)) return;
    this.#heeded.add(signal);
    const giveUp = (): void => {
      for (const waiting of this.#everyone())
        if (waiting.signal === signal) this.#settle(waiting, givenUp(waiting.at, signal));
    };
    signal.addEventListener('abort', giveUp, { once: true });
  }

  #everyone(): readonly Waiting[] {
    return this.#banks.flatMap(bank => bank.everyone());
  }

  /** One timer for the oldest question: all have the same time, and few take it. */
  #wakeIn(ms: number): NodeJS.Timeout {
    return setTimeout(() => {
      const now = performance.now();
      // Replies that came while this process was busy are read first: they were in time.
      this.#immediate = setImmediate(() => {
        this.#expire(now);
      });
    }, ms);
  }

  #expire(now: number): void {
    let oldest = Infinity;
    for (const waiting of this.#everyone()) {
      if (waiting.port === null) continue;
      if (waiting.sentAt + this.#timeoutMs > now) oldest = Math.min(oldest, waiting.sentAt);
      else this.#settle(waiting, timedOut(waiting.at, { ...progress, ms: this.#timeoutMs }));
    }
    // What took the places of those that were given up was sent after all the others.
    const busy = oldest < Infinity || this.#everyone().length > 0;
    const left = Math.min(oldest + this.#timeoutMs - now, this.#timeoutMs);
    this.#timer = busy ? this.#wakeIn(Math.max(1, Math.ceil(left))) : undefined;
  }

  #bankOf({ address }: Server): PortBank {
    return this.#banks[address.includes(':') ? 1 : 0];
  }

  readonly #send = (waiting: Waiting, port: Port): void => {
    let id = this.#random.u16();
    while (port.pending.get(id) !== null) id = this.#random.u16();
    waiting.port = port;
    waiting.id = id;
    waiting.query = fresh(waiting.template, id, this.#random);
    waiting.sentAt = performance.now();
    this.#timer ??= this.#wakeIn(this.#timeoutMs);
    const failed = (error: unknown): void => {
      this.#settle(waiting, this.#refusal(waiting.at, error));
    };
    try {
      port.send(waiting, failed);
    } catch (error) {
      failed(error);
    }
  };

  readonly #heard = (waiting: Waiting, datagram: Buffer): void => {
    const { query, attempt: question, at, sentAt } = waiting;
    const verdict = judge(datagram, { query, question, at });
    if (verdict === null) return;
    if (verdict instanceof Error) this.#settle(waiting, verdict);
    else {
      const rttMs = performance.now() - sentAt;
      this.#settle(waiting, { message: verdict, transport: 'udp', rttMs });
    }
  };

  #settle(waiting: Waiting, outcome: Reply | Fault): void {
    if (waiting.settled) return;
    waiting.settled = true;
    if (outcome instanceof Error) waiting.reject(outcome);
    else waiting.resolve(outcome);
    const bank = this.#bankOf(waiting.at);
    if (waiting.port === null) bank.left();
    else {
      waiting.port.free(waiting.id);
      bank.pump();
    }
  }

  /** A lacking address family deserves one sentence a run, whatever the number of servers. */
  #refusal(at: Server, error: unknown): Fault {
    const fault = systemTrouble(error, at, { transport: 'udp', sent: false });
    if (fault.details?.['family'] !== 'lacking') return fault;
    const family = at.address.includes(':') ? 'IPv6' : 'IPv4';
    const repeated = this.#lacking.has(family);
    this.#lacking.add(family);
    const { message, fix = '', where = serverText(at), details } = fault;
    return new Fault('UNAVAILABLE', message, {
      ...{ fix, where, cause: error, details: { ...details, repeated } },
    });
  }
}
