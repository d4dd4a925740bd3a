import { type FastifyReply } from 'fastify';
import { type Operation } from './operation.ts';
import { etagOf } from './conditions.ts';
import { problemType } from '../problems/problem.ts';

/**
 * 202 with where to see what becomes of it; one that was refused at once is answered with its problem.
 * The same for whoever asks a second time.
 */
export function answerOperation(reply: FastifyReply, operation: Operation): FastifyReply {
  const { id, state, problem, seq } = operation;
  reply.header('location', `/api/v1/operations/${id}`);
  if (state === 'failed' && problem !== null) {
    if (problem.retryAfter !== undefined) reply.header('retry-after', problem.retryAfter);
    return reply.code(problem.status).type(problemType).send(JSON.stringify(problem));
  }
  if (seq !== null) reply.header('etag', etagOf(seq));
  return reply.code(202).send(operation);
}
