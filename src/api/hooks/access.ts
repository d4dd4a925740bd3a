import { type FastifyRequest } from 'fastify';
import { covers, mayAs, type Principal } from '../../access/principal.ts';
import { Fault } from '../../errors.ts';
import { type Kit } from '../kit.ts';
import { problemFault } from '../problems/problem.ts';
import { noCutover } from '../scope.ts';
import { type Server } from '../server-type.ts';
import { sessionOf } from '../session-cookie.ts';

/** The token of an Authorization header (RFC 6750 2.1), '' for any other; null where there is no such header. */
const bearerOf = ({ headers: { authorization } }: FastifyRequest): string | null =>
  authorization === undefined ? null : (/^bearer +([!-~]{1,512})$/i.exec(authorization)?.[1] ?? '');

const isAllowed = (
  { role, kind, cutovers }: Principal,
  { needs, cutover, shared, agents }: FastifyRequest['routeOptions']['config'],
): boolean => {
  // Whoever came by a share link sees that cutover and nothing beside it.
  if (kind === 'share' && !(shared ?? (cutover === true || needs === 'anyone'))) return false;
  if (needs === 'anyone') return true;
  if (role === 'agent') return agents === true;
  if (needs === 'metrics') return mayAs(role, 'viewer') && cutovers === null;
  return needs !== undefined && mayAs(role, needs);
};

/** What somebody lacks, in words. */
function lacking({ kind }: Principal, needs: string | undefined): string {
  if (kind === 'share') return 'a share link opens one cutover, and nothing beside it';
  return needs === 'metrics'
    ? 'this needs the role viewer, and all cutovers in its scope'
    : `this needs the role ${needs ?? 'admin'}`;
}

/** What is outside somebody's scope does not exist for them, so that ids cannot be tried out. */
async function withinScope(principal: Principal, request: FastifyRequest, kit: Kit): Promise<void> {
  const { id = '' } = request.params as { id?: string };
  if (principal.cutovers === null || covers(principal, id)) return;
  const found = await kit.app.find(id);
  if (found === null || !covers(principal, found.id)) throw noCutover(id);
}

/** Knows who asks; whoever shows nothing that is good is nobody. */
export function identify(server: Server, kit: Kit): void {
  server.decorateRequest('principal', null);
  server.addHook('onRequest', async request => {
    const [bearer, session] = [bearerOf(request), sessionOf(request)];
    if (bearer === null && session === null) return;
    request.principal = await kit.access.identify({ bearer, session });
  });
}

/** Lets nobody pass who may not. A route that does not say who may come is refused before the server starts. */
export function guardAccess(server: Server, kit: Kit): void {
  server.addHook('onRoute', ({ url, config }) => {
    if (config?.needs === undefined)
      throw new Fault('BUG', `${url} does not say who may come`, { where: 'config.needs' });
  });
  server.addHook('onRequest', async request => {
    const { principal, is404 } = request;
    const { config } = request.routeOptions;
    // Where nothing is routed there is nothing to guard.
    if (is404 || (principal === null && config.needs === 'anyone')) return;
    if (principal === null)
      throw problemFault('unauthenticated', 'there is no token, or none that is good', {
        fix: 'Send `Authorization: Bearer dnsc_…`; `dns-cutover token create` makes one.',
      });
    if (!isAllowed(principal, config))
      throw problemFault('forbidden', lacking(principal, config.needs), {
        fix: 'Ask somebody with that role, or for a token that has it.',
      });
    if (config.cutover === true) await withinScope(principal, request, kit);
  });
}
