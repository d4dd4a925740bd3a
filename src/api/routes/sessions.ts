import { Type } from 'typebox';
import { type SessionView } from '../../access/access.ts';
import { mayAs, type Principal } from '../../access/principal.ts';
import { isoText } from '../../view/words.ts';
import { type Kit } from '../kit.ts';
import { problemFault } from '../problems/problem.ts';
import { byText, closed, nullable, pageOf, pageQuery } from '../schemas/common.ts';
import { type Server } from '../server-type.ts';

const time = Type.String({ format: 'date-time' });
const rowSchema = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    kind: Type.Union([Type.Literal('session'), Type.Literal('share')]),
    of: Type.String({ description: 'The token or the share link that it was exchanged for.' }),
    ...{ createdAt: time, lastUsedAt: time, expiresAt: time },
    own: Type.Boolean({ description: 'The one that asks.' }),
  },
  closed,
);
const listSchema = Type.Object(
  { sessions: Type.Array(rowSchema), next: nullable(Type.String()) },
  closed,
);

const rowOf = (view: SessionView, asker: Principal) => ({
  ...view,
  createdAt: isoText(view.createdAt),
  lastUsedAt: isoText(view.lastUsedAt),
  expiresAt: isoText(view.expiresAt),
  own: view.id === asker.id,
});

/** An admin without a scope sees all; everybody else what was opened with the same token. */
const maySee = (asker: Principal, { of }: SessionView): boolean =>
  of === asker.token || (mayAs(asker.role, 'admin') && asker.cutovers === null);

/** Who is logged in, and the way to end that. */
export const sessionsRoutes = (server: Server, { access }: Kit): void => {
  const seen = async (asker: Principal | null): Promise<readonly SessionView[]> =>
    asker === null ? [] : (await access.sessions()).filter(one => maySee(asker, one));
  const tags = ['session'];
  server.get(
    '/api/v1/sessions',
    {
      config: { needs: 'viewer' },
      schema: {
        ...{ tags, summary: 'Sessions of the own token; of everybody for an admin' },
        querystring: Type.Object(pageQuery, closed),
        response: { 200: listSchema },
      },
    },
    async ({ principal, query }) => {
      const rows = (await seen(principal)).toSorted((one, other) => byText(one.id, other.id));
      const { page, next } = pageOf(rows, ({ id }) => id, query);
      return { sessions: page.flatMap(one => (principal ? [rowOf(one, principal)] : [])), next };
    },
  );
  server.delete(
    '/api/v1/sessions/:session',
    {
      config: { needs: 'viewer' },
      schema: {
        ...{ tags, summary: 'End a session' },
        params: Type.Object({ session: Type.String({ maxLength: 100 }) }, closed),
        response: { 204: Type.Null() },
      },
    },
    async ({ principal, params }, reply) => {
      const found = (await seen(principal)).some(({ id }) => id === params.session);
      if (!found || !(await access.endSession(params.session)))
        throw problemFault('not-found', 'there is no such session', {
          fix: 'GET /api/v1/sessions lists those that you may see.',
        });
      return reply.code(204).send(null);
    },
  );
};
