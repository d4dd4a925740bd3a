import { Type } from 'typebox';
import { type ShareView } from '../../access/access.ts';
import { sharePath } from '../../access/share-path.ts';
import { limits } from '../../limits.ts';
import { isoOrNull, isoText } from '../../view/words.ts';
import { type Kit } from '../kit.ts';
import { problemFault } from '../problems/problem.ts';
import { closed, cutoverParams, nullable } from '../schemas/common.ts';
import { cutoverOf } from '../scope.ts';
import { type Server } from '../server-type.ts';

const time = Type.String({ format: 'date-time' });
const shareSchema = Type.Object(
  {
    ...{ id: Type.String(), cutover: Type.String(), createdBy: Type.String() },
    ...{ createdAt: time, expiresAt: time, revokedAt: nullable(time) },
  },
  closed,
);
const tags = ['shares'];
const url = '/api/v1/cutovers/:id/shares';

const shown = (share: ShareView) => ({
  ...share,
  createdAt: isoText(share.createdAt),
  expiresAt: isoText(share.expiresAt),
  revokedAt: isoOrNull(share.revokedAt),
});

function list(server: Server, kit: Kit): void {
  server.get(
    url,
    {
      config: { needs: 'operator', cutover: true, shared: false },
      schema: {
        ...{ tags, summary: 'Share links of a cutover, without their secrets' },
        params: cutoverParams,
        response: {
          200: Type.Object({ shares: Type.Array(shareSchema) }, closed),
        },
      },
    },
    async ({ params }) => {
      const { id } = await cutoverOf(kit, params.id);
      return { shares: (await kit.access.shares(id)).map(shown) };
    },
  );
}

function create(server: Server, kit: Kit): void {
  server.post(
    url,
    {
      config: { needs: 'operator', cutover: true, shared: false, problems: [409] },
      schema: {
        ...{ tags, summary: 'Make a read-only link to the page of a cutover' },
        description:
          'The link is in this answer and nowhere else. What proves it stands after the `#`, which browsers send to nobody; the page exchanges it for a session that sees this cutover and nothing beside it.',
        params: cutoverParams,
        body: Type.Object(
          { expiresInSeconds: Type.Integer({ minimum: 1, maximum: limits.shareLongestMs / 1000 }) },
          closed,
        ),
        response: {
          201: Type.Object(
            {
              secret: Type.String(),
              path: Type.String({ description: 'Of the link, from the root of this server.' }),
              share: shareSchema,
            },
            closed,
          ),
        },
      },
    },
    async ({ principal, params, body, log }, reply) => {
      const { id: cutover } = await cutoverOf(kit, params.id);
      if (principal === null) throw problemFault('unauthenticated', 'nobody asks');
      const expiresAt = kit.app.environment.clock.now().wall + body.expiresInSeconds * 1000;
      const { secret, share } = await kit.access.createShare({ cutover, by: principal, expiresAt });
      log.info({ by: principal.id, share: share.id, cutover }, 'share link made');
      return reply.code(201).send({ secret, path: sharePath(secret), share: shown(share) });
    },
  );
}

export const sharesRoutes = (server: Server, kit: Kit): void => {
  list(server, kit);
  create(server, kit);
  server.delete(
    `${url}/:share`,
    {
      config: { needs: 'operator', cutover: true, shared: false },
      schema: {
        ...{ tags, summary: 'Revoke a share link' },
        params: Type.Object(
          { ...cutoverParams.properties, share: Type.String({ maxLength: 100 }) },
          closed,
        ),
        response: { 204: Type.Null() },
      },
    },
    async ({ principal, params, log }, reply) => {
      const { id: cutover } = await cutoverOf(kit, params.id);
      if (!(await kit.access.revokeShare(cutover, params.share)))
        throw problemFault('not-found', 'the cutover has no such share link');
      log.info({ by: principal?.id, share: params.share, cutover }, 'share link revoked');
      return reply.code(204).send(null);
    },
  );
};
