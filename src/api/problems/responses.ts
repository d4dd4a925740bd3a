import { type RouteOptions } from 'fastify';
import { problemHelp } from './help.ts';
import { type Problem, type ProblemKind, problemKinds, problemType } from './problem.ts';

const kinds = Object.keys(problemKinds) as readonly ProblemKind[];

/** A name of a request, as it may look. */
const request = '5e1f0c3a9b7d2468';

/** A problem as somebody may meet it. */
const exampleOf = (kind: ProblemKind): Problem => {
  const [status, title] = problemKinds[kind];
  const { when, remedy } = problemHelp[kind];
  return { type: `/problems/${kind}`, title, status, detail: when, request, remedy };
};

/** When to come again; `retryAfter` of the body says the same. */
const retryAfter = {
  'Retry-After': {
    description: 'Seconds until it may be tried again, where that is known.',
    schema: { type: 'integer' as const },
  },
};

/** One response for each status, with an example of every kind that has it. */
export function problemResponses() {
  const statuses = [...new Set(kinds.map(kind => problemKinds[kind][0]))];
  return Object.fromEntries(
    statuses.map(status => {
      const these = kinds.filter(kind => problemKinds[kind][0] === status);
      const examples = Object.fromEntries(these.map(kind => [kind, { value: exampleOf(kind) }]));
      const schema = { $ref: '#/components/schemas/Problem' };
      const description = these.map(kind => `${problemKinds[kind][1]}.`).join(' ');
      return [
        `Problem${status}`,
        {
          ...{ description, content: { [problemType]: { schema, examples } } },
          ...([429, 503].includes(status) && { headers: retryAfter }),
        },
      ];
    }),
  );
}

/** The statuses of the problems of a route: its own, and those that follow from what it is. */
export function problemStatuses({ method, config, schema }: RouteOptions): readonly number[] {
  // A body is looked at wherever one may be sent, also where none is taken.
  const readsBody = [method].flat().some(one => !['GET', 'HEAD'].includes(one.toUpperCase()));
  const { needs, limit, anyHost, problems = [] } = config ?? {};
  const asks = schema?.params ?? schema?.querystring ?? schema?.headers ?? schema?.body;
  return [
    ...problems,
    ...(asks === undefined ? [] : [400]),
    ...(needs === 'anyone' ? [] : [401, 403]),
    ...(schema?.params === undefined ? [] : [404]),
    ...(readsBody ? [403, 413, 415] : []),
    ...(anyHost === true ? [] : [400, 421]),
    ...(limit === 'none' ? [] : [429, 503]),
    500,
  ].filter((status, at, all) => all.indexOf(status) === at);
}
