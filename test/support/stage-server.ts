import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { securityHeaders } from '../../src/api/hooks/headers.ts';
import { openAssets } from '../../src/page/assets.ts';
import { makePages } from '../../src/page/render.tsx';
import { type Brief, type CutoverSnapshot } from '../../src/view/stream/stream.ts';

/** A server of pages alone, which says over their streams whatever a test wants. */
export interface StageServer {
  readonly url: string;
  /** The page of `/cutovers/NAME`; `/` lists them all, and `/login` is the door. */
  readonly show: (name: string, snapshot: CutoverSnapshot, role?: string) => string;
  /** One message to every stream that is open. */
  readonly say: (event: string | null, data: unknown, id?: string) => void;
  /** What streams were asked for, with their cursor. */
  readonly asked: string[];
  readonly listening: () => number;
  readonly close: () => Promise<void>;
}

const settings = { hosts: [], secure: false, proxies: [], fourEyes: false, title: 'Operations' };

function briefOf({ seq, status }: CutoverSnapshot): Brief {
  const { id, domain, unicode, stage, outcome, ending, next, controller } = status;
  const { paused, hold, mail, propagation, startedAt, endedAt } = status;
  return {
    ...{ id, domain, unicode, seq, stage, outcome, ending, next, controller, startedAt, endedAt },
    ...{ paused: paused !== null, hold: hold?.why ?? null, mail: mail?.trouble ?? null },
    share: propagation?.resolvers?.share ?? null,
  };
}

export async function openStageServer(): Promise<StageServer> {
  const pages = makePages(await openAssets());
  const shown = new Map<string, { readonly snapshot: CutoverSnapshot; readonly role: string }>();
  const streams = new Set<ServerResponse>();
  const asked: string[] = [];
  const { title } = settings;
  const viewerOf = (role: string) => ({ name: 'anna', role, shared: false, title });
  const pageOf = (path: string, wall: boolean): string | null => {
    const found = shown.get(path.replace('/cutovers/', ''));
    if (found !== undefined)
      return pages.cutover({ snapshot: found.snapshot, viewer: viewerOf(found.role), wall });
    const cutovers = [...shown.values()].map(({ snapshot }) => briefOf(snapshot));
    const list = { at: '2026-12-05T06:00:00.000Z', epoch: 'e7', cutovers };
    if (path === '/') return pages.list({ snapshot: list, viewer: viewerOf('admin') });
    return path === '/login' ? pages.login({ title }) : null;
  };
  const answer = ({ url = '/' }: IncomingMessage, response: ServerResponse): void => {
    for (const [name, value] of Object.entries(securityHeaders(settings)))
      response.setHeader(name, value);
    const { pathname, searchParams } = new URL(url, 'http://stage');
    const asset = pages.asset(pathname.replace('/assets/', ''));
    if (asset !== null) {
      response.setHeader('content-type', asset.type).end(asset.body);
      return;
    }
    if (pathname.endsWith('/events')) {
      asked.push(url);
      response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
      response.write('retry: 500\n\n');
      streams.add(response);
      response.on('close', () => streams.delete(response));
      return;
    }
    const text = pageOf(pathname, searchParams.get('wall') === '1');
    response.writeHead(text === null ? 404 : 200, { 'content-type': 'text/html; charset=utf-8' });
    response.end(text);
  };
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    asked,
    listening: () => streams.size,
    show: (name, snapshot, role = 'admin') => {
      shown.set(name, { snapshot, role });
      return `${url}/cutovers/${name}`;
    },
    say: (event, data, id) => {
      const head = `${event === null ? '' : `event: ${event}\n`}${id === undefined ? '' : `id: ${id}\n`}`;
      for (const stream of streams) stream.write(`${head}data: ${JSON.stringify(data)}\n\n`);
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
