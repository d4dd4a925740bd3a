import { type FastifyRequest } from 'fastify';
import { type Kit } from '../kit.ts';
import { malformed, problemFault } from '../problems/problem.ts';
import { type Server } from '../server-type.ts';

/** Two of them, or none, are an attack or a mistake (RFC 9112 3.2). */
const hostLines = ({ raw }: FastifyRequest): number =>
  raw.rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === 'host').length;

/** A target in absolute form names the server, whatever Host says beside it (RFC 9112 3.2.2). */
const named = ({ raw, host }: FastifyRequest): string =>
  /^[a-z]+:\/\/([^/?#]*)/i.exec(raw.url ?? '')?.[1] ?? host;

const withoutPort = (host: string): string => host.replace(/:\d{1,5}$/, '');

/**
 * A name under which a page of somebody else reaches this server by DNS rebinding is not on the list, and
 * whoever asks under it is sent away (RFC 9110 15.5.20). An entry without a port allows any.
 */
export function guardHost(server: Server, { settings }: Kit): void {
  const allowed = new Set(settings.hosts);
  server.addHook('onRequest', async request => {
    if (request.routeOptions.config.anyHost === true) return;
    if (hostLines(request) !== 1)
      throw malformed([{ path: '/headers/host', message: 'must be there exactly once' }]);
    const host = named(request).toLowerCase();
    if (allowed.has(host) || allowed.has(withoutPort(host))) return;
    throw problemFault('misdirected', 'the Host of the request is none of this server', {
      fix: 'Use a name that `serve --host` names, or start it with this one.',
    });
  });
}
