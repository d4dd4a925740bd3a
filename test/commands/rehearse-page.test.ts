import { expect, it } from 'vitest';
import { makeServer } from '../../src/api/server.ts';
import { rehearsalKit } from '../../src/commands/rehearse-page.ts';
import { openSite } from '../controller/site.ts';
import { kitOf } from '../support/api.ts';

it('a rehearsal tells where resolvers stand, for the map of its page, and takes none', async () => {
  const site = openSite();
  const kit = rehearsalKit(site.app, kitOf(site).pages);
  const server = await makeServer(kit, { log: null });
  const { secret } = await kit.access.createToken({
    ...{ name: 'whoever rehearses', role: 'admin', cutovers: null, by: 'the test' },
    expiresAt: kit.app.environment.clock.now().wall + 60_000,
  });
  const headers = { host: 'localhost', authorization: `Bearer ${secret}` };
  const url = '/api/v1/resolvers';
  const listed = await server.inject({ url, headers });
  expect(listed.statusCode).toBe(200);
  expect(listed.json<{ resolvers: unknown[] }>().resolvers.length).toBeGreaterThan(40);
  const payload = { id: 'corp', addresses: ['192.0.2.53'], operator: 'us' };
  const added = await server.inject({ method: 'POST', url, headers, payload });
  expect(added.statusCode).toBeGreaterThanOrEqual(400);
  await server.close();
});
