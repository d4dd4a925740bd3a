import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import createClient, { type Client } from 'openapi-fetch';
import openapiTypes, { astToString, type OpenAPI3 } from 'openapi-typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { paths } from '../../docs/api-client.d.ts';
import { type Api, host } from '../support/api.ts';
import { openDriven } from './driven.ts';

const file = join(import.meta.dirname, '../../docs/api-client.d.ts');
const head =
  '// Types of the HTTP API for TypeScript, made of /openapi.json. UPDATE=1 npx vitest run test/api/client.test.ts\n';

/** Asks the server without a socket. */
const injected =
  ({ server }: Api) =>
  async (request: Request): Promise<Response> => {
    const { pathname, search } = new URL(request.url);
    const payload = await request.text();
    const answer = await server.inject({
      method: request.method as 'GET',
      url: `${pathname}${search}`,
      headers: { ...Object.fromEntries(request.headers), host },
      ...(payload !== '' && { payload }),
    });
    const headers = Object.entries(answer.headers).map(([name, value]): [string, string] => [
      name,
      String(value),
    ]);
    const bodiless = [204, 304].includes(answer.statusCode);
    return new Response(bodiless ? null : answer.body, { status: answer.statusCode, headers });
  };

describe('a client that is made of the description', () => {
  let api: Awaited<ReturnType<typeof openDriven>>;
  let client: Client<paths>;

  beforeAll(async () => {
    api = await openDriven();
    const headers = { authorization: `Bearer ${await api.tokenOf('operator')}` };
    client = createClient<paths>({ baseUrl: `http://${host}`, headers, fetch: injected(api) });
  });
  afterAll(() => api.close());

  it('has the types that the description has', async () => {
    const { body } = await api.as('viewer', { url: '/openapi.json' });
    const nodes = await openapiTypes(JSON.parse(body) as OpenAPI3);
    const text = head + astToString(nodes);
    if (process.env['UPDATE'] === '1') await writeFile(file, text);
    expect(await readFile(file, 'utf8')).toBe(text);
  });

  it('plans, starts, waits for the operation, pauses and is refused with words', async () => {
    const planned = await client.POST('/api/v1/plans', { body: { domain: 'example.org' } });
    const planHash = planned.data?.hash ?? '';
    const started = await client.POST('/api/v1/cutovers', {
      params: { header: { 'idempotency-key': 'start' } },
      body: { domain: 'example.org', planHash },
    });
    const operation = { params: { path: { id: started.data?.id ?? '' } } };
    const ended = async () => (await client.GET('/api/v1/operations/{id}', operation)).data?.state;
    await expect.poll(ended).toBe('done');
    const one = { path: { id: 'example.org' } };
    const { data, response } = await client.GET('/api/v1/cutovers/{id}', { params: one });
    expect([data?.id, data?.outcome]).toEqual(['example.org.1', null]);
    const match = response.headers.get('etag') ?? '';
    const pause = (header: { 'idempotency-key': string; 'if-match': string }) =>
      client.POST('/api/v1/cutovers/{id}/actions', {
        params: { ...one, header },
        body: { type: 'pause', reason: 'wait' },
      });
    const paused = await pause({ 'idempotency-key': 'pause', 'if-match': match });
    expect([paused.response.status, paused.data?.state]).toEqual([202, 'done']);
    const stale = await pause({ 'idempotency-key': 'again', 'if-match': '"v0"' });
    expect(stale.error).toMatchObject({ type: '/problems/stale', status: 412 });
    expect(stale.error?.remedy).toMatch(/./);
  });

  it('is told by its compiler of what the API does not take', () => {
    // Never called: what is asked is whether it compiles.
    const wrong = [
      // @ts-expect-error A number is no text.
      () => client.POST('/api/v1/plans', { body: { domain: 60 } }),
      // @ts-expect-error There is no such address.
      () => client.GET('/api/v1/nothing'),
    ];
    expect(wrong).toHaveLength(2);
  });
});
