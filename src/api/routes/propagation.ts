import { Type } from 'typebox';
import { type PropagationJson, propagationJson, rowJson } from '../../view/propagation/json.ts';
import { historyOf } from '../../view/stream/history-points.ts';
import { type PropagationRow } from '../../view/propagation/rows.ts';
import { type HistoryPoint } from '../../view/stream/stream.ts';
import { isoOrNull } from '../../view/words.ts';
import { cachesOf, lagging } from '../../view/world/world.ts';
import { pictureOf } from '../../view/world/picture.ts';
import { type Kit } from '../kit.ts';
import { problemFault } from '../problems/problem.ts';
import { propagationSchema } from '../schemas/propagation.ts';
import {
  byText,
  closed,
  cutoverParams,
  nullable,
  open,
  pageOf,
  pageQuery,
} from '../schemas/common.ts';
import { sceneOf } from '../events/scene.ts';
import { cutoverOf } from '../scope.ts';
import { type Server } from '../server-type.ts';

const config = { needs: 'viewer', cutover: true, shared: false } as const;

function wholeRoute(server: Server, kit: Kit): void {
  server.get(
    '/api/v1/cutovers/:id/propagation',
    {
      config,
      schema: {
        summary: 'What authoritative servers and resolvers say',
        description:
          'As `propagation --json` says it of a name, from what the controller saw last: nobody is asked for this. What a single authoritative server answered is not kept, only where it stands. Public resolvers are a proxy for those of senders, and weights are estimates.',
        tags: ['propagation'],
        params: cutoverParams,
        response: { 200: propagationSchema },
      },
    },
    async (request, reply): Promise<PropagationJson> => {
      const cutover = await cutoverOf(kit, request.params.id);
      const { kept, now } = await sceneOf(kit.app, cutover);
      const picture = pictureOf(cutover, kept, now);
      if (picture === null)
        throw problemFault('not-found', `${cutover.id} moves no RRset that could be watched`);
      reply.serializer(JSON.stringify);
      return propagationJson(picture);
    },
  );
}

const pointSchema = Type.Unsafe<HistoryPoint>(
  Type.Object(
    {
      at: Type.String(),
      share: nullable(Type.Number(), { description: '0 to 1 of those that can tell, by weight.' }),
      new: Type.Integer(),
      old: Type.Integer(),
      mixed: Type.Integer(),
      other: Type.Integer(),
      cannotTell: Type.Integer(),
    },
    open,
  ),
);

function historyRoute(server: Server, kit: Kit): void {
  server.get(
    '/api/v1/cutovers/:id/propagation/history',
    {
      config: { ...config, shared: true },
      schema: {
        summary: 'The share over time',
        description:
          'Oldest first, a point a minute where it changed; thinned out where it is long.',
        tags: ['propagation'],
        params: cutoverParams,
        response: { 200: Type.Object({ history: Type.Array(pointSchema) }, closed) },
      },
    },
    async (request, reply) => {
      const cutover = await cutoverOf(kit, request.params.id);
      const { kept, now } = await sceneOf(kit.app, cutover);
      reply.serializer(JSON.stringify);
      return { history: [...historyOf(kept, now)] };
    },
  );
}

const groupSchema = Type.Object(
  {
    cause: Type.String(),
    count: Type.Integer(),
    weight: Type.Number({
      description: 'Of the estimated weight of all that are watched, 0 to 1.',
    }),
    until: nullable(Type.String(), { description: 'When the last of them ends; null: not known.' }),
    unexplained: Type.Integer(),
  },
  closed,
);

/** How many lag for one cause, and until when. */
function groupOf(cause: string, rows: readonly PropagationRow[], whole: number) {
  const ends = rows.map(({ until }) => until);
  const weight = rows.reduce((sum, row) => sum + row.weight, 0);
  return {
    ...{ cause, count: rows.length, weight: whole === 0 ? 0 : weight / whole },
    until: ends.includes(null) ? null : isoOrNull(Math.max(...ends.map(end => end ?? 0))),
    unexplained: rows.filter(({ explained }) => !explained).length,
  };
}

const causeOf = ({ cause }: PropagationRow): string => cause ?? 'not enough samples yet';
const cursorOf = (row: PropagationRow): string => `${causeOf(row)} ${row.id}`;

const stragglersSchema = Type.Object(
  {
    groups: Type.Array(groupSchema, { description: 'By cause, the largest first; of all pages.' }),
    stragglers: Type.Array(
      Type.Unsafe<ReturnType<typeof rowJson>>(Type.Object({ id: Type.String() }, open)),
      {
        description: 'Resolvers as in `propagation`, by cause and id.',
      },
    ),
    next: nullable(Type.String(), { description: 'For `after`; null: this is the last page.' }),
  },
  closed,
);

function stragglersRoute(server: Server, kit: Kit): void {
  server.get(
    '/api/v1/cutovers/:id/stragglers',
    {
      config,
      schema: {
        summary: 'Who still says old, and why',
        description: 'Empty before the swap: everybody rightly says old then.',
        tags: ['propagation'],
        params: cutoverParams,
        querystring: Type.Object(
          {
            ...pageQuery,
            cause: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
          },
          closed,
        ),
        response: { 200: stragglersSchema },
      },
    },
    async (request, reply) => {
      const { cause, ...asked } = request.query;
      const cutover = await cutoverOf(kit, request.params.id);
      const { kept, now } = await sceneOf(kit.app, cutover);
      const caches = cachesOf(cutover, kept, now);
      const all = caches === null ? [] : lagging(caches);
      const whole = caches?.rows.reduce((sum, row) => sum + row.weight, 0) ?? 0;
      const groups = [...Map.groupBy(all, causeOf)]
        .map(([why, rows]) => groupOf(why, rows, whole))
        .sort((one, other) => other.weight - one.weight || byText(one.cause, other.cause));
      const wanted = all
        .filter(row => cause === undefined || causeOf(row) === cause)
        .toSorted((one, other) => byText(cursorOf(one), cursorOf(other)));
      const { page, next } = pageOf(wanted, cursorOf, asked);
      reply.serializer(JSON.stringify);
      return { groups, stragglers: page.map(rowJson), next };
    },
  );
}

/** What the world says of a cutover. */
export const propagationRoutes = (server: Server, kit: Kit): void => {
  wholeRoute(server, kit);
  historyRoute(server, kit);
  stragglersRoute(server, kit);
};
