import { type FastifyError, type FastifyReply, type FastifyRequest } from 'fastify';
import { isFault } from '../../errors.ts';
import { type Kit } from '../kit.ts';
import { problemHelp } from '../problems/help.ts';
import { misfits } from '../problems/misfits.ts';
import {
  malformed,
  problemFault,
  type ProblemKind,
  problemOf,
  problemType,
} from '../problems/problem.ts';
import { type Server } from '../server-type.ts';
import { securityHeaders } from './headers.ts';

/** What fastify itself refuses, by its status. */
const kindOfStatus: Readonly<Record<number, ProblemKind>> = {
  400: 'malformed',
  404: 'not-found',
  405: 'method-not-allowed',
  413: 'too-large',
  414: 'uri-too-long',
  415: 'unsupported-media-type',
};

interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

const isFastifyError = (error: unknown): error is FastifyError =>
  error instanceof Error && 'code' in error && 'statusCode' in error;

/** Errors of fastify as Faults; everything else as it is. */
function told(error: unknown): unknown {
  if (isFault(error) || !isFastifyError(error)) return error;
  if (error.validation !== undefined) return malformed(misfits(error));
  const kind = kindOfStatus[error.statusCode ?? 500];
  // In our words: those of fastify do not say what would be right.
  return kind === undefined ? error : problemFault(kind, problemHelp[kind].when, { cause: error });
}

/** A person in front of a browser, at an address of the page. */
const wantsPage = ({ method, url, headers }: FastifyRequest): boolean =>
  ['GET', 'HEAD'].includes(method) &&
  !url.startsWith('/api/') &&
  (headers.accept ?? '').includes('text/html');

function answer(kit: Kit, error: unknown, { request, reply }: Exchange): FastifyReply {
  const problem = problemOf(told(error), request.id);
  const { status, title, detail, retryAfter } = problem;
  if (status >= 500) request.log.error({ err: error }, title);
  if (retryAfter !== undefined) reply.header('retry-after', retryAfter);
  if (wantsPage(request)) {
    // The page asks for a token itself, and brings whoever has one back to where they wanted to be.
    if (status === 401)
      return reply.redirect(`/login?next=${encodeURIComponent(request.url)}`, 303);
    return reply.code(status).type('text/html').send(kit.pages.problem({ status, title, detail }));
  }
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  // A route that fails half-way may have said already how its own answer is to be written.
  reply.serializer(String);
  return reply.code(status).type(problemType).send(JSON.stringify(problem));
}

/** Whatever goes wrong is answered as a problem (RFC 9457), and as a page to browsers. */
export function answerProblems(server: Server, kit: Kit): void {
  server.setErrorHandler((error, request, reply) => answer(kit, error, { request, reply }));
}

/** What is no request for the router: no hook has run for it. */
export const answerFrameworkError =
  (kit: Kit) =>
  (error: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    void answer(kit, error, { request, reply: reply.headers(securityHeaders(kit.settings)) });
  };
