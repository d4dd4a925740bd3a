import { problemFault } from '../problems/problem.ts';
import { type Server } from '../server-type.ts';

/** What still comes over an open connection while the server ends is told so in the words of all problems. */
export function refuseWhenStopping(server: Server): void {
  let stopping = false;
  server.addHook('preClose', async () => {
    stopping = true;
  });
  server.addHook('onRequest', async () => {
    if (stopping)
      throw problemFault('stopping', 'this server is about to end', { retryAfterMs: 1000 });
  });
}
