import { createHash } from 'node:crypto';
// It says what a schema may hold for the description of the API.
import type {} from '@fastify/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { covers, type Principal } from '../../access/principal.ts';
import { sharedSnapshot } from '../../view/stream/redact.ts';
import { briefOf, listSnapshot, snapshotOf } from '../../view/stream/snapshot.ts';
import { type CutoverSnapshot, type ListSnapshot } from '../../view/stream/stream.ts';
import { sendText } from '../compressed.ts';
import { type Kit, type Viewer } from '../kit.ts';
import { problemFault } from '../problems/problem.ts';
import { allCutovers } from '../rows.ts';
import { briefScene, entriesOf, sceneOf } from '../events/scene.ts';
import { closed, cutoverParams } from '../schemas/common.ts';
import { cutoverOf } from '../scope.ts';
import { type Server } from '../server-type.ts';

const html = 'text/html; charset=utf-8';

/** A name with a hash of its text in it never means anything else (RFC 8246 2). */
const forEver = 'public, max-age=31536000, immutable';
const forAnHour = 'public, max-age=3600';
const hasHash = (name: string): boolean => /-[\w-]{8}\.\w+$/.test(name);

const tagOf = (body: Uint8Array): string =>
  `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;

interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** Pages are no part of the API that programs are promised. */
const hidden = { hide: true } as const;

const principalOf = ({ principal }: FastifyRequest): Principal => {
  if (principal === null) throw problemFault('unauthenticated', 'nobody asks');
  return principal;
};

/** What the page is called by whoever may not know the names of machines. */
const plainTitle = 'dns-cutover';

function viewerOf({ name, role, kind }: Principal, { app, settings }: Kit): Viewer {
  const shared = kind === 'share';
  const title = settings.title ?? (shared ? plainTitle : app.environment.host);
  return { name, role, shared, title };
}

async function listOf({ app }: Kit, principal: Principal): Promise<ListSnapshot> {
  const { clock, store } = app.environment;
  const seen = await allCutovers(app, id => covers(principal, id));
  const briefs = await Promise.all(seen.map(async one => briefOf(await briefScene(app, one))));
  return listSnapshot(briefs, { epoch: store.epoch, now: clock.now() });
}

async function cutoverSnapshot(
  kit: Kit,
  name: string,
  principal: Principal,
): Promise<CutoverSnapshot> {
  const { app } = kit;
  const scene = await sceneOf(app, await cutoverOf(kit, name));
  const entries = await entriesOf(app, scene.cutover);
  const snapshot = snapshotOf(scene, { epoch: app.environment.store.epoch, entries });
  return principal.kind === 'share' ? sharedSnapshot(snapshot) : snapshot;
}

function list(server: Server, kit: Kit): void {
  server.get(
    '/',
    { config: { needs: 'viewer', shared: true }, schema: hidden },
    async (request, reply): Promise<FastifyReply> => {
      const principal = principalOf(request);
      const [only] = principal.cutovers ?? [];
      if (principal.kind === 'share' && only !== undefined)
        return reply.redirect(`/cutovers/${encodeURIComponent(only)}`, 303);
      const snapshot = await listOf(kit, principal);
      const text = kit.pages.list({ snapshot, viewer: viewerOf(principal, kit) });
      return sendText({ request, reply }, html, text);
    },
  );
}

function cutover(server: Server, kit: Kit): void {
  server.get(
    '/cutovers/:id',
    {
      config: { needs: 'viewer', cutover: true },
      schema: { ...hidden, params: cutoverParams },
    },
    async (request, reply): Promise<FastifyReply> => {
      const principal = principalOf(request);
      const snapshot = await cutoverSnapshot(kit, request.params.id, principal);
      // What else stands behind the question mark came with the link from elsewhere, and does no harm.
      const { wall } = request.query as { readonly wall?: unknown };
      const page = { snapshot, viewer: viewerOf(principal, kit), wall: wall === '1' };
      return sendText({ request, reply }, html, kit.pages.cutover(page));
    },
  );
}

/** Where a token is typed, and where a share link ends: what it proves stands behind the `#`. */
function doors(server: Server, { pages, settings }: Kit): void {
  for (const url of ['/login', '/share'])
    server.get(
      url,
      { config: { needs: 'anyone', shared: true }, schema: hidden },
      async (request, reply): Promise<FastifyReply> =>
        sendText({ request, reply }, html, pages.login({ title: settings.title ?? plainTitle })),
    );
}

function assets(server: Server, { pages }: Kit): void {
  const serve = async (name: string, exchange: Exchange): Promise<FastifyReply> => {
    const { request, reply } = exchange;
    const asset = pages.asset(name);
    if (asset === null) throw problemFault('not-found', 'there is nothing at this address');
    const tag = tagOf(asset.body);
    reply.header('cache-control', hasHash(name) ? forEver : forAnHour).header('etag', tag);
    if (request.headers['if-none-match'] === tag) return reply.code(304).send();
    return sendText(exchange, asset.type, asset.body);
  };
  const anyone = { needs: 'anyone', shared: true, limit: 'none' } as const;
  const params = Type.Object({ name: Type.String({ maxLength: 200 }) }, closed);
  server.get(
    '/assets/:name',
    { config: anyone, schema: { ...hidden, params } },
    async (request, reply): Promise<FastifyReply> => serve(request.params.name, { request, reply }),
  );
  server.get(
    '/favicon.ico',
    { config: anyone, schema: hidden },
    async (request, reply): Promise<FastifyReply> => serve('icon-going.svg', { request, reply }),
  );
}

/** What people see in a browser. */
export const pagesRoutes = (server: Server, kit: Kit): void => {
  list(server, kit);
  cutover(server, kit);
  doors(server, kit);
  assets(server, kit);
};
