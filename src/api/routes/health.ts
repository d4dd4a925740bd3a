import { Type } from 'typebox';
import { type Kit } from '../kit.ts';
import { openReadiness } from '../readiness.ts';
import { type Server } from '../server-type.ts';

const verdict = Type.Object({ status: Type.Literal('ok') });
const ok = { status: 'ok' } as const;
const config = { needs: 'anyone', limit: 'none', anyHost: true } as const;

/**
 * For whatever starts and restarts servers. Alive is whoever answers; ready is whoever can write its
 * store, whose migrations have all run once it is open. That a provider is down is nothing that another
 * instance would do better, and so no reason to take this one out.
 */
export const healthRoutes = (server: Server, { app }: Kit): void => {
  const ready = openReadiness(app.environment);
  const alive = { tags: ['server'], summary: 'Alive', response: { 200: verdict } };
  server.get('/livez', { config, schema: alive }, async () => ok);
  for (const [url, summary] of [
    ['/readyz', 'Ready: the store can be written'],
    ['/startupz', 'Started: the store is open and migrated'],
  ] as const) {
    const schema = { tags: ['server'], summary, response: { 200: verdict } };
    server.get(url, { config: { ...config, problems: [503] }, schema }, async () => {
      await ready();
      return ok;
    });
  }
};
