import { Type } from 'typebox';
import { type Now } from '../../clock.ts';
import { covers } from '../../access/principal.ts';
import { apply } from '../../cutover/apply.ts';
import { type Cutover } from '../../cutover/cutover.ts';
import { stages } from '../../cutover/stage.ts';
import { displayName } from '../../dns/name.ts';
import { briefOf } from '../../view/stream/snapshot.ts';
import { sharedStatus } from '../../view/stream/redact.ts';
import { type Kept, statusOf, type Status } from '../../view/status/status.ts';
import { actorName, principalOf, requireDomainScope } from '../operations/acting.ts';
import { startTerms } from '../operations/acts.ts';
import { answerOperation } from '../operations/answers.ts';
import { etagOf, keyHeader, requireKey } from '../operations/conditions.ts';
import { type Kit } from '../kit.ts';
import { briefScene, sceneOf } from '../events/scene.ts';
import { fingerprintOf, operationSchema } from '../operations/operation.ts';
import { problemFault } from '../problems/problem.ts';
import { briefSchema, statusSchema } from '../schemas/status.ts';
import {
  closed,
  cutoverParams,
  nothing,
  pageOf,
  pageQuery,
  pageSize,
  wholeNumber,
} from '../schemas/common.ts';
import { cutoversOf } from '../rows.ts';
import { cutoverOf } from '../scope.ts';
import { type Server } from '../server-type.ts';
import { begin, domainOf } from '../operations/starting.ts';
import { startingOf } from './actions.ts';

const states = ['open', 'ended', 'held'] as const;

const listQuery = Type.Object(
  {
    ...pageQuery,
    state: Type.Optional(
      Type.Enum([...states], {
        description: 'open: has not ended; held: waits for a person; ended.',
      }),
    ),
    stage: Type.Optional(Type.Enum([...stages, 'rollback'])),
  },
  closed,
);

const isIn = ({ outcome, hold }: Cutover, state: (typeof states)[number]): boolean =>
  state === 'ended' ? outcome !== null : outcome === null && (state === 'open' || hold !== null);

function listRoute(server: Server, { app }: Kit): void {
  server.get(
    '/api/v1/cutovers',
    {
      config: { needs: 'viewer' },
      schema: {
        summary: 'All cutovers',
        description: 'By id, a page at a time. The event stream has them worst first.',
        tags: ['cutovers'],
        querystring: listQuery,
        response: {
          200: Type.Object(
            {
              cutovers: Type.Array(briefSchema),
              next: Type.Union([Type.String(), Type.Null()], {
                description: 'For `after`; null: this is the last page.',
              }),
            },
            closed,
          ),
        },
      },
    },
    async (request, reply) => {
      const { state, stage, ...asked } = request.query;
      const principal = principalOf(request);
      const wanted: Cutover[] = [];
      const rows = { after: asked.after ?? '', atOnce: pageSize(asked) + 1 };
      for await (const one of cutoversOf(app, id => covers(principal, id), rows)) {
        const is =
          (state === undefined || isIn(one, state)) && (stage === undefined || one.stage === stage);
        // One more than fits says that there is another page.
        if (is && wanted.push(one) > pageSize(asked)) break;
      }
      const { page, next } = pageOf(wanted, ({ id }) => id, asked);
      const cutovers = await Promise.all(
        page.map(async cutover => briefOf(await briefScene(app, cutover))),
      );
      reply.serializer(JSON.stringify);
      return { cutovers, next };
    },
  );
}

/** How it stood at one of its lines, by the clock of that moment; what was watched is not kept. */
async function statusAt({ app }: Kit, cutover: Cutover, seq: number): Promise<Status> {
  const entries = seq > cutover.seq ? [] : (await app.journal(cutover.id)).slice(0, seq);
  const last = entries.at(-1);
  const then = entries.reduce<Cutover | null>((state, { line }) => apply(state, line), null);
  if (last === undefined || then === null)
    throw problemFault('not-found', `${cutover.id} has no line ${String(seq)}`, {
      fix: `Its lines are 1 to ${String(cutover.seq)}.`,
    });
  const { boot, offset } = then.clock;
  const wall = last.line.at;
  return statusOf(then, { wall, up: wall - offset, boot });
}

/** Does If-None-Match name this tag? Compared weakly (RFC 9110 13.1.2). */
const isKnown = (header: string | undefined, etag: string): boolean =>
  header !== undefined &&
  (header.trim() === '*' || header.split(',').some(one => one.trim().replace(/^W\//, '') === etag));

/** The moment, and what the store keeps beside the journal. */
async function seenOf({ app }: Kit, cutover: Cutover): Promise<readonly [Now, Kept]> {
  const { now, kept } = await sceneOf(app, cutover);
  return [now, kept];
}

function readRoute(server: Server, kit: Kit): void {
  server.get(
    '/api/v1/cutovers/:id',
    {
      config: { needs: 'viewer', cutover: true },
      schema: {
        summary: 'How a cutover stands',
        description:
          'The same as `status --json`. ETag is its sequence number: 304 says that no line was stored since, though countdowns and what resolvers say go on.',
        tags: ['cutovers'],
        params: cutoverParams,
        querystring: Type.Object(
          { at: Type.Optional(wholeNumber('How it stood at this line of its journal.')) },
          closed,
        ),
        response: { 200: statusSchema, 304: nothing('No line was stored since.') },
      },
    },
    async (request, reply) => {
      const cutover = await cutoverOf(kit, request.params.id);
      const { at } = request.query;
      const etag = etagOf(at === undefined ? cutover.seq : Number(at));
      reply.header('etag', etag).header('cache-control', 'no-cache').serializer(JSON.stringify);
      const known = isKnown(request.headers['if-none-match'], etag);
      if (known && at === undefined) return reply.code(304).send();
      const status =
        at === undefined
          ? statusOf(cutover, ...(await seenOf(kit, cutover)))
          : await statusAt(kit, cutover, Number(at));
      if (known) return reply.code(304).send();
      return principalOf(request).kind === 'share' ? sharedStatus(status) : status;
    },
  );
}

const startBody = Type.Object(
  { domain: Type.String({ minLength: 1, maxLength: 255 }), ...startTerms },
  closed,
);

function startRoute(server: Server, kit: Kit): void {
  server.post(
    '/api/v1/cutovers',
    {
      config: { needs: 'operator', problems: [409, 422] },
      preValidation: [requireKey],
      schema: {
        summary: 'Starts a cutover',
        description:
          'The zone is looked at again, as `start` does: the operation says what came of it. Blockers are named by `findings` of its problem.',
        tags: ['cutovers'],
        headers: Type.Object({ 'idempotency-key': keyHeader }, { additionalProperties: true }),
        body: startBody,
        response: { 202: operationSchema },
      },
    },
    async (request, reply) => {
      const { domain: typed, ...terms } = request.body;
      const principal = principalOf(request);
      const domain = displayName(domainOf(typed, '/body/domain'));
      requireDomainScope(principal, domain);
      const starting = startingOf(terms, { domain, by: actorName(principal) });
      const once = {
        ...{ principal, domain, what: 'start', cutover: null, since: 0, request: request.id },
        key: request.headers['idempotency-key'],
        fingerprint: fingerprintOf(['start', request.body]),
      };
      const operation = await server.operations.begin(once, work => begin(kit, starting, work));
      return answerOperation(reply, operation);
    },
  );
}

/** Cutovers: all of them, one of them, and a new one. */
export const cutoverRoutes = (server: Server, kit: Kit): void => {
  listRoute(server, kit);
  readRoute(server, kit);
  startRoute(server, kit);
};
