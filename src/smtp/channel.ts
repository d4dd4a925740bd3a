import { type Duplex } from 'node:stream';
import { limits } from '../limits.ts';
import { type ConnectionEnd, type MailReply } from '../mail/conversation.ts';
import { takeReply } from '../mail/reply.ts';
import { endOf } from './trouble.ts';

/** How a connection ended before all was said. */
export interface Broken {
  readonly end: Exclude<ConnectionEnd, 'complete'>;
  readonly detail: string;
}

/** What came back: a reply, or the end of the connection. */
export type Heard =
  | { readonly reply: MailReply; readonly broken: null }
  | { readonly reply: null; readonly broken: Broken };

/** Commands and replies over one stream, one at a time. */
export interface Channel {
  /** The next reply, within so long. */
  readonly hear: (ms: number) => Promise<Heard>;
  /** Sends octets as they are: a command with its line end, or the lines of a message. */
  readonly say: (text: string) => void;
  /** Lets go of the stream, and throws away what came in unasked; how many octets that was. */
  readonly leave: () => number;
}

/** What was broken off from our side: an abort, or the end of the time for all of it. */
export type Over = () => Broken | null;

/**
 * Would what is left over be taken for the answer to the next command? A host may say at any time that it ends
 * the session (421, RFC 5321 3.8).
 */
function isUnasked(octets: string): boolean {
  const left = takeReply(octets);
  return octets !== '' && !(left.is === 'reply' && left.reply.code === 421);
}

/**
 * Reads replies from a stream. Octets are kept as latin1, one character each, until they are a reply;
 * whoever sends more than a reply may have is not read any further.
 */
export function openChannel(stream: Duplex, over: Over): Channel {
  let octets = '';
  let broken: Broken | null = null;
  let wake: (() => void) | null = null;
  const rouse = (): void => {
    wake?.();
  };
  const breakOff = (reason: Broken): void => {
    broken ??= over() ?? reason;
    rouse();
  };
  const onData = (chunk: Buffer): void => {
    octets += chunk.toString('latin1');
    // Nothing is asked of the stream until this is read: a flood stays in the network.
    if (octets.length > 2 * limits.smtpReplyOctets) stream.pause();
    rouse();
  };
  const onError = (error: Error): void => {
    breakOff(endOf(error));
  };
  const onClose = (): void => {
    breakOff({ end: 'closed', detail: 'the host closed the connection' });
  };
  stream.on('data', onData).on('error', onError).on('end', onClose).on('close', onClose);

  /** What can be said now; null: nothing yet. Whole replies that came before the end still count. */
  const taken = (): Heard | null => {
    const found = takeReply(octets);
    if (found.is === 'reply') {
      octets = octets.slice(found.length);
      if (stream.isPaused()) stream.resume();
      return { reply: found.reply, broken: null };
    }
    if (found.is === 'garbage')
      return { reply: null, broken: over() ?? { end: 'garbage', detail: found.why } };
    return broken === null ? null : { reply: null, broken };
  };

  return {
    hear: ms =>
      new Promise(resolve => {
        let timer: NodeJS.Timeout | null = null;
        const settle = (heard: Heard): void => {
          wake = null;
          if (timer !== null) clearTimeout(timer);
          resolve(heard);
        };
        wake = () => {
          const heard = taken();
          if (heard !== null) settle(heard);
        };
        timer = setTimeout(() => {
          const detail = `no answer within ${String(Math.round(ms / 1000))} s`;
          settle({ reply: null, broken: over() ?? { end: 'timeout', detail } });
        }, ms);
        rouse();
      }),
    say: text => {
      if (isUnasked(octets)) {
        octets = '';
        breakOff({ end: 'garbage', detail: 'the host answered what nobody asked' });
      }
      if (broken === null) stream.write(text, 'utf8');
    },
    leave: () => {
      stream.off('data', onData).off('end', onClose).off('close', onClose);
      // Errors of what lies below are told by what lies above, but must not be unheard.
      stream.off('error', onError).on('error', () => undefined);
      return octets.length;
    },
  };
}
