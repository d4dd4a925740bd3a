import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Mischief, type Trouble } from './mischief.ts';

export interface HttpRequest {
  readonly method: string;
  /** Decoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

export interface HttpReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Service {
  /** Writes can be told from reads, since they suffer differently. */
  kind(request: HttpRequest): 'read' | 'write';
  /** Does the work. */
  handle(request: HttpRequest): HttpReply | Promise<HttpReply>;
  /** How this service says that it throttles, breaks or refuses, in its own form. */
  trouble(
    kind:
      | Extract<Trouble, 'throttled' | 'throttled with retry-after' | 'unauthorized'>
      | 'server error',
    request: HttpRequest,
  ): HttpReply;
  readonly mischief: Mischief;
}

export interface Listening {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Everything that was asked, also what met trouble, with the status it was answered with; 0: none. */
  readonly log: readonly { readonly request: HttpRequest; readonly status: number }[];
  /** Puts the clock of the service forward, as it tells the time in every answer. */
  leap(ms: number): void;
  stop(): Promise<void>;
}

const proxyPage =
  '<html><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>';

async function bodyOf(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

const requestOf = async (message: IncomingMessage): Promise<HttpRequest> => {
  const url = new URL(message.url ?? '/', 'http://double');
  return {
    method: message.method ?? 'GET',
    path: decodeURIComponent(url.pathname),
    query: url.searchParams,
    headers: message.headers,
    body: await bodyOf(message),
  };
};

function send(response: ServerResponse, { status, headers = {}, body }: HttpReply): void {
  response.writeHead(status, headers);
  response.end(body);
}

/** Serves a double on a free port of loopback. */
export async function listen(service: Service): Promise<Listening> {
  const log: { request: HttpRequest; status: number }[] = [];
  const stopping = new AbortController();
  let ahead = 0;

  async function answer(request: HttpRequest): Promise<HttpReply | 'reset' | 'silence'> {
    const trouble = service.mischief.draw(service.kind(request));
    switch (trouble) {
      case 'throttled':
      case 'throttled with retry-after':
      case 'unauthorized':
        return service.trouble(trouble, request);
      case 'proxy':
        return { status: 502, headers: { 'content-type': 'text/html' }, body: proxyPage };
      case 'reset before':
        return 'reset';
      case 'reset after':
        await service.handle(request);
        return 'reset';
      case 'server error before':
        return service.trouble('server error', request);
      case 'server error after':
        await service.handle(request);
        return service.trouble('server error', request);
      case 'malformed': {
        const whole = await service.handle(request);
        return { ...whole, body: whole.body.slice(0, whole.body.length / 2) };
      }
      case 'silent':
        return 'silence';
      case 'slow':
        await sleep(50, undefined, { signal: stopping.signal });
        return service.handle(request);
      case null:
        return service.handle(request);
    }
  }

  const server = createServer((message, response) => {
    response.setHeader('date', new Date(Date.now() + ahead).toUTCString());
    void (async () => {
      const request = await requestOf(message);
      const reply = await answer(request);
      log.push({ request, status: typeof reply === 'string' ? 0 : reply.status });
      if (reply === 'reset') message.socket.resetAndDestroy();
      else if (reply !== 'silence') send(response, reply);
    })().catch((error: unknown) => {
      if (!stopping.signal.aborted) send(response, { status: 599, body: String(error) });
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    log,
    leap: ms => {
      ahead += ms;
    },
    stop: async () => {
      stopping.abort();
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}
