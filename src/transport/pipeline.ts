import { type Fault, isFault } from '../errors.ts';
import { type Carrier, type OpenCarrier } from './carrier.ts';
import { Connection } from './connection.ts';
import { type Dial, tcpDial } from './dial.ts';
import { randomPool } from './random.ts';
import { templateTable } from './template.ts';
import { type Reply, type Server } from './transport.ts';
import { closedFault, givenUp, serverText, timedOut } from './trouble.ts';
import { type Attempt } from './udp.ts';

export interface PipelineOptions {
  readonly timeoutMs: number;
  /** How a connection is opened; plain TCP by default. */
  readonly open?: OpenCarrier;
}

/** Questions with their length before them over what this opens (RFC 1035 4.2.2, RFC 7858 3.3). */
export function framedOver(dial: Dial): OpenCarrier {
  const random = randomPool();
  return (at, gone) => new Connection(at, { dial, random, gone });
}

/** Who is asked by the same connections: the same address for another name is another server. */
const poolKey = (at: Server): string => `${serverText(at)} ${JSON.stringify(at.over ?? null)}`;

/**
 * Asks over connections that are kept, several questions over one connection to a server. How many
 * are in flight in all is the business of whoever wraps this.
 */
export class Pipeline {
  readonly #timeoutMs: number;
  readonly #open: OpenCarrier;
  readonly #templates = templateTable();
  readonly #carriers = new Map<string, Set<Carrier>>();
  #closed = false;

  constructor({ timeoutMs, open = framedOver(tcpDial) }: PipelineOptions) {
    this.#timeoutMs = timeoutMs;
    this.#open = open;
  }

  /** `Try` over shared connections. */
  readonly ask = async (attempt: Attempt, at: Server, signal: AbortSignal): Promise<Reply> => {
    // Before anything is opened: what is given up needs no connection.
    if (signal.aborted) throw givenUp(at, signal);
    if (this.#closed) throw closedFault(at);
    const carrier = this.#carrierTo(at);
    const proven = carrier.proven;
    try {
      return await this.#askOver(carrier, attempt, signal);
    } catch (error) {
      if (carrier.open || !mayTryAgain(error, proven)) throw error;
      return this.#askOver(this.#carrierTo(at), attempt, signal);
    }
  };

  /** Questions from now on go over new connections: another member of a farm may answer. */
  renew(): void {
    for (const carrier of this.#everyone()) carrier.retire();
  }

  /** Gives up what is under way and closes the connections. */
  close(): void {
    this.#closed = true;
    for (const carrier of this.#everyone()) carrier.end(closedFault(carrier.at));
  }

  #everyone(): readonly Carrier[] {
    return [...this.#carriers.values()].flatMap(carriers => [...carriers]);
  }

  #askOver(carrier: Carrier, attempt: Attempt, signal: AbortSignal): Promise<Reply> {
    const { at } = carrier;
    return new Promise<Reply>((resolve, reject) => {
      if (signal.aborted) throw givenUp(at, signal);
      if (this.#closed) throw closedFault(at);
      const settle = (outcome: Reply | Fault): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', abort);
        if (outcome instanceof Error) reject(outcome);
        else resolve(outcome);
      };
      const abort = (): void => {
        giveUp(false);
        settle(givenUp(at, signal));
      };
      const timer = setTimeout(() => {
        const { progress } = carrier;
        giveUp(true);
        settle(timedOut(at, { ...progress, ms: this.#timeoutMs }));
      }, this.#timeoutMs);
      signal.addEventListener('abort', abort, { once: true });
      const giveUp = carrier.carry(this.#templates(attempt).octets, settle);
    });
  }

  #carrierTo(at: Server): Carrier {
    const key = poolKey(at);
    const known = this.#carriers.get(key) ?? new Set<Carrier>();
    this.#carriers.set(key, known);
    for (const carrier of known) if (carrier.room) return carrier;
    const carrier: Carrier = this.#open(at, () => {
      known.delete(carrier);
      if (known.size === 0 && this.#carriers.get(key) === known) this.#carriers.delete(key);
    });
    known.add(carrier);
    return carrier;
  }
}

/**
 * A server may close a connection that it finds idle just when we use it (RFC 7766 6.2.4), and one
 * that says that it did not begin with a question may be asked again at once (RFC 9113 8.7).
 */
function mayTryAgain(error: unknown, proven: boolean): boolean {
  if (!isFault(error, 'UNAVAILABLE') || error.details?.['timeout'] === true) return false;
  return proven || error.details?.['unprocessed'] === true;
}
