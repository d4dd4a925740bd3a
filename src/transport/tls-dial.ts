import { isIP } from 'node:net';
import * as tls from 'node:tls';
import { limits } from '../limits.ts';
import { type TlsOptions } from './carrier.ts';
import { type Server } from './transport.ts';
import { serverText } from './trouble.ts';

/** What a server gave to begin sooner next time (RFC 8446 2.2). */
interface Kept {
  readonly session: Buffer;
  readonly since: number;
}

/** Opens TLS to a server that has to be this host, a name or an address. */
export type TlsDial = (at: Server, host: string, protocols?: readonly string[]) => tls.TLSSocket;

/**
 * Opens TLS connections to servers that prove to be who they are said to be (RFC 8310 8.1, the strict
 * profile): there is no way around the certificate, and no plaintext instead. A session is resumed at
 * the same address for the same host only: then the certificate is not shown again, so what was
 * checked once must have been the same thing, not too long ago.
 */
export function tlsDialling({ trust = [] }: TlsOptions = {}): TlsDial {
  const sessions = new Map<string, Kept>();
  let context: tls.SecureContext | undefined;
  const keep = (key: string, session: Buffer): void => {
    sessions.delete(key);
    sessions.set(key, { session, since: performance.now() });
    for (const [oldest] of sessions) {
      if (sessions.size <= limits.tlsSessions) break;
      sessions.delete(oldest);
    }
  };
  const kept = (key: string): Buffer | undefined => {
    const known = sessions.get(key);
    // For one connection each: one that is used twice can be followed (RFC 8446 C.4).
    sessions.delete(key);
    const fresh = known !== undefined && performance.now() - known.since < limits.tlsSessionMs;
    return fresh ? known.session : undefined;
  };
  return (at, host, protocols = []) => {
    // Reading more than a hundred certificates takes a while, so it is done once and when needed.
    context ??= tls.createSecureContext({
      minVersion: 'TLSv1.2',
      ...(trust.length > 0 && { ca: [...tls.getCACertificates('default'), ...trust] }),
    });
    const key = [serverText(at), host, ...protocols].join(' ');
    const session = kept(key);
    const socket = tls.connect({
      ...{ host: at.address, port: at.port, secureContext: context },
      // Also where the environment tells Node.js otherwise.
      rejectUnauthorized: true,
      // A name that is an address is never sent (RFC 6066 3).
      ...(isIP(host) === 0 && { servername: host }),
      checkServerIdentity: (_, certificate) => tls.checkServerIdentity(host, certificate),
      ...(protocols.length > 0 && { ALPNProtocols: [...protocols] }),
      ...(session !== undefined && { session }),
    });
    socket.setNoDelay(true);
    socket.on('session', given => {
      keep(key, given);
    });
    return socket;
  };
}
