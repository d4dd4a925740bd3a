import { type FastifyRequest } from 'fastify';
import { limits } from '../limits.ts';
import { problemFault } from './problems/problem.ts';
import { type Server } from './server-type.ts';

/** Does what takes long, unless too much of it is under way; given up when nobody waits any more. */
export type Turns = <T>(
  request: FastifyRequest,
  doing: (signal: AbortSignal) => Promise<T>,
) => Promise<T>;

/** `what` names it, as in `4 plans are made already`. */
export function turnsOf(server: Server, atOnce: number, what: string): Turns {
  const closing = new AbortController();
  let underWay = 0;
  server.addHook('preClose', async () => {
    closing.abort();
  });
  return async (request, doing) => {
    if (underWay >= atOnce)
      throw problemFault('overloaded', `${String(atOnce)} ${what} are under way already`, {
        fix: 'Ask again in a moment.',
        retryAfterMs: limits.turnAgainMs,
      });
    underWay += 1;
    const gone = new AbortController();
    const leave = (): void => {
      gone.abort();
    };
    // The request itself is closed once its body was read: only the connection tells that nobody waits.
    const { socket } = request.raw;
    socket.once('close', leave);
    // They may have left while it was found out who they are.
    if (socket.destroyed) leave();
    try {
      return await doing(AbortSignal.any([closing.signal, gone.signal]));
    } finally {
      underWay -= 1;
      socket.off('close', leave);
    }
  };
}
