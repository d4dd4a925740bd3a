import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type FastifyReply, type FastifyRequest } from 'fastify';

const zip = promisify(gzip);

/** Whether gzip is among what the caller takes, and not with the weight of nothing (RFC 9110 12.5.3). */
const takesGzip = ({ headers }: FastifyRequest): boolean =>
  (headers['accept-encoding'] ?? '')
    .split(',')
    .some(coding => /^\s*(?:gzip|\*)\s*(?:;\s*q=(?!0(?:\.0*)?\s*$)[\d.]+\s*)?$/i.test(coding));

/**
 * Text as the caller takes it. Only for pages and their files: nothing in them is secret and repeats what a
 * caller sent, from whose length somebody could guess it (BREACH).
 */
export async function sendText(
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  type: string,
  text: string | Uint8Array,
): Promise<FastifyReply> {
  reply.type(type).header('vary', 'accept-encoding');
  if (!takesGzip(request)) return reply.send(typeof text === 'string' ? text : Buffer.from(text));
  return reply.header('content-encoding', 'gzip').send(await zip(text));
}
