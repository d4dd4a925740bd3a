import { type FastifyRequest } from 'fastify';
import { problemFault } from '../problems/problem.ts';
import { type Server } from '../server-type.ts';

const says = ({ headers }: FastifyRequest, name: 'expect' | 'transfer-encoding', only: string) =>
  (headers[name] ?? only).toLowerCase() === only;

/**
 * What says how a request is sent, and would be passed over by Node: a body in a coding that nobody takes off
 * would be read as it is (RFC 9112 6.1), and an expectation is answered as whatever else is wrong (RFC 9110 10.1.1).
 */
export function guardFraming(server: Server): void {
  server.addHook('onRequest', async request => {
    if (!says(request, 'transfer-encoding', 'chunked'))
      throw problemFault('unknown-coding', 'Transfer-Encoding names another coding than chunked');
    if (!says(request, 'expect', '100-continue'))
      throw problemFault('expectation-failed', 'Expect names something else than 100-continue');
  });
}
