import { Readable } from 'node:stream';
// It says what a schema may hold for the description of the API.
import type {} from '@fastify/swagger';
import { Type } from 'typebox';
import { type Entry } from '../../cutover/line.ts';
import { limits } from '../../limits.ts';
import { type WatchRecord } from '../../propagation/watched.ts';
import { type Store } from '../../store/store.ts';
import { type Kit } from '../kit.ts';
import { closed, cutoverParams, nullable, open, wholeNumber } from '../schemas/common.ts';
import { cutoverOf } from '../scope.ts';
import { type Server } from '../server-type.ts';

const rowText = ({ n, seq, actor, cause, hash, text }: Entry): string =>
  `${JSON.stringify({ n, seq, actor, cause, hash, text })}\n`;

/** The lines after one, a page at a time: a long journal is never held whole. */
async function* rows(store: Store, id: string, after: number): AsyncGenerator<string> {
  for (let seq = after; ;) {
    const page = await store.lines(id, seq, limits.feedPage);
    if (page.length > 0) yield page.map(rowText).join('');
    seq = page.at(-1)?.seq ?? seq;
    if (page.length < limits.feedPage) return;
  }
}

function journalRoute(server: Server, kit: Kit): void {
  const { store } = kit.app.environment;
  server.get(
    '/api/v1/cutovers/:id/journal',
    {
      config: { needs: 'viewer', cutover: true, shared: false },
      schema: {
        summary: 'The journal as it is stored',
        description:
          'JSON Lines of `n`, `seq`, `actor`, `cause`, `hash` and `text`. `text` is what was stored and hashed, so that anybody can verify the chain: hash = SHA-256(JSON of [hash before, cutover, seq, actor.kind, actor.name, cause], a line feed, text); before the first line stands SHA-256("dns-cutover journal <id>").',
        tags: ['cutovers'],
        produces: ['application/x-ndjson'],
        params: cutoverParams,
        querystring: Type.Object(
          { after: Type.Optional(wholeNumber('Only the lines after this seq.')) },
          closed,
        ),
        response: {
          200: Type.Unsafe<Readable>({ type: 'string', description: 'application/x-ndjson' }),
        },
      },
    },
    async (request, reply) => {
      const { id } = await cutoverOf(kit, request.params.id);
      const after = Number(request.query.after ?? '0');
      reply.type('application/x-ndjson; charset=utf-8');
      return reply.send(Readable.from(rows(store, id, after)));
    },
  );
}

const watchSchema = Type.Object(
  {
    record: Type.Unsafe<WatchRecord>({
      type: 'object',
      description: 'What was seen of resolvers, as the store keeps it.',
      additionalProperties: true,
    }),
    runner: nullable(
      Type.Object(
        { owner: Type.String(), pid: Type.Integer(), host: Type.String(), since: Type.Number() },
        open,
      ),
      { description: 'The process that runs it; null: none.' },
    ),
    now: Type.Object(
      { wall: Type.Number(), up: Type.Number(), boot: Type.String() },
      { ...open, description: 'The clocks of the server, which the record counts by.' },
    ),
  },
  closed,
);

function watchRoute(server: Server, kit: Kit): void {
  const { store, clock } = kit.app.environment;
  server.get(
    '/api/v1/cutovers/:id/watch',
    {
      config: { needs: 'viewer', cutover: true, shared: false },
      schema: {
        summary: 'What the store keeps beside the journal',
        description: 'With the journal it is all that every view is made from.',
        tags: ['cutovers'],
        params: cutoverParams,
        response: { 200: watchSchema },
      },
    },
    async (request, reply) => {
      const { id } = await cutoverOf(kit, request.params.id);
      const [record, runner] = await Promise.all([store.watchRecord(id), store.holder(id)]);
      reply.serializer(JSON.stringify);
      return { record, runner, now: clock.now() };
    },
  );
}

/** All that the state and the views of a cutover are folded from, for whoever folds it elsewhere. */
export const journalRoutes = (server: Server, kit: Kit): void => {
  journalRoute(server, kit);
  watchRoute(server, kit);
};
