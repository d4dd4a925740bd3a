import { fastifyRateLimit, normalizeIP } from '@fastify/rate-limit';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { limits } from '../../limits.ts';
import { eventForms, preferred } from '../events/accept.ts';
import { problemFault } from '../problems/problem.ts';
import { type Server } from '../server-type.ts';

export type Budget = 'reads' | 'acts' | 'queries' | 'login';

/** How much of each a caller has in a minute. */
export type Budgets = Readonly<Record<Budget, number>>;

export const usualBudgets: Budgets = {
  reads: limits.apiReadsPerMinute,
  acts: limits.apiActsPerMinute,
  queries: limits.apiQueriesPerMinute,
  login: limits.apiLoginsPerMinute,
};

const minute = 60_000;

/** All sessions of a token are one caller. Who has none is known by the address, IPv6 by its /64. */
const callerOf = ({ principal, ip }: FastifyRequest): string =>
  principal === null
    ? normalizeIP(ip)
    : `${principal.kind === 'share' ? 'share' : 'token'} ${principal.token ?? principal.id}`;

/** Whether the answer is a stream, which has no end by itself. */
export const isStream = ({ routeOptions, headers }: FastifyRequest): boolean =>
  routeOptions.config.stream === true &&
  preferred(headers.accept, eventForms) === 'text/event-stream';

export const budgetOf = ({ method, routeOptions }: FastifyRequest): Budget | 'none' =>
  routeOptions.config.limit ?? (['GET', 'HEAD', 'OPTIONS'].includes(method) ? 'reads' : 'acts');

interface Standing {
  readonly budget: Budget;
  readonly max: number;
  readonly remaining: number;
  readonly ttlInSeconds: number;
}

/** draft-ietf-httpapi-ratelimit-headers: the rule, and what is left of it. */
function tell(reply: FastifyReply, { budget, max, remaining, ttlInSeconds }: Standing): void {
  reply.header('ratelimit-policy', `"${budget}";q=${max};w=${minute / 1000}`);
  reply.header('ratelimit', `"${budget}";r=${remaining};t=${ttlInSeconds}`);
}

const tooOften = ({ budget, max, ttlInSeconds }: Standing) =>
  problemFault('rate-limited', `at most ${max} of ${budget} are answered in a minute`, {
    fix: 'Wait as long as Retry-After says. To follow a cutover, read its event stream.',
    retryAfterMs: Math.max(1, ttlInSeconds) * 1000,
  });

/**
 * Each caller has a budget for reading and another for acting, so that no page that reads too much can
 * keep an operator from a rollback. Of logins only those that failed are counted against their own
 * budget: a whole team comes from one address.
 */
export async function keepBudgets(server: Server, budgets: Budgets): Promise<void> {
  await server.register(fastifyRateLimit, { global: false, cache: limits.apiCallersCounted });
  const counter = (budget: Budget) =>
    server.createRateLimit({ max: budgets[budget], timeWindow: minute, keyGenerator: callerOf });
  const counters = {
    reads: counter('reads'),
    acts: counter('acts'),
    queries: counter('queries'),
    login: counter('login'),
  };
  server.addHook('onRequest', async (request, reply) => {
    const budget = budgetOf(request);
    if (budget === 'none') return;
    const increment = budget !== 'login';
    const counted = await counters[budget](request, { increment });
    if (counted.isAllowed) return;
    const standing = { budget, ...counted };
    tell(reply, standing);
    const spent = increment ? counted.isExceeded : counted.remaining === 0;
    if (spent) throw tooOften(standing);
  });
  server.addHook('onResponse', async (request, reply) => {
    if (budgetOf(request) === 'login' && reply.statusCode === 401) await counters.login(request);
  });
}
