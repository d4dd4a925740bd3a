import { type Fault, isFault } from '../errors.ts';
import { limits } from '../limits.ts';
import { type Carrier, type OpenCarrier } from './carrier.ts';
import { Connection } from './connection.ts';
import { type Dial, tcpDial } from './dial.ts';
import { type Held, Peer } from './peer.ts';
import { randomPool } from './random.ts';
import { templateTable, type TemplateOptions } from './template.ts';
import { type Reply, type Server } from './transport.ts';
import { closedFault, givenUp, serverText, timedOut } from './trouble.ts';
import { type Attempt } from './udp.ts';

export interface PipelineOptions extends TemplateOptions {
  readonly timeoutMs: number;
  /** Called once, at the first question: how a connection is opened; plain TCP by default. */
  readonly open?: () => Promise<OpenCarrier>;
}

/** Questions with their length before them over what this opens (RFC 1035 4.2.2, RFC 7858 3.3). */
export function framedOver(dial: Dial): OpenCarrier {
  const random = randomPool();
  return (at, gone) => new Connection(at, { dial, random, gone });
}

/** The connection that one question went over. */
interface Used {
  carrier: Carrier | null;
  /** Whether a question had been answered there before. */
  proven: boolean;
}

/** Who is asked by the same connections: the same address for another name is another server. */
const poolKey = (at: Server): string => `${serverText(at)} ${JSON.stringify(at.over ?? null)}`;

/**
 * Asks over connections that are kept, several questions over one connection to a server. How many
 * are in flight in all is the business of whoever wraps this.
 */
export class Pipeline {
  readonly #timeoutMs: number;
  readonly #open: () => Promise<OpenCarrier>;
  readonly #random = randomPool();
  readonly #templates: ReturnType<typeof templateTable>;
  readonly #peers = new Map<string, Peer>();
  #opener: Promise<OpenCarrier> | undefined;
  #closed = false;

  constructor({ timeoutMs, open, ...options }: PipelineOptions) {
    this.#timeoutMs = timeoutMs;
    this.#open = open ?? (async () => framedOver(tcpDial));
    this.#templates = templateTable(options);
  }

  /** `Try` over shared connections. */
  readonly ask = async (attempt: Attempt, at: Server, signal: AbortSignal): Promise<Reply> => {
    this.#opener ??= this.#open();
    const open = await this.#opener;
    for (let tries = 1; ; tries++) {
      // Before anything is opened: what is given up needs no connection.
      if (signal.aborted) throw givenUp(at, signal);
      if (this.#closed) throw closedFault(at);
      const used: Used = { carrier: null, proven: false };
      const use = (held: Held): Promise<Reply> => {
        used.carrier = held.carrier;
        used.proven = held.carrier.proven;
        return this.#askOver(held, attempt, signal);
      };
      try {
        return await this.#peerOf(at, open).ask(use, signal);
      } catch (error) {
        if (tries > 1 || !mayTryAgain(error, used)) throw error;
      }
    }
  };

  /** Questions from now on go over another connection than this: another member of a farm may answer. */
  leave(connection: number): void {
    for (const peer of this.#peers.values()) peer.leave(connection);
  }

  /** Gives up what is under way and closes the connections. */
  close(): void {
    this.#closed = true;
    for (const peer of [...this.#peers.values()]) peer.close();
  }

  #peerOf(at: Server, open: OpenCarrier): Peer {
    const key = poolKey(at);
    const known = this.#peers.get(key);
    if (known !== undefined) return known;
    if (this.#peers.size >= limits.peersKept)
      for (const [name, { idle }] of this.#peers) if (idle) this.#peers.delete(name);
    const random = this.#random;
    const id = (): number => random.u16() * 65_536 + random.u16();
    const peer = new Peer(at, { open, id });
    this.#peers.set(key, peer);
    return peer;
  }

  #askOver({ carrier, id }: Held, attempt: Attempt, signal: AbortSignal): Promise<Reply> {
    const { at } = carrier;
    return new Promise<Reply>((resolve, reject) => {
      const settle = (outcome: Reply | Fault): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', abort);
        if (outcome instanceof Error) reject(outcome);
        else resolve({ ...outcome, connection: id });
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
}

/**
 * A server may close a connection that it finds idle just when we use it (RFC 7766 6.2.4), and one
 * that says that it did not begin with a question may be asked again at once (RFC 9113 8.7).
 */
function mayTryAgain(error: unknown, { carrier, proven }: Used): boolean {
  if (carrier === null || carrier.open) return false;
  if (!isFault(error, 'UNAVAILABLE') || error.details?.['timeout'] === true) return false;
  return proven || error.details?.['unprocessed'] === true;
}
