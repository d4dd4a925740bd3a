import { type FastifyRequest } from 'fastify';

/** The prefix keeps other hosts and plain HTTP from setting it (RFC 6265bis 4.1.3.2). */
export const sessionCookie = '__Host-dns-cutover';

/** The session of a browser; null where there is none. */
export const sessionOf = ({ cookies }: FastifyRequest): string | null =>
  cookies[sessionCookie] ?? null;
