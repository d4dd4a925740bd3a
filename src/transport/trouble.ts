import { type Circumstances, Fault } from '../errors.ts';
import { type TransportName } from '../propagation/observation.ts';
import { type Server } from './transport.ts';

/** `192.0.2.53:53`, `[2001:db8::53]:53`. */
export const serverText = ({ address, port }: Server): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;

/** What a stream to this server carries: plain TCP unless it says otherwise. */
export const streamTo = ({ over }: Server): Exclude<TransportName, 'udp'> =>
  over?.transport ?? 'tcp';

/** How far an exchange came before it failed; a program that writes needs to know. */
export interface Progress {
  readonly transport: TransportName;
  /** True once the message may have reached the server. */
  readonly sent: boolean;
}

/** No route for the address family: a fact about this machine, not about the server. */
const lacking = new Set(['ENETUNREACH', 'EADDRNOTAVAIL', 'EAFNOSUPPORT']);

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'port unreachable: nothing listens there, or a firewall refuses',
  ECONNRESET: 'the server broke the connection off',
  EPIPE: 'the server broke the connection off',
  EHOSTUNREACH: 'host unreachable',
  ETIMEDOUT: 'no connection: the host does not answer',
};

/** Every source port, or every file descriptor, is taken: a fact about this machine as well. */
const exhausted = new Set(['EADDRINUSE', 'EAGAIN', 'EMFILE', 'ENFILE', 'ENOBUFS']);

/** The `code` of a system error, or its class. */
const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** Nothing usable came back. `details.transport`, `details.sent`; `details.family` `lacking`. */
export function noAnswer(
  why: string,
  at: Server,
  { progress, ...more }: { readonly progress: Progress } & Circumstances,
): Fault {
  return new Fault('UNAVAILABLE', `${serverText(at)} (${progress.transport}): ${why}`, {
    where: serverText(at),
    fix:
      progress.transport === 'tls' || progress.transport === 'https'
        ? `See whether the server runs and whether a firewall lets TCP port ${at.port} through.`
        : 'See whether the server runs and whether a firewall lets DNS through, UDP and TCP.',
    ...more,
    details: { ...progress, ...more.details },
  });
}

/** What the operating system said, in words. */
export function systemTrouble(error: unknown, at: Server, progress: Progress): Fault {
  const code = codeOf(error);
  const family = at.address.includes(':') ? 'IPv6' : 'IPv4';
  // Over IPv4, which has 127.0.0.1 at least, connect() says so when it finds no source port.
  if (exhausted.has(code) || (code === 'EADDRNOTAVAIL' && family === 'IPv4'))
    return noAnswer(`this machine has no free source port or socket (${code})`, at, {
      ...{ progress, cause: error, details: { ports: 'exhausted' } },
      fix: 'Ask less at once, end programs that hold many sockets, or raise the limits.',
    });
  if (lacking.has(code)) {
    return noAnswer(`this machine has no ${family} route there (${code})`, at, {
      ...{ progress, cause: error, details: { family: 'lacking' } },
      fix: `Run this where ${family} works, or count this server through its other address.`,
    });
  }
  const detail = code === '' ? String(error) : code;
  return noAnswer(`${words[code] ?? 'network error'} (${detail})`, at, {
    progress,
    cause: error,
    details: code === 'ECONNREFUSED' ? { refused: true } : {},
  });
}

export const timedOut = (at: Server, { ms, ...progress }: Progress & { ms: number }): Fault =>
  noAnswer(`no answer within ${ms} ms`, at, { progress, details: { timeout: true } });

export const givenUp = (at: Server, signal: AbortSignal): Fault =>
  new Fault('ABORTED', `given up while asking ${serverText(at)}`, { cause: signal.reason });

export const closedFault = (at: Server): Fault =>
  new Fault('ABORTED', `given up while asking ${serverText(at)}: the transport was closed`);
