import { isIP, type Socket } from 'node:net';
import * as tls from 'node:tls';
import { limits } from '../limits.ts';
import { type TlsSeen } from '../mail/conversation.ts';
import { oneLine } from '../mail/reply.ts';
import { judgeCertificate } from './certificate.ts';
import { type Over } from './channel.ts';
import { codeOf } from './trouble.ts';

/** A connection over which TLS was spoken of: the socket is there when it is up. */
export interface Secured {
  readonly seen: TlsSeen;
  readonly socket: tls.TLSSocket | null;
}

/** Authorities that are trusted in the place of the machine's, each in PEM. */
export type Trust = readonly string[] | null;

const why = (error: Error): string => {
  const code = codeOf(error);
  const reason: unknown = Object.entries(error).find(([name]) => name === 'reason')?.[1];
  return oneLine(typeof reason === 'string' ? reason : code === '' ? error.message : code);
};

/** A stranger's certificate may be one that nobody can read; TLS is up all the same. */
function readable<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}

/**
 * The handshake after the reply to STARTTLS (RFC 3207 4), with the name of the MX host as SNI. It never
 * fails for the certificate, which is judged by itself.
 */
export function handshake(
  socket: Socket,
  { host, trust, over, at }: { host: string; trust: Trust; over: Over; at: () => number },
): Promise<Secured> {
  const trusted = trust ?? tls.getCACertificates('default');
  const secure = tls.connect({
    ...{ socket, rejectUnauthorized: false, minVersion: 'TLSv1.2' },
    // The name is judged by itself as well: here it would hide what is wrong with the chain.
    checkServerIdentity: () => undefined,
    // An address is never sent as a name (RFC 6066 3).
    ...(isIP(host) === 0 && { servername: host }),
    ...(trust !== null && { ca: [...trust] }),
  });
  return new Promise(resolve => {
    const settle = (secured: Secured): void => {
      clearTimeout(timer);
      resolve(secured);
    };
    const fail = (text: string): void => {
      settle({ seen: { is: 'failed', why: over()?.detail ?? text }, socket: null });
    };
    const timer = setTimeout(() => {
      fail(`no handshake within ${String(limits.smtpHandshakeMs / 1000)} s`);
    }, limits.smtpHandshakeMs);
    secure.on('error', (error: Error) => {
      fail(why(error));
    });
    secure.once('close', () => {
      fail('the host closed the connection during the handshake');
    });
    secure.once('secureConnect', () => {
      const certificate = readable(() => judgeCertificate(secure, { host, trusted, at: at() }));
      const protocol = secure.getProtocol() ?? 'TLS';
      const { name: cipher } = secure.getCipher();
      settle({ seen: { is: 'up', protocol, cipher, certificate }, socket: secure });
    });
  });
}
