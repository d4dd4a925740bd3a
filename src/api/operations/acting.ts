import { type FastifyRequest } from 'fastify';
import { mayAs, type Principal, type Rank } from '../../access/principal.ts';
import { type Act } from '../../cutover/event.ts';
import { type Actor } from '../../cutover/line.ts';
import { type Cutover } from '../../cutover/cutover.ts';
import { parseName } from '../../dns/name.ts';
import { displayName, type Name } from '../../dns/name.ts';
import { Fault } from '../../errors.ts';
import { type Kit } from '../kit.ts';
import { malformed, problemFault } from '../problems/problem.ts';
import { type ActBody, type StartBody } from './acts.ts';

/** Who asks, on a route that only known callers reach. */
export function principalOf({ principal }: FastifyRequest): Principal {
  if (principal !== null) return principal;
  throw new Fault('BUG', 'a route that needs a token was reached without one');
}

const tokenOf = ({ token, id }: Principal): string => token ?? id;

/** As the journal names whoever acts by the API: `anna (token 3f2a91)`. */
export const actorName = (principal: Principal): string =>
  `${principal.name} (token ${tokenOf(principal)})`;

const actorShape = /^(.*) \(token ([^ ()]+)\)$/s;

const sameName = (one: string, other: string): boolean =>
  one.normalize('NFKC').toLowerCase() === other.normalize('NFKC').toLowerCase();

/** The same token, or a person of the same name: by another token, or at the command line, where it may be `anna`. */
function isSame({ name }: Actor, principal: Principal): boolean {
  const [, person = name, token = null] = actorShape.exec(name) ?? [];
  return token === tokenOf(principal) || sameName(person, principal.name);
}

const needed: Readonly<Record<Act['type'], Rank>> = {
  start: 'operator',
  approve: 'approver',
  pause: 'operator',
  resume: 'operator',
  rollback: 'operator',
  retry: 'operator',
  'take-claim': 'operator',
  confirm: 'operator',
  observe: 'operator',
  abandon: 'operator',
};

/** An agent tells what it saw of mail hosts at its place, and asks for nothing. */
const isTold = (body: StartBody | ActBody): boolean =>
  body.type === 'observe' && body.what.is === 'probe';

/** @throws Fault forbidden when the role does not include this act */
export function requireRank({ role }: Principal, body: StartBody | ActBody): void {
  const { type } = body;
  if (role === 'agent' ? isTold(body) : mayAs(role, needed[type])) return;
  const but = role === 'agent' ? ', and an agent hands in probes alone' : '';
  throw problemFault('forbidden', `${type} needs the role ${needed[type]}${but}`, {
    fix: 'Ask somebody with that role, or for a token that has it.',
  });
}

/** Whoever started a cutover may not approve its gates, where the server is told so (ASVS 2.3.5). */
export async function requireFourEyes(
  { app, settings }: Pick<Kit, 'app' | 'settings'>,
  { cutover, principal }: { readonly cutover: Cutover; readonly principal: Principal },
): Promise<void> {
  if (!settings.fourEyes) return;
  const [created] = await app.environment.store.lines(cutover.id, 0, 1);
  if (created !== undefined && !isSame(created.actor, principal)) return;
  throw problemFault('forbidden', `${principal.name} started ${cutover.id}`, {
    fix: 'Four eyes are asked for: somebody else has to approve it.',
  });
}

const nameOrNull = (text: string): Name | null => {
  try {
    return parseName(text);
  } catch {
    return null;
  }
};

/** Dangerous acts name the domain once more, in whatever spelling. @throws Fault malformed */
export function requireDomain(confirm: string, { domain }: Cutover): void {
  if (nameOrNull(confirm) === domain) return;
  const message = `must be the domain of the cutover, ${displayName(domain)}`;
  throw malformed([{ path: '/body/confirm', message }]);
}

/** Who may see only some cutovers begins none, but for domains that the token names. @throws Fault forbidden */
export function requireDomainScope({ cutovers }: Principal, domain: string): void {
  if (cutovers === null || cutovers.includes(domain)) return;
  throw problemFault('forbidden', `this token is not for ${domain}`, {
    fix: 'Ask for a token that is not bound to other cutovers.',
  });
}
