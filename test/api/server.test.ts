import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Fault } from '../../src/errors.ts';
import { openSite } from '../controller/site.ts';
import { type Api, openApi } from '../support/api.ts';

describe('the frame', () => {
  let api: Api;
  beforeAll(async () => {
    api = await openApi();
  });
  afterAll(() => api.server.close());

  it('is alive and ready for anybody', async () => {
    for (const url of ['/livez', '/readyz', '/startupz']) {
      const { statusCode, body } = await api.as('nobody', { url });
      expect([url, statusCode, body]).toEqual([url, 200, '{"status":"ok"}']);
    }
  });

  it('tells its version to those who have a token', async () => {
    const url = '/api/v1/version';
    expect((await api.as('viewer', { url })).json()).toEqual({
      name: 'dns-cutover',
      version: '1.2.3',
      epoch: api.site.environment.store.epoch,
    });
    const refused = await api.as('nobody', { url });
    expect(refused.statusCode).toBe(401);
    expect(refused.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(refused.json()).toMatchObject({ type: '/problems/unauthenticated', status: 401 });
    expect(refused.body).not.toContain('1.2.3');
    expect((await api.as('agent', { url })).statusCode).toBe(403);
  });

  it('answers with a problem where there is nothing', async () => {
    const answer = await api.as('nobody', { url: '/nothing' });
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(answer.json()).toMatchObject({ type: '/problems/not-found', status: 404 });
  });
});

describe('a server', () => {
  it('whose store takes no write is alive and not ready, and asks it rarely', async () => {
    let tries = 0;
    const full = async () => {
      tries += 1;
      throw new Fault('STORE', '/var/x.sqlite is full');
    };
    const site = openSite({
      store: store => ({ ...store, documents: { ...store.documents, put: full } }),
    });
    const api = await openApi({}, { site });
    for (const url of ['/readyz', '/startupz', '/readyz']) {
      const { statusCode, body } = await api.as('nobody', { url });
      expect([url, statusCode, JSON.parse(body)]).toMatchObject([
        ...[url, 503],
        { type: '/problems/store' },
      ]);
      expect(body).not.toContain('sqlite');
    }
    expect((await api.as('nobody', { url: '/livez' })).statusCode).toBe(200);
    expect(tries).toBe(1);
    await api.server.close();
  });

  it('whose provider is down is ready', async () => {
    const down = new Fault('UNAVAILABLE', 'the provider is down');
    const api = await openApi(
      {},
      { site: openSite({ provider: one => ({ ...one, read: () => Promise.reject(down) }) }) },
    );
    expect((await api.as('nobody', { url: '/readyz' })).statusCode).toBe(200);
    await api.server.close();
  });
});
