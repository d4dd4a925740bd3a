import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server as HttpServer,
  type ServerResponse,
} from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type Duplex } from 'node:stream';
import { limits } from '../limits.ts';
import { type ProblemKind, problemFault, problemOf, problemType } from './problems/problem.ts';

/** A certificate chain and its key, in PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** How long a request may take to arrive, and how often Node looks for those that took longer. */
export interface Patience {
  readonly headersMs: number;
  readonly requestMs: number;
  readonly everyMs: number;
}

const usualPatience: Patience = {
  headersMs: limits.apiHeadersMs,
  requestMs: limits.apiRequestMs,
  everyMs: limits.apiSlowLookMs,
};

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** What is under way on each connection. */
const exchanges = new WeakMap<Duplex, Set<Exchange>>();

/** Remembers what is under way, then answers. */
const noted =
  (answer: RequestListener): RequestListener =>
  (request, response) => {
    const { socket } = request;
    const open = exchanges.get(socket) ?? new Set();
    exchanges.set(socket, open);
    const exchange = { request, response };
    open.add(exchange);
    response.once('close', () => open.delete(exchange));
    answer(request, response);
  };

/** Whether somebody waits on this connection for the answer to a request that came whole, or has part of it. */
const isAwaited = (socket: Duplex): boolean =>
  [...(exchanges.get(socket) ?? [])].some(
    ({ request, response }) => request.complete || response.headersSent,
  );

/**
 * What is slow, endless or broken already before it is a request. A missing Host is told of with words,
 * which Node would not do.
 */
export function openConnections(
  tls: Certificate | null,
  answer: RequestListener,
  { headersMs, requestMs, everyMs } = usualPatience,
): HttpServer {
  const bounds = {
    headersTimeout: headersMs,
    requestTimeout: requestMs,
    connectionsCheckingInterval: everyMs,
    maxHeaderSize: limits.apiHeaderOctets,
    requireHostHeader: false,
  };
  // Who says nothing has the same time before there is TLS; Node's own is two minutes.
  const secure = { ...tls, minVersion: 'TLSv1.2', handshakeTimeout: headersMs } as const;
  const server =
    tls === null
      ? createServer(bounds, noted(answer))
      : createSecureServer({ ...bounds, ...secure }, noted(answer));
  // It is refused with words, as any other; of itself Node says nothing but the number.
  server.on('checkExpectation', noted(answer));
  // Longer than proxies keep theirs, or they send a request into a connection that is being closed.
  server.keepAliveTimeout = limits.apiKeepAliveMs;
  server.maxConnections = limits.apiConnections;
  return server;
}

const noHttp = { fix: 'Send HTTP/1.1 (RFC 9112), and see that http and https are not mixed up.' };

const kindOf = (code: string): ProblemKind => {
  if (code === 'HPE_HEADER_OVERFLOW') return 'headers-too-large';
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'timeout' : 'malformed';
};

/**
 * Answers bytes that never became a request, and ends their connection. Behind a request that is still being
 * answered nothing is said: it would be taken for the answer to that one, which may be an act that is done.
 */
export function refuseConnection(error: Error, socket: Duplex, request: string): void {
  const code = 'code' in error ? String(error.code) : '';
  if (code === 'ECONNRESET' || !socket.writable || isAwaited(socket)) {
    socket.destroy();
    return;
  }
  const kind = kindOf(code);
  const problem = problemOf(
    problemFault(kind, 'this is no request that can be read', kind === 'malformed' ? noHttp : {}),
    request,
  );
  const body = JSON.stringify(problem);
  const lines = [
    `HTTP/1.1 ${problem.status} Refused`,
    `content-type: ${problemType}`,
    `content-length: ${Buffer.byteLength(body)}`,
    'cache-control: no-store',
    'x-content-type-options: nosniff',
    'connection: close',
  ];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`);
}
