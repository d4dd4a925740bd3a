import { Type } from 'typebox';
import { withDeadline } from '../../deadline.ts';
import { isMetaType, canonicalType } from '../../dns/record-type.ts';
import { type Key, rrset } from '../../dns/rrset.ts';
import { ROOT } from '../../dns/name.ts';
import { loadResolvers } from '../../config/resolvers.ts';
import { isFault } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { type Kit } from '../kit.ts';
import { openOwnList } from '../own-list.ts';
import { malformed } from '../problems/problem.ts';
import { closed } from '../schemas/common.ts';
import { propagationSchema } from '../schemas/propagation.ts';
import { type Server } from '../server-type.ts';
import { domainOf } from '../operations/starting.ts';
import { turnsOf } from '../turns.ts';

const body = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 255 }),
    type: Type.String({ pattern: '^[A-Za-z][A-Za-z0-9-]{0,15}$', description: 'Such as MX.' }),
    expect: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 1000 }), {
        ...{ minItems: 1, maxItems: 20 },
        description: 'The whole new set; left out: what the authoritative servers agree on.',
      }),
    ),
    resolvers: Type.Optional(
      Type.Enum(['core', 'default', 'own'], {
        description: `core unless said; own: the list of this server. The first ${String(limits.queryResolvers)} of a list are asked.`,
      }),
    ),
  },
  closed,
);

/** What a request says, understood. @throws Fault malformed */
function understood<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!isFault(error)) throw error;
    throw malformed([{ path, message: error.message }]);
  }
}

function keyOf(name: string, typed: string): Key {
  const type = understood('/body/type', () => canonicalType(typed));
  const key = { name: domainOf(name, '/body/name'), type };
  if (isMetaType(type) || (type === 'DS' && key.name === ROOT))
    throw malformed([{ path: '/body/type', message: 'no zone holds records of this type' }]);
  return key;
}

/** A look at any name, as `propagation` gives it. */
export const queryRoutes = (server: Server, { app, questions, ownList }: Kit): void => {
  const { clock } = app.environment;
  const own = openOwnList(ownList);
  const turns = turnsOf(server, limits.queriesAtOnce, 'queries');
  const listOf = async (list: 'core' | 'default' | 'own') => {
    if (list !== 'own') return loadResolvers(list);
    return (await own.all()).filter(({ origin }) => origin === 'own');
  };
  server.post(
    '/api/v1/propagation/query',
    {
      config: { needs: 'operator', limit: 'queries', problems: [404, 502] },
      schema: {
        summary: 'Who in the world answers what',
        description:
          'One look at all authoritative servers of a name and then at resolvers, within the politeness that the watches keep. Looking plants what the servers give then, for its TTL.',
        tags: ['propagation'],
        body,
        response: { 200: propagationSchema },
      },
    },
    async (request, reply) => {
      const { name, type, expect, resolvers = 'core' } = request.body;
      const key = keyOf(name, type);
      const rdata = understood('/body/expect', () =>
        expect === undefined ? null : rrset({ ...key, ttl: 0, rdata: expect }).rdata,
      );
      const asked = (await listOf(resolvers)).slice(0, limits.queryResolvers);
      const of = { key, expect: rdata, resolvers: asked };
      const seen = await turns(request, signal =>
        withDeadline(clock, { ms: limits.queryMs, what: 'the query', signal }, given =>
          questions.look(of, given),
        ),
      );
      reply.serializer(JSON.stringify);
      return seen;
    },
  );
};
