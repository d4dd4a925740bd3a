import { once } from 'node:events';
import { createSecureServer, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { type Identity } from './certificates.ts';
import { type At, freePort } from './server.ts';

/** A question over HTTPS. */
export interface AskedHttps {
  readonly query: Buffer;
  readonly stream: ServerHttp2Stream;
  readonly headers: IncomingHttpHeaders;
  /** Answers as a resolver does. */
  readonly send: (message: Uint8Array) => void;
}

/** A server of DNS over HTTPS of the test's own, as bad as the test wants it. */
export interface NastyHttps extends At {
  /** Each question it saw: source port, and how it was asked. */
  readonly seen: readonly { readonly port: number; readonly headers: IncomingHttpHeaders }[];
  /** Connections that are open now. */
  readonly connections: ReadonlySet<Socket>;
  stop(): Promise<void>;
}

/** The question of a GET, or the body of a POST. */
async function queryOf(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): Promise<Buffer> {
  const asked = new URL(headers[':path'] ?? '/', 'https://unused.example').searchParams.get('dns');
  return asked === null ? buffer(stream) : Buffer.from(asked, 'base64url');
}

export async function nastyHttps(
  tls: Identity,
  answer: (asked: AskedHttps) => void,
): Promise<NastyHttps> {
  const address = '127.0.0.1';
  const port = await freePort(address);
  const seen: { port: number; headers: IncomingHttpHeaders }[] = [];
  const connections = new Set<Socket>();
  const server = createSecureServer({ ...tls, allowHTTP1: false });
  server.on('connection', (socket: Socket) => {
    connections.add(socket);
    socket.on('close', () => connections.delete(socket));
    socket.on('error', () => undefined);
  });
  server.on('sessionError', () => undefined);
  server.on('tlsClientError', () => undefined);
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined);
    const source = stream.session?.socket.remotePort ?? 0;
    const send = (message: Uint8Array): void => {
      if (stream.destroyed) return;
      stream.respond({ ':status': 200, 'content-type': 'application/dns-message' });
      stream.end(message);
    };
    queryOf(stream, headers).then(
      query => {
        seen.push({ port: source, headers });
        answer({ query, stream, headers, send });
      },
      () => undefined,
    );
  });
  server.listen(port, address);
  await once(server, 'listening');
  return {
    ...{ address, port, seen, connections },
    stop: async () => {
      for (const socket of connections) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
