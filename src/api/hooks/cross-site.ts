import { type FastifyRequest } from 'fastify';
import { type Kit } from '../kit.ts';
import { problemFault } from '../problems/problem.ts';
import { type Server } from '../server-type.ts';

const safeMethods = ['GET', 'HEAD', 'OPTIONS'];

/**
 * A browser adds its cookie to whatever a page of somebody else sends here. It also says from where
 * (Fetch Metadata, W3C), or at least from which origin (RFC 6454 7); without either, a cookie does nothing.
 */
function comesFromHere(request: FastifyRequest, secure: boolean): boolean {
  const { 'sec-fetch-site': site, origin } = request.headers;
  if (site !== undefined) return site === 'same-origin';
  return origin === `${secure ? 'https' : 'http'}://${request.host}`;
}

/** Bodies are JSON only, which no form can send: the parser sees to that. This sees to the rest. */
export function guardCrossSite(server: Server, { settings }: Kit): void {
  server.addHook('onRequest', async request => {
    const { method, headers } = request;
    if (safeMethods.includes(method) || headers.authorization !== undefined) return;
    // Nobody is logged in yet where a session begins; a browser that says whence it comes is believed.
    const silent = headers['sec-fetch-site'] === undefined && headers.origin === undefined;
    if (request.principal === null && silent) return;
    if (comesFromHere(request, settings.secure)) return;
    throw problemFault('cross-site', 'a session acts only for the page of this server', {
      fix: 'Programs send `Authorization: Bearer` in place of the cookie.',
    });
  });
}
