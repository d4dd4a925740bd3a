import { type Kit } from '../kit.ts';
import { type Server } from '../server-type.ts';

/** Nothing but what this server itself serves, no inline script, and text that becomes code only by policy. */
const contentPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

/**
 * What browsers are told with every answer (OWASP ASVS 5.0 3.4). There are no headers of CORS anywhere,
 * so that no other site reads an answer or sends a request that needs leave.
 */
export const securityHeaders = ({ secure }: Kit['settings']): Readonly<Record<string, string>> => ({
  'content-security-policy': contentPolicy,
  'x-content-type-options': 'nosniff',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  // What an answer says is for this caller at this moment; a route that knows better says so itself.
  'cache-control': 'no-store',
  ...(secure && { 'strict-transport-security': 'max-age=31536000; includeSubDomains' }),
});

/**
 * First of all hooks, so that whatever answers has them. A route that writes its JSON by a function of its
 * own would be sent without a type: clients that go by it (RFC 9110 8.3) could not read it.
 */
export function sendHeaders(server: Server, { settings }: Kit): void {
  const headers = securityHeaders(settings);
  server.addHook('onRequest', async (_, reply) => {
    reply.headers(headers);
  });
  server.addHook('preSerialization', async (_, reply, body) => {
    if (!reply.hasHeader('content-type')) reply.type('application/json; charset=utf-8');
    return body;
  });
}
