import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { decodeMessage, encodeQuery, type Message, questionMatches } from '../dns/wire.ts';
import { type Fault } from '../errors.ts';
import { limits } from '../limits.ts';
import { type Question, type Reply, type Server } from './transport.ts';
import { givenUp, noAnswer, systemTrouble, timedOut } from './trouble.ts';

/** A question, and whether it may carry EDNS. */
export interface Attempt extends Question {
  /** Default true. Very old servers answer FORMERR to it. */
  readonly edns?: boolean;
}

/** `Ask` for attempts. */
export type Try = (attempt: Attempt, at: Server, signal: AbortSignal) => Promise<Reply>;

const progress = { transport: 'udp', sent: true } as const;

/** What a datagram is worth: the reply, the end of the attempt, or nothing (then we wait on). */
function judge(
  datagram: Uint8Array,
  { query, attempt, at }: { query: Uint8Array; attempt: Attempt; at: Server },
): Message | Fault | null {
  if (datagram.length > limits.udpReplyOctets) return null;
  const matches = questionMatches(query, datagram);
  let message: Message;
  try {
    message = decodeMessage(datagram);
  } catch (cause) {
    // It carries our id and our question to the letter: the server is broken, not an attacker.
    return matches ? noAnswer('the reply is malformed', at, { progress, cause }) : null;
  }
  if (matches) return message;
  const { id, qr, question } = message;
  const sameButCase =
    qr &&
    id === (query[0] ?? 0) * 256 + (query[1] ?? 0) &&
    question?.name === attempt.name &&
    question.type === attempt.type;
  return sameButCase
    ? noAnswer('the reply does not keep the case of the question', at, { progress })
    : null;
}

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
      ...{ name: attempt.name, type: attempt.type, recursive: attempt.recursive },
      ...{ id: random.readUInt16BE(0), mixCase: random.subarray(2) },
      ...{ dnssec: attempt.dnssec, edns: attempt.edns ?? true },
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
          const verdict = judge(datagram, { query, attempt, at });
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
