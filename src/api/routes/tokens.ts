import { Type } from 'typebox';
import { type TokenView } from '../../access/access.ts';
import { mayGrant } from '../../access/grant.ts';
import { namePattern, scopePattern } from '../../access/order.ts';
import { type Principal } from '../../access/principal.ts';
import { limits } from '../../limits.ts';
import { isoOrNull, isoText } from '../../view/words.ts';
import { type Kit } from '../kit.ts';
import { problemFault } from '../problems/problem.ts';
import { byText, closed, nullable, pageOf, pageQuery } from '../schemas/common.ts';
import { type Server } from '../server-type.ts';

const roleSchema = Type.Union(
  [
    Type.Literal('viewer'),
    Type.Literal('operator'),
    Type.Literal('approver'),
    Type.Literal('admin'),
    Type.Literal('agent'),
  ],
  { description: 'Each may do what those before it may; an agent only hands in probes.' },
);
const scopeSchema = nullable(
  Type.Array(Type.String({ pattern: scopePattern }), {
    ...{ minItems: 1, maxItems: limits.tokenCutovers, uniqueItems: true },
  }),
  { description: 'Ids of cutovers, or domains for all cutovers of each; null: every one.' },
);
const time = Type.String({ format: 'date-time' });
const tokenSchema = Type.Object(
  {
    ...{ id: Type.String(), name: Type.String(), role: roleSchema, cutovers: scopeSchema },
    ...{ createdBy: Type.String(), createdAt: time, expiresAt: time },
    ...{ lastUsedAt: nullable(time), revokedAt: nullable(time) },
  },
  closed,
);
const orderSchema = Type.Object(
  {
    name: Type.String({
      ...{ minLength: 1, maxLength: limits.tokenNameCharacters, pattern: namePattern },
      description: 'For lists and the journal: who acts with it.',
    }),
    role: roleSchema,
    cutovers: Type.Optional(scopeSchema),
    expiresInSeconds: Type.Integer({ minimum: 1, maximum: limits.tokenLongestMs / 1000 }),
  },
  closed,
);
const tags = ['tokens'];

const shown = (token: TokenView) => ({
  ...token,
  cutovers: token.cutovers === null ? null : [...token.cutovers],
  createdAt: isoText(token.createdAt),
  expiresAt: isoText(token.expiresAt),
  lastUsedAt: isoOrNull(token.lastUsedAt),
  revokedAt: isoOrNull(token.revokedAt),
});

/** What is beyond the scope of an admin does not exist for them. */
const seen = async ({ access }: Kit, asker: Principal | null): Promise<readonly TokenView[]> =>
  asker === null ? [] : (await access.tokens()).filter(token => mayGrant(asker, token));

function list(server: Server, kit: Kit): void {
  server.get(
    '/api/v1/tokens',
    {
      config: { needs: 'admin' },
      schema: {
        ...{ tags, summary: 'Tokens, without their secrets' },
        description: 'One that ended is listed for 30 days.',
        querystring: Type.Object(pageQuery, closed),
        response: {
          200: Type.Object(
            { tokens: Type.Array(tokenSchema), next: nullable(Type.String()) },
            closed,
          ),
        },
      },
    },
    async ({ principal, query }) => {
      const rows = (await seen(kit, principal)).toSorted((a, b) => byText(a.id, b.id));
      const { page, next } = pageOf(rows, ({ id }) => id, query);
      return { tokens: page.map(shown), next };
    },
  );
}

function create(server: Server, kit: Kit): void {
  server.post(
    '/api/v1/tokens',
    {
      config: { needs: 'admin', problems: [409] },
      schema: {
        ...{ tags, summary: 'Make a token' },
        description: 'The secret is in this answer and nowhere else: only its hash is kept.',
        body: orderSchema,
        response: {
          201: Type.Object({ secret: Type.String(), token: tokenSchema }, closed),
        },
      },
    },
    async ({ principal, body, log }, reply) => {
      const { name, role, cutovers = null, expiresInSeconds } = body;
      if (principal === null || !mayGrant(principal, { role, cutovers }))
        throw problemFault('forbidden', 'nobody hands on more than they have', {
          fix: 'Name a role that is not above yours, and only cutovers that you may see.',
        });
      const expiresAt = kit.app.environment.clock.now().wall + expiresInSeconds * 1000;
      const order = { name, role, cutovers, expiresAt, by: principal.name };
      const { secret, token } = await kit.access.createToken(order);
      log.info({ by: principal.id, token: token.id, role }, 'token made');
      return reply.code(201).send({ secret, token: shown(token) });
    },
  );
}

function revoke(server: Server, kit: Kit): void {
  server.delete(
    '/api/v1/tokens/:token',
    {
      config: { needs: 'admin' },
      schema: {
        ...{ tags, summary: 'Revoke a token' },
        description: 'At once: its sessions, its streams and the share links made with it end.',
        params: Type.Object({ token: Type.String({ maxLength: 100 }) }, closed),
        response: { 204: Type.Null() },
      },
    },
    async ({ principal, params, log }, reply) => {
      const found = (await seen(kit, principal)).some(({ id }) => id === params.token);
      if (!found || !(await kit.access.revokeToken(params.token)))
        throw problemFault('not-found', 'there is no such token', {
          fix: 'GET /api/v1/tokens lists those that you may see.',
        });
      log.info({ by: principal?.id, token: params.token }, 'token revoked');
      return reply.code(204).send(null);
    },
  );
}

export const tokensRoutes = (server: Server, kit: Kit): void => {
  list(server, kit);
  create(server, kit);
  revoke(server, kit);
};
