import { Type } from 'typebox';
import { problemHelp } from '../problems/help.ts';
import { problemFault, type ProblemKind, problemKinds } from '../problems/problem.ts';
import { type Server } from '../server-type.ts';

const problemParams = Type.Object(
  { kind: Type.String({ minLength: 1, maxLength: 100 }) },
  { additionalProperties: false },
);

const explained = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  when: Type.String(),
  remedy: Type.String(),
});

const isKind = (text: string): text is ProblemKind => Object.hasOwn(problemKinds, text);

/** Where the `type` of a problem leads: what it means and what to do. */
const problemRoute = (server: Server): void => {
  server.get(
    '/problems/:kind',
    {
      config: { needs: 'anyone' },
      schema: {
        ...{ tags: ['server'], summary: 'What a kind of problem means' },
        params: problemParams,
        response: { 200: explained },
      },
    },
    async ({ params: { kind } }) => {
      if (!isKind(kind)) throw problemFault('not-found', 'there is no such kind of problem');
      const [status, title] = problemKinds[kind];
      return { type: `/problems/${kind}`, title, status, ...problemHelp[kind] };
    },
  );
};

/** The API in a form that programs read (OpenAPI 3.1), for those who have a token (ASVS 5.0 13.4.5). */
export const descriptionRoutes = (server: Server): void => {
  problemRoute(server);
  for (const url of ['/openapi.json', '/api/v1/openapi.json'])
    server.get(
      url,
      {
        config: { needs: 'viewer' },
        schema: {
          ...{ tags: ['server'], summary: 'This description', hide: url !== '/openapi.json' },
          response: {
            200: Type.Object({ openapi: Type.String() }, { additionalProperties: true }),
          },
        },
      },
      async () => ({ openapi: '', ...server.swagger() }),
    );
};
