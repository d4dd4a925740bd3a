import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { encodeQuery } from '../dns/wire.ts';
import { judge } from './judge.ts';
import { type Question, type Reply, type Server } from './transport.ts';
import { givenUp, systemTrouble, timedOut } from './trouble.ts';

/** A question, and whether it may carry EDNS. */
export interface Attempt extends Question {
  /** Default true. Very old servers answer FORMERR to it. */
  readonly edns?: boolean;
}

/** `Ask` for attempts. */
export type Try = (attempt: Attempt, at: Server, signal: AbortSignal) => Promise<Reply>;

const progress = { transport: 'udp', sent: true } as const;

/**
 * Asks over a connected socket of its own: a random source port (the kernel picks it), a random id,
 * mixed case (0x20). The kernel drops datagrams from elsewhere and tells of ICMP refusals. What does
 * not match is not an answer; we wait on until the time is over.
 */
export function udpTry({ timeoutMs }: { readonly timeoutMs: number }): Try {
  return async (attempt, at, signal) => {
    if (signal.aborted) throw givenUp(at, signal);
    const random = randomBytes(2 + 32);
    const query = encodeQuery({
      ...attempt,
      ...{ id: random.readUInt16BE(0), mixCase: random.subarray(2) },
    });
    const socket = createSocket(at.address.includes(':') ? 'udp6' : 'udp4');
    const began = performance.now();
    let timer: NodeJS.Timeout | undefined;
    let abort: (() => void) | undefined;
    try {
      return await new Promise<Reply>((resolve, reject) => {
        timer = setTimeout(() => {
          reject(timedOut(at, { ...progress, ms: timeoutMs }));
        }, timeoutMs);
        abort = () => {
          reject(givenUp(at, signal));
        };
        signal.addEventListener('abort', abort, { once: true });
        const trouble = (error: unknown) => {
          reject(systemTrouble(error, at, progress));
        };
        socket.on('error', trouble);
        socket.on('message', datagram => {
          const verdict = judge(datagram, { query, question: attempt, at });
          if (verdict === null) return;
          if (verdict instanceof Error) reject(verdict);
          else {
            const rttMs = performance.now() - began;
            resolve({ message: verdict, transport: 'udp', rttMs });
          }
        });
        socket.connect(at.port, at.address, (error?: unknown) => {
          if (error !== undefined && error !== null) trouble(error);
          else
            socket.send(query, failure => {
              if (failure !== null) trouble(failure);
            });
        });
      });
    } finally {
      clearTimeout(timer);
      if (abort !== undefined) signal.removeEventListener('abort', abort);
      socket.close();
    }
  };
}
