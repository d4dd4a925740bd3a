import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { decodeMessage, encodeQuery, type Message, questionMatches } from '../dns/wire.ts';
import { framed, frameReader } from './frame.ts';
import { type Exchange, type Server } from './transport.ts';
import { givenUp, noAnswer, type Progress, streamTo, systemTrouble, timedOut } from './trouble.ts';
import { type Try } from './udp.ts';

/**
 * Ends a connection together with what is still to be sent: after a plain close the system would try
 * for minutes to deliver it. Before the connection is there, nothing is to be sent.
 */
const dropped = (socket: Socket): unknown =>
  socket.connecting ? socket.destroy() : socket.resetAndDestroy();

/**
 * Sends one message over a connection of its own. The time bounds the whole exchange, so a server
 * that drips octets gains nothing. A failure says in `details.sent` whether the message may have
 * reached the server. What is given up is not delivered any more as far as this machine can help it.
 */
export function tcpExchange({ timeoutMs }: { readonly timeoutMs: number }): Exchange {
  return async (message, at, signal) => {
    if (signal.aborted) throw givenUp(at, signal);
    let sent = false;
    const progress = (): Progress => ({ transport: 'tcp', sent });
    const socket: Socket = connect({ host: at.address, port: at.port, noDelay: true });
    let timer: NodeJS.Timeout | undefined;
    let abort: (() => void) | undefined;
    try {
      return await new Promise<Uint8Array>((resolve, reject) => {
        const collect = frameReader();
        timer = setTimeout(() => {
          reject(timedOut(at, { ...progress(), ms: timeoutMs }));
        }, timeoutMs);
        abort = () => {
          reject(givenUp(at, signal));
        };
        signal.addEventListener('abort', abort, { once: true });
        socket.on('error', error => {
          reject(systemTrouble(error, at, progress()));
        });
        socket.on('close', () => {
          const why = 'the connection was closed before a whole answer came';
          reject(noAnswer(why, at, { progress: progress() }));
        });
        socket.on('data', chunk => {
          const [frame] = collect(chunk);
          if (frame !== undefined) resolve(frame);
        });
        socket.on('end', () => socket.destroy());
        socket.on('connect', () => {
          // A process that was stopped hears of this before its timers ring: what is overdue goes first.
          setTimeout(() => {
            if (signal.aborted || socket.destroyed) return;
            sent = true;
            socket.write(framed(message));
          }, 0);
        });
      });
    } catch (error) {
      dropped(socket);
      throw error;
    } finally {
      clearTimeout(timer);
      if (abort !== undefined) signal.removeEventListener('abort', abort);
      socket.destroy();
    }
  };
}

/** One message from a stream as the reply to this query. */
export function replyTo(query: Uint8Array, frame: Uint8Array, at: Server): Message {
  const progress: Progress = { transport: streamTo(at), sent: true };
  let message: Message;
  try {
    message = decodeMessage(frame);
  } catch (cause) {
    throw noAnswer('the reply is malformed', at, { progress, cause });
  }
  if (!questionMatches(query, frame))
    throw noAnswer('the reply answers another question', at, { progress });
  if (message.tc)
    throw noAnswer('the reply is truncated, though streams carry replies of any size', at, {
      progress,
    });
  return message;
}

/** Asks over TCP. */
export function tcpTry(options: { readonly timeoutMs: number }): Try {
  const exchange = tcpExchange(options);
  return async (attempt, at, signal) => {
    const id = randomBytes(2).readUInt16BE();
    const query = encodeQuery({ ...attempt, ad: attempt.recursive, id });
    const began = performance.now();
    const frame = await exchange(query, at, signal);
    const message = replyTo(query, frame, at);
    return { message, transport: 'tcp', rttMs: performance.now() - began };
  };
}
