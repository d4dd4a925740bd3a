import { type ServerResponse } from 'node:http';
import { type FastifyReply } from 'fastify';
import { type Hub, type Sink, type Wish } from '../../hub/hub.ts';
import { problemFault } from '../problems/problem.ts';

/** A response as the hub sees it. */
const sinkOf = (raw: ServerResponse): Sink => ({
  waiting: () => raw.writableLength,
  write: frame => {
    raw.write(frame);
  },
  end: () => {
    raw.end();
  },
  abort: () => {
    raw.destroy();
  },
});

/**
 * What a proxy is told: nginx keeps answers back unless X-Accel-Buffering says no, and a cache or a
 * compressor in between would do the same.
 */
const streamHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
};

/** Hands the connection over to the hub. @throws Fault overloaded, and what the hub throws */
export async function stream(hub: Hub, wish: Wish, reply: FastifyReply): Promise<FastifyReply> {
  const { raw } = reply;
  const opened = await hub.open(wish, from => {
    reply.headers({ ...streamHeaders, 'dns-cutover-replay-from': from });
    reply.hijack();
    // It ends when its connection does (RFC 9112 6.3): without the frame of a chunk around each message, which
    // costs three buffers for one, ten thousand readers hear a line in two thirds of the time.
    raw.useChunkedEncodingByDefault = false;
    raw.writeHead(200, headersOf(reply));
    // Without this a reader that left shows as an error of the process.
    raw.on('error', () => undefined);
    return sinkOf(raw);
  });
  if ('refused' in opened) {
    const { refused, retryAfterMs } = opened;
    throw problemFault('overloaded', refused, {
      fix: 'Close streams that nobody reads; one is enough for a page.',
      retryAfterMs,
    });
  }
  raw.once('close', opened.gone);
  // It may have been closed while the hub read.
  if (raw.destroyed || raw.closed) opened.gone();
  return reply;
}

/** Those of the hooks too; a hijacked reply sends none by itself. */
const headersOf = (reply: FastifyReply): Record<string, string | number | string[]> =>
  Object.fromEntries(
    Object.entries(reply.getHeaders()).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  );
