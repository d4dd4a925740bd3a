import { Type } from 'typebox';
import { type Kit } from '../kit.ts';
import { type Server } from '../server-type.ts';

/** Which version runs is nobody's business who has no token (ASVS 13.4.6). */
export const versionRoutes = (server: Server, kit: Kit): void => {
  server.get(
    '/api/v1/version',
    {
      config: { needs: 'viewer' },
      schema: {
        summary: 'The version of the server',
        tags: ['server'],
        response: {
          200: Type.Object({
            name: Type.String(),
            version: Type.String(),
            epoch: Type.String({ description: 'Of the store; event ids are `<epoch>-<n>`.' }),
          }),
        },
      },
    },
    async () => ({
      name: 'dns-cutover',
      version: kit.version,
      epoch: kit.app.environment.store.epoch,
    }),
  );
};
