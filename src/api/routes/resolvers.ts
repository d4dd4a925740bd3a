import { Type } from 'typebox';
import { withDeadline } from '../../deadline.ts';
import { whyNobody, whyNotPublic } from '../../dns/askable.ts';
import { limits } from '../../limits.ts';
import {
  networkSentences,
  type TestedNetwork,
  type TestedResolver,
} from '../../view/resolvers/text.ts';
import { type Kit } from '../kit.ts';
import { type Listed, openOwnList } from '../own-list.ts';
import { malformed, problemFault } from '../problems/problem.ts';
import { byText, closed, nothing, nullable, open, pageOf, pageQuery } from '../schemas/common.ts';
import { forAllCutovers } from '../scope.ts';
import { type Server } from '../server-type.ts';
import { turnsOf } from '../turns.ts';

const id = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' });
const sentence = Type.String({ minLength: 1, maxLength: 200 });
const params = Type.Object({ id }, closed);

const resolverSchema = Type.Unsafe<Listed>(
  Type.Object(
    {
      id: Type.String(),
      name: Type.String(),
      operator: Type.String(),
      country: nullable(Type.String()),
      addresses: Type.Array(Type.String()),
      port: Type.Integer(),
      transports: Type.Array(Type.String()),
      tier: Type.String(),
      weight: Type.Number({ description: 'An estimate.' }),
      origin: Type.Enum(['shipped', 'own']),
    },
    { ...open, description: 'A resolver, as `resolvers list --json` says it.' },
  ),
);

const newResolver = Type.Object(
  {
    id,
    addresses: Type.Array(Type.String({ minLength: 1, maxLength: 45 }), {
      minItems: 1,
      maxItems: 16,
    }),
    name: Type.Optional(sentence),
    operator: Type.Optional(sentence),
    country: Type.Optional(Type.String({ pattern: '^[A-Z]{2}$' })),
    port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65_535 })),
    transports: Type.Optional(
      Type.Array(Type.Enum(['udp', 'tcp', 'tls', 'https']), { minItems: 1, maxItems: 4 }),
    ),
    dotHost: Type.Optional(Type.String({ minLength: 1, maxLength: 253 })),
    dohTemplate: Type.Optional(Type.String({ minLength: 1, maxLength: 2000 })),
    tier: Type.Optional(Type.Enum(['core', 'regional'])),
    weight: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1000 })),
  },
  closed,
);

const tested = Type.Object(
  {
    network: Type.Unsafe<TestedNetwork & { readonly sentences: readonly string[] }>(
      Type.Object(
        { sentences: Type.Array(Type.String()) },
        { ...open, description: 'What the network of this server does with DNS.' },
      ),
    ),
    resolvers: Type.Array(
      Type.Unsafe<TestedResolver>(
        Type.Object(
          {
            id: Type.String(),
            address: Type.String(),
            verdict: Type.String({
              description: 'works, answers, refuses, fails, silent or lies.',
            }),
            remarks: Type.Array(Type.String()),
          },
          open,
        ),
      ),
    ),
  },
  closed,
);

const unknown = (name: string) =>
  problemFault('not-found', `there is no resolver ${JSON.stringify(name)}`, {
    fix: 'GET /api/v1/resolvers lists them.',
  });

/**
 * Through the API nobody makes this server speak HTTPS within its own network; a closed network names such
 * a resolver in a file.
 */
function requireAskable(addresses: readonly string[], dohTemplate: string | undefined): void {
  const errors = addresses.flatMap((address, index) => {
    const why = whyNobody(address) ?? (dohTemplate === undefined ? null : whyNotPublic(address));
    return why === null ? [] : [{ path: `/body/addresses/${String(index)}`, message: `is ${why}` }];
  });
  if (errors.length > 0) throw malformed(errors);
}

/** The list is one for all cutovers that watch by it. */
const changing = {
  config: { needs: 'admin', problems: [409] },
  preHandler: forAllCutovers('every cutover may watch by this list'),
} as const;

function lists(server: Server, { ownList }: Kit): void {
  const list = openOwnList(ownList);
  server.get(
    '/api/v1/resolvers',
    {
      config: { needs: 'viewer' },
      schema: {
        summary: 'The resolvers that can be asked',
        description:
          'Those that came along, and those of the list that this server keeps. A cutover watches those that its configuration names.',
        tags: ['resolvers'],
        querystring: Type.Object(pageQuery, closed),
        response: {
          200: Type.Object(
            { resolvers: Type.Array(resolverSchema), next: nullable(Type.String()) },
            closed,
          ),
        },
      },
    },
    async (request, reply) => {
      const all = (await list.all()).toSorted((one, other) => byText(one.id, other.id));
      const { page, next } = pageOf(all, one => one.id, request.query);
      reply.serializer(JSON.stringify);
      return { resolvers: [...page], next };
    },
  );
  server.post(
    '/api/v1/resolvers',
    {
      ...changing,
      schema: {
        summary: 'Adds a resolver to the list of this server',
        description: 'As `resolvers add` does with a file. Its path is not for clients to say.',
        tags: ['resolvers'],
        body: newResolver,
        response: { 201: resolverSchema },
      },
    },
    async (request, reply) => {
      requireAskable(request.body.addresses, request.body.dohTemplate);
      const added = await list.add(request.body);
      reply.header('location', `/api/v1/resolvers/${added.id}`).serializer(JSON.stringify);
      return reply.code(201).send(added);
    },
  );
  server.delete(
    '/api/v1/resolvers/:id',
    {
      ...changing,
      schema: {
        summary: 'Removes a resolver from the list of this server',
        tags: ['resolvers'],
        params,
        response: { 204: nothing('Removed.') },
      },
    },
    async (request, reply) => {
      if (!(await list.remove(request.params.id))) throw unknown(request.params.id);
      return reply.code(204).send();
    },
  );
}

function test(server: Server, { app, ownList, questions }: Kit): void {
  const { clock } = app.environment;
  const list = openOwnList(ownList);
  const turns = turnsOf(server, limits.queriesAtOnce, 'tests');
  server.post(
    '/api/v1/resolvers/:id/test',
    {
      config: { needs: 'admin', limit: 'queries', problems: [502] },
      schema: {
        summary: 'Tries a resolver out',
        description: 'As `resolvers test` does, within the politeness that the watches keep.',
        tags: ['resolvers'],
        params,
        response: { 200: tested },
      },
    },
    async (request, reply) => {
      const one = (await list.all()).find(listed => listed.id === request.params.id);
      if (one === undefined) throw unknown(request.params.id);
      const { network, resolvers } = await turns(request, signal =>
        withDeadline(clock, { ms: limits.queryMs, what: `the test of ${one.id}`, signal }, given =>
          questions.test([one], given),
        ),
      );
      reply.serializer(JSON.stringify);
      return {
        network: { ...network, sentences: networkSentences(network) },
        resolvers: [...resolvers],
      };
    },
  );
}

/** Whom a watch can ask. */
export const resolverRoutes = (server: Server, kit: Kit): void => {
  lists(server, kit);
  test(server, kit);
};
