import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Fault } from '../../src/errors.ts';
import { problemKinds } from '../../src/api/problems/problem.ts';
import { type Api, openApi } from '../support/api.ts';
import { configOf } from './driven.ts';

interface Operation {
  readonly operationId: string;
  readonly responses: Readonly<Record<string, { readonly $ref?: string }>>;
  readonly security: readonly unknown[];
}

interface Description {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly responses: Readonly<Record<string, { readonly content: object }>>;
  };
}

describe('the description of the API', () => {
  let api: Api;
  let description: Description;
  beforeAll(async () => {
    const missing = async (): Promise<never> => {
      throw new Fault('NOT_FOUND', 'no zone holds it');
    };
    api = await openApi({
      config: async () => configOf([]),
      questions: { look: missing, test: missing },
    });
    description = (await api.as('viewer', { url: '/openapi.json' })).json();
  });
  afterAll(() => api.server.close());

  it('is valid OpenAPI 3.1, at both of its addresses, for those who have a token', async () => {
    const result = await new Validator().validate({ ...description });
    expect(JSON.stringify(result.errors ?? []).slice(0, 2000)).toBe('[]');
    expect([result.valid, description.openapi]).toEqual([true, '3.1.0']);
    const other = await api.as('viewer', { url: '/api/v1/openapi.json' });
    expect(other.json()).toEqual(description);
    expect((await api.as('nobody', { url: '/openapi.json' })).statusCode).toBe(401);
  });

  it('has an example of every kind of problem, and names the version of nobody', () => {
    const { responses } = description.components;
    const text = JSON.stringify(responses);
    for (const kind of Object.keys(problemKinds)) expect(text).toContain(`"/problems/${kind}"`);
    expect(JSON.stringify(description)).not.toContain('1.2.3');
  });

  it('names each operation once, and its security', () => {
    const all = Object.values(description.paths).flatMap(item => Object.values(item));
    const names = all.map(({ operationId }) => operationId);
    expect(new Set(names).size).toBe(names.length);
    for (const { security, operationId, responses } of all) {
      expect(Array.isArray(security), operationId).toBe(true);
      expect(responses['500'], operationId).toEqual({ $ref: '#/components/responses/Problem500' });
      if (security.length > 0) expect(Object.keys(responses)).toContain('401');
    }
  });

  it('says in words what each answer is, and which heads a client has to read', () => {
    const all = Object.values(description.paths).flatMap(item => Object.values(item));
    expect(JSON.stringify(all)).not.toContain('Default Response');
    const status = JSON.stringify(description.paths['/api/v1/cutovers/{id}']?.['get']?.responses);
    expect(status).toContain('"ETag"');
    const acts = JSON.stringify(description.paths['/api/v1/cutovers/{id}/actions']);
    expect(acts).toContain('"Location"');
    expect(JSON.stringify(description.components.responses['Problem429'])).toContain('Retry-After');
    const journal = JSON.stringify(description.paths['/api/v1/cutovers/{id}/journal']);
    expect(journal).toContain('application/x-ndjson":');
  });

  it.each([
    ['GET', '/api/v1/events', '?cutover=nope', undefined, 404],
    ['POST', '/api/v1/plans', '', { domain: 'nope.example' }, 404],
    ['POST', '/api/v1/propagation/query', '', { name: 'nope.example', type: 'MX' }, 404],
    ['DELETE', '/api/v1/webhooks/{webhook}', '', 'text', 415],
  ] as const)('%s %s%s names the status that it answers', async (...row) => {
    const [method, path, query, body, is] = row;
    const url = `${path.replace(/[{}]/g, '')}${query}`;
    const headers = typeof body === 'string' ? { 'content-type': 'text/plain' } : {};
    const payload = body === undefined ? {} : { payload: body };
    const answer = await api.as('admin', { method, url, headers, ...payload });
    expect(answer.statusCode).toBe(is);
    const { responses } = description.paths[path]![method.toLowerCase()]!;
    expect(Object.keys(responses)).toContain(String(is));
  });
});
