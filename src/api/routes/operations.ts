import { Type } from 'typebox';
import { covers } from '../../access/principal.ts';
import { principalOf } from '../operations/acting.ts';
import { makeOperations, type Operations } from '../operations/idempotency.ts';
import { type Kit } from '../kit.ts';
import { operationSchema } from '../operations/operation.ts';
import { problemFault } from '../problems/problem.ts';
import { closed } from '../schemas/common.ts';
import { type Server } from '../server-type.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /** Carries requests out that may come twice. */
    operations: Operations;
  }
}

/** What became of what was asked for. */
export const operationRoutes = (server: Server, { app }: Kit): void => {
  const operations = makeOperations(app);
  server.decorate('operations', operations);
  server.addHook('preClose', () => operations.stop());
  server.get(
    '/api/v1/operations/:id',
    {
      config: { needs: 'viewer' },
      schema: {
        summary: 'What became of an operation',
        description:
          'A request that acts names its operation in Location. `done` carries the seq at which the cutover stood then.',
        tags: ['operations'],
        params: Type.Object({ id: Type.String({ pattern: '^[0-9a-f]{32}$' }) }, closed),
        response: { 200: operationSchema },
      },
    },
    async request => {
      const { id } = request.params;
      const operation = await operations.find(id);
      const principal = principalOf(request);
      if (operation !== null && covers(principal, operation.cutover ?? operation.domain))
        return operation;
      throw problemFault('not-found', `there is no operation ${id}`, {
        fix: 'It is kept for a week; what was done stands in the journal of its cutover.',
      });
    },
  );
};
