import { Value } from 'typebox/value';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { actionBody } from '../../src/api/operations/acts.ts';
import { requestExamples, responseExamples } from '../../src/api/examples.ts';
import { type Api, openApi } from '../support/api.ts';

interface Content {
  readonly schema: Record<string, unknown>;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}
type Contents = { readonly content?: Readonly<Record<string, Content>> } | undefined;

interface Operation {
  readonly operationId: string;
  readonly requestBody?: Contents;
  readonly responses: Readonly<Record<string, Contents>>;
}

let api: Api;
let operations: readonly Operation[];
beforeAll(async () => {
  api = await openApi();
  const description = (await api.as('viewer', { url: '/openapi.json' })).json<{
    paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  }>();
  operations = Object.values(description.paths).flatMap(item => Object.values(item));
});
afterAll(() => api.server.close());

/** What does not fit, of the examples of a content; each is named. */
function misfits(name: string, contents: Contents): readonly string[] {
  const { schema, examples = {} } = contents?.content?.['application/json'] ?? { schema: {} };
  return Object.entries(examples).flatMap(([key, { value }]) =>
    [...Value.Errors(schema, value)].map(error => `${name} ${key}: ${JSON.stringify(error)}`),
  );
}

it('every body that is sent has an example, and each fits its schema', () => {
  const bodies = operations.filter(({ requestBody }) => requestBody !== undefined);
  expect(bodies.map(({ operationId }) => operationId).sort()).toEqual(
    Object.keys(requestExamples).sort(),
  );
  for (const { operationId, requestBody } of bodies) {
    const { examples } = requestBody?.content?.['application/json'] ?? {};
    expect(examples, operationId).toEqual(requestExamples[operationId]);
    expect(misfits(operationId, requestBody)).toEqual([]);
  }
  const wrong = { schema: { type: 'object', required: ['no'] }, examples: { one: { value: {} } } };
  expect(misfits('wrong', { content: { 'application/json': wrong } })).toHaveLength(1);
});

it('each example of an answer fits its schema', () => {
  for (const [name, statuses] of Object.entries(responseExamples))
    for (const [status, examples] of Object.entries(statuses)) {
      const answer = operations.find(({ operationId }) => operationId === name)?.responses[status];
      expect(answer?.content?.['application/json']?.examples, name).toEqual(examples);
      expect(misfits(`${name} ${status}`, answer)).toEqual([]);
    }
});

it('every type of an act has an example', () => {
  const types = actionBody.anyOf.map(({ properties }) => properties.type.const);
  const shown = Object.values(requestExamples['postCutoversIdActions'] ?? {}).map(
    ({ value }) => (value as { readonly type: string }).type,
  );
  expect(new Set(shown)).toEqual(new Set(types));
});
