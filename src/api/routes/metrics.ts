import { Type } from 'typebox';
import { type Kit } from '../kit.ts';
import { metricsType } from '../metrics/metrics.ts';
import { type Server } from '../server-type.ts';

/** It names every cutover: only for whoever may see all of them (ASVS 5.0 13.4.5). */
export const metricsRoutes = (server: Server, kit: Kit): void => {
  server.get(
    '/metrics',
    {
      config: { needs: 'metrics', anyHost: true },
      schema: {
        ...{ tags: ['server'], summary: 'For Prometheus' },
        produces: ['text/plain'],
        response: { 200: Type.String() },
      },
    },
    async (_, reply) => reply.type(metricsType).send(await kit.metrics.text(kit)),
  );
};
