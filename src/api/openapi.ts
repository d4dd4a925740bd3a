import {
  fastifySwagger,
  type SwaggerTransform,
  type SwaggerTransformObject,
} from '@fastify/swagger';
import { type Examples, requestExamples, responseExamples } from './examples.ts';
import { problemResponses, problemStatuses } from './problems/responses.ts';
import { problemSchema } from './problems/problem.ts';
import { type Server } from './server-type.ts';
import { sessionCookie } from './session-cookie.ts';

/** The version of the interface, which is not that of the program. */
const apiVersion = '1.0.0';

const description = [
  'Moves the mail of a domain to other hosts, step by step, and says what resolvers see of it.',
  'Every failure is a problem (RFC 9457) with a type that never changes; /problems/<kind> explains it.',
  'Acts need Idempotency-Key and If-Match; the ETag of a cutover is the number of its last journal line.',
].join(' ');

/** `getCutoversIdEvents` for GET /api/v1/cutovers/{id}/events: what generators name a method by. */
const operationId = (method: string, url: string): string => {
  const words = url
    .replace('/api/v1', '')
    .split(/[^A-Za-z0-9]+/)
    .filter(Boolean);
  const rest = words.map(word => word.charAt(0).toUpperCase() + word.slice(1));
  return [method.toLowerCase(), ...rest].join('');
};

/** Who may come stands in the file as well: `x-needs` is what the guard reads. */
const transform: SwaggerTransform = ({ schema, url, route }) => {
  const { needs = 'admin' } = route.config ?? {};
  return {
    url,
    schema: {
      ...schema,
      operationId: operationId([route.method].flat()[0] ?? 'get', url),
      security: needs === 'anyone' ? [] : [{ token: [] }, { session: [] }],
      'x-needs': needs,
      'x-problems': problemStatuses(route),
    },
  };
};

interface Content {
  readonly schema?: { readonly description?: string };
  examples?: Examples;
}

interface Answer {
  description?: string;
  headers?: Readonly<Record<string, unknown>>;
  readonly content?: Readonly<Record<string, Content>>;
  readonly $ref?: string;
}

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly requestBody?: { readonly content: Readonly<Record<string, Content>> };
  readonly responses: Record<string, Answer>;
  'x-problems'?: readonly number[];
}

const header = (name: string, text: string) => ({
  [name]: { description: text, required: true, schema: { type: 'string' } },
});
const etag = header('ETag', '`"v<seq>"`: what If-Match and If-None-Match name.');
const made = header('Location', 'Where it can be read.');
const operation = header('Location', 'Of the operation, which says what becomes of it.');

/** What a client has to read from the head of an answer, by operation and status. */
const heads: Readonly<Record<string, Readonly<Record<string, Answer['headers']>>>> = {
  getCutoversId: { 200: etag, 304: etag },
  postCutovers: { 202: operation },
  postCutoversIdActions: { 202: operation },
  postPlans: { 201: made },
};

/** An answer is described by what it holds; the words of a generator say nothing. */
function describe({ operationId, summary, responses }: Operation): void {
  for (const [status, answer] of Object.entries(responses)) {
    const [content] = Object.values(answer.content ?? {});
    if (answer.description === 'Default Response')
      answer.description = content?.schema?.description ?? summary;
    const head = heads[operationId]?.[status];
    if (head !== undefined) answer.headers = head;
  }
}

const json = 'application/json';

/** What can be copied, beside the schema of what is sent and of what comes back. */
function exemplify({ operationId, requestBody, responses }: Operation): void {
  const asked = requestBody?.content[json];
  const sent = requestExamples[operationId];
  if (asked !== undefined && sent !== undefined) asked.examples = sent;
  for (const [status, examples] of Object.entries(responseExamples[operationId] ?? {})) {
    const answer = responses[status]?.content?.[json];
    if (answer !== undefined) answer.examples = examples;
  }
}

/** Puts the problems in, each status once for all routes. */
const transformObject: SwaggerTransformObject = documents => {
  if (!('openapiObject' in documents)) return documents.swaggerObject;
  const { openapiObject } = documents;
  const operations = Object.values(openapiObject.paths ?? {}).flatMap(item =>
    Object.values((item ?? {}) as Record<string, Operation>),
  );
  for (const one of operations) {
    describe(one);
    exemplify(one);
    for (const status of one['x-problems'] ?? [])
      one.responses[String(status)] = { $ref: `#/components/responses/Problem${status}` };
    delete one['x-problems'];
  }
  return openapiObject;
};

/** Reads the routes that are registered after it. */
export async function describeApi(server: Server): Promise<void> {
  await server.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'dns-cutover',
        version: apiVersion,
        description,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/' }],
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer', description: 'A token: `dnsc_…`.' },
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: sessionCookie,
            description: 'Of the page, by POST /api/v1/session.',
          },
        },
        schemas: { Problem: problemSchema as object },
        responses: problemResponses(),
      },
    },
    transform,
    transformObject,
  });
}
