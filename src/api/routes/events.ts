import { Readable } from 'node:stream';
import { normalizeIP } from '@fastify/rate-limit';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { covers } from '../../access/principal.ts';
import { type Cutover } from '../../cutover/cutover.ts';
import { limits } from '../../limits.ts';
import { type EventView } from '../../view/events.ts';
import { lineTypes } from '../../view/sentences.ts';
import { eventForms, preferred } from '../events/accept.ts';
import { principalOf } from '../operations/acting.ts';
import { type Asked, checkCursor, eventLines, eventPage, type EventPage } from '../events/pages.ts';
import { stream } from '../events/stream.ts';
import { type Kit } from '../kit.ts';
import { malformed, problemFault } from '../problems/problem.ts';
import { closed, cutoverParams, nullable, open, pageQuery } from '../schemas/common.ts';
import { cutoverOf, noCutover } from '../scope.ts';
import { type Server } from '../server-type.ts';

const [, , lines] = eventForms;

const query = {
  ...pageQuery,
  after: Type.Optional(
    Type.String({
      maxLength: 300,
      description: 'The id of the last event that is known: those after it follow.',
    }),
  ),
  types: Type.Optional(
    Type.String({
      pattern: '^[a-z-]+(?:\\.[a-z-]+)?(?:,[a-z-]+(?:\\.[a-z-]+)?){0,99}$',
      description: 'Only events of these types, with commas between them.',
    }),
  ),
};

type Query = Static<ReturnType<typeof Type.Object<typeof query>>>;

const eventSchema = Type.Unsafe<EventView>(
  Type.Object(
    {
      id: Type.String({ description: '`<epoch>-<n>`: unique, in the order of the commits.' }),
      seq: Type.Integer({ description: 'Within the cutover, from 1, without gaps.' }),
      type: Type.String(),
      time: Type.String({ description: 'ISO 8601 in UTC.' }),
      cutover: Type.String(),
      actor: Type.Object({ kind: Type.String(), name: Type.String() }, open),
      data: Type.Unknown({ description: 'What it is made of; by its type.' }),
      cause: Type.String({ description: 'The event that caused it.' }),
      text: Type.String({
        description: 'What it says, in one sentence. May hold text of strangers.',
      }),
    },
    open,
  ),
);

const answers = {
  200: {
    description:
      'A page of events, all of them as JSON Lines, or a stream of events (HTML 9.2) that goes on.',
    content: {
      'application/json': {
        schema: Type.Unsafe<EventPage>(
          Type.Object(
            {
              events: Type.Array(eventSchema),
              next: nullable(Type.String(), {
                description: 'For `after`; null: there are no more.',
              }),
            },
            closed,
          ),
        ),
      },
      [lines]: { schema: Type.String() },
      'text/event-stream': { schema: Type.String() },
    },
  },
};

const description = [
  'By Accept: a page as application/json, everything as application/x-ndjson, or text/event-stream, which',
  'begins with a `snapshot` and goes on with events in order, each with its id; what says how it stands',
  '(`status`, `propagation`, `brief`) has none. `Last-Event-ID`, or `after`, goes on exactly after an event.',
  'An unknown one is answered with `reset` and a snapshot in a stream, and with 400 elsewhere.',
].join(' ');

function typesOf({ types }: Query): readonly string[] | null {
  if (types === undefined) return null;
  const named = types.split(',');
  const known: readonly string[] = lineTypes;
  const unknown = named.filter(type => !known.includes(type));
  if (unknown.length === 0) return named;
  const message = `names types that there are not: ${unknown.join(', ')}`;
  throw malformed([{ path: '/querystring/types', message }]);
}

/** Of a stream that is gone on with by a browser itself; it is newer than what its address says. */
function cursorOf({ headers }: FastifyRequest, { after }: Query): string | null {
  const header = headers['last-event-id'];
  return typeof header === 'string' && header !== '' ? header : (after ?? null);
}

/** Gives the events in the form that is asked for. */
async function give(
  { app, hub }: Kit,
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  { cutover, asked }: { readonly cutover: Cutover | null; readonly asked: Query },
): Promise<EventPage | FastifyReply> {
  const { store } = app.environment;
  const form = preferred(request.headers.accept, eventForms);
  const principal = principalOf(request);
  const types = typesOf(asked);
  reply.header('vary', 'accept');
  if (form === null)
    throw problemFault('not-acceptable', `events are given as ${eventForms.join(', ')}`, {
      fix: 'Name one of them in Accept.',
    });
  if (form === 'text/event-stream') {
    const cursor = cursorOf(request, asked);
    const address = normalizeIP(request.ip);
    const wish = { cutover: cutover?.id ?? null, cursor, types, principal, address };
    return stream(hub, wish, reply);
  }
  const wanted: Asked = { cutover, after: asked.after ?? null, types, principal };
  if (form === 'application/json') {
    reply.serializer(JSON.stringify);
    return eventPage(store, wanted, Number(asked.limit ?? limits.eventsUsual));
  }
  await checkCursor(store, wanted.after);
  const limit = asked.limit === undefined ? Infinity : Number(asked.limit);
  reply.type(`${lines}; charset=utf-8`);
  return reply.send(Readable.from(eventLines(store, wanted, limit)));
}

/** What happens: the journal, and a stream that never ends. */
export const eventRoutes = (server: Server, kit: Kit): void => {
  server.get(
    '/api/v1/cutovers/:id/events',
    {
      config: { needs: 'viewer', cutover: true, stream: true, problems: [406] },
      exposeHeadRoute: false,
      schema: {
        ...{ summary: 'What happens in a cutover', description, tags: ['events'] },
        params: cutoverParams,
        querystring: Type.Object(query, closed),
        response: answers,
      },
    },
    async (request, reply) => {
      const cutover = await cutoverOf(kit, request.params.id);
      return give(kit, { request, reply }, { cutover, asked: request.query });
    },
  );
  server.get(
    '/api/v1/events',
    {
      config: { needs: 'viewer', stream: true, problems: [404, 406] },
      exposeHeadRoute: false,
      schema: {
        ...{ summary: 'What happens in all cutovers', description, tags: ['events'] },
        querystring: Type.Object(
          { ...query, cutover: Type.Optional(cutoverParams.properties.id) },
          closed,
        ),
        response: answers,
      },
    },
    async (request, reply) => {
      const { cutover: name, ...asked } = request.query;
      const cutover = name === undefined ? null : await cutoverOf(kit, name);
      if (name !== undefined && cutover !== null && !covers(principalOf(request), cutover.id))
        throw noCutover(name);
      return give(kit, { request, reply }, { cutover, asked });
    },
  );
};
