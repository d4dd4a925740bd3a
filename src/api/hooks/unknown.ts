import { type Server } from '../server-type.ts';
import { problemFault } from '../problems/problem.ts';

/** An address as its route describes it: `/cutovers/:id`, `/assets/*`. */
const patternOf = (url: string): RegExp =>
  new RegExp(
    `^${url
      .split('/')
      .map(part =>
        part.startsWith(':')
          ? '[^/]+'
          : part === '*'
            ? '.*'
            : part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'),
      )
      .join('/')}$`,
  );

/**
 * What no route answers: another method at an address that exists is told which there are (RFC 9110
 * 15.5.6), and OPTIONS asks just that. CORS is off: nothing here gives another site leave.
 */
export function answerUnknown(server: Server): void {
  const methodsOf = new Map<string, Set<string>>();
  const patterns = new Map<string, RegExp>();
  server.addHook('onRoute', ({ url, method }) => {
    const methods = methodsOf.get(url) ?? new Set();
    methodsOf.set(url, methods);
    for (const one of [method].flat()) methods.add(one);
    patterns.set(url, patternOf(url));
  });
  const allowedAt = (path: string): readonly string[] =>
    [...patterns]
      .filter(([, pattern]) => pattern.test(path))
      .flatMap(([url]) => [...(methodsOf.get(url) ?? [])])
      .concat('OPTIONS');
  server.setNotFoundHandler((request, reply) => {
    const allowed = [...new Set(allowedAt(request.url.split('?')[0] ?? ''))].sort();
    if (allowed.length === 1) throw problemFault('not-found', 'there is nothing at this address');
    reply.header('allow', allowed.join(', '));
    if (request.method === 'OPTIONS') return reply.code(204).send();
    throw problemFault('method-not-allowed', `${request.method} is nothing that can be done here`, {
      fix: `Allowed: ${allowed.join(', ')}.`,
    });
  });
}
