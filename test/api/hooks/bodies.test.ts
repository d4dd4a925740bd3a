import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Api, openApi } from '../../support/api.ts';

let api: Api;
beforeAll(async () => {
  api = await openApi();
});
afterAll(() => api.server.close());

const send = (headers: Readonly<Record<string, string>>) =>
  api.as('admin', {
    ...{ method: 'POST', url: '/api/v1/tokens' },
    payload: JSON.stringify({ name: 'one', role: 'viewer', expiresInSeconds: 60 }),
    headers: { 'content-type': 'application/json', ...headers },
  });

it('a body that is packed is refused, and the head says which codings are taken', async () => {
  for (const coding of ['gzip', 'br', 'identity, gzip', 'identity;q=1']) {
    const packed = await send({ 'content-encoding': coding });
    expect([packed.statusCode, packed.headers['accept-encoding']]).toEqual([415, 'identity']);
  }
  expect((await send({ 'content-encoding': 'Identity' })).statusCode).toBe(201);
});

it('the head says nothing of codings where the type is what is wrong (RFC 9110 12.5.3)', async () => {
  const typed = await send({ 'content-type': 'text/plain' });
  expect([typed.statusCode, typed.headers['accept-encoding']]).toEqual([415, undefined]);
});

it('a request without a body has none that could be packed', async () => {
  const headers = { 'content-encoding': 'gzip', 'content-length': '0' };
  const none = await api.as('admin', { method: 'DELETE', url: '/api/v1/tokens/one', headers });
  expect(none.statusCode).toBe(404);
});
