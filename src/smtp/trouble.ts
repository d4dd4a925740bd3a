import { oneLine } from '../mail/reply.ts';
import { type Broken } from './channel.ts';

/** What the system says of a connection that failed, by its own codes (errno(3)). */
const ends: Readonly<Record<string, Broken>> = {
  ECONNREFUSED: { end: 'refused', detail: 'the connection was refused: nobody listens' },
  ECONNRESET: { end: 'reset', detail: 'the host broke the connection off (reset)' },
  EPIPE: { end: 'closed', detail: 'the host closed the connection' },
  ETIMEDOUT: { end: 'timeout', detail: 'no answer to the connection' },
  EHOSTUNREACH: { end: 'unreachable', detail: 'there is no way to the host' },
  ENETUNREACH: { end: 'unreachable', detail: 'there is no way to the network of the host' },
  EACCES: { end: 'unreachable', detail: 'this machine does not let the connection out' },
  EPERM: { end: 'unreachable', detail: 'this machine does not let the connection out' },
};

const noFamily = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'ENETUNREACH']);

/** For people: what an error says, without what it says to programs. */
export function codeOf(error: Error): string {
  const code: unknown = Object.entries(error).find(([name]) => name === 'code')?.[1];
  return typeof code === 'string' ? code : '';
}

export function endOf(error: Error): Broken {
  const code = codeOf(error);
  return ends[code] ?? { end: 'unreachable', detail: oneLine(code === '' ? error.message : code) };
}

/** The same for an attempt to connect: a machine without IPv6 has no way to any network of that family. */
export function connectEndOf(error: Error, family: 4 | 6): Broken {
  if (family === 6 && noFamily.has(codeOf(error)))
    return { end: 'no-family', detail: 'this machine has no IPv6' };
  if (['EADDRNOTAVAIL', 'EAFNOSUPPORT'].includes(codeOf(error)))
    return { end: 'no-family', detail: 'this machine has no IPv4' };
  return endOf(error);
}
