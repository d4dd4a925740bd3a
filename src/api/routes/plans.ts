import { Type } from 'typebox';
import { displayName } from '../../dns/name.ts';
import { limits } from '../../limits.ts';
import { planView, type PlanView } from '../../view/plan/plan.ts';
import { principalOf, requireDomainScope } from '../operations/acting.ts';
import { turnsOf } from '../turns.ts';
import { type Kit } from '../kit.ts';
import { problemFault } from '../problems/problem.ts';
import { closed, open } from '../schemas/common.ts';
import { type Server } from '../server-type.ts';
import { domainOf, orderOf, planOf } from '../operations/starting.ts';

const anything = (description: string) => Type.Unknown({ description });

/** `plan --json`, as far as it is promised; more may come. */
const planSchema = Type.Unsafe<PlanView>(
  Type.Object(
    {
      hash: Type.String({ description: 'For `planHash` of a start.' }),
      domain: Type.String(),
      provider: Type.String(),
      zone: Type.String(),
      path: anything('Each RRset along the way.'),
      changes: anything('Each change, before and after.'),
      timeline: anything('What happens when, as if it were started now.'),
      findings: anything('What the checks found.'),
      risks: anything('What may go wrong.'),
      worst: Type.String({ description: 'The worst case in one sentence.' }),
      madeAt: Type.String(),
    },
    { ...open, description: 'What would be done, when, and what may go wrong.' },
  ),
);

/** The latest plans, each once. */
function openPlans() {
  const plans = new Map<string, PlanView>();
  return {
    keep: (plan: PlanView): void => {
      plans.delete(plan.hash);
      plans.set(plan.hash, plan);
      const [oldest] = plans.keys();
      if (plans.size > limits.plansKept && oldest !== undefined) plans.delete(oldest);
    },
    find: (hash: string): PlanView | null => plans.get(hash) ?? null,
  };
}

/** Plans, which change nothing. */
export const planRoutes = (server: Server, kit: Kit): void => {
  const { app } = kit;
  const plans = openPlans();
  const turns = turnsOf(server, limits.plansAtOnce, 'plans');
  server.post(
    '/api/v1/plans',
    {
      config: { needs: 'operator', problems: [404, 409, 502] },
      schema: {
        summary: 'Makes a plan',
        description:
          'From the configuration of this server and the zone as it is now. Changes nothing. A start names its hash.',
        tags: ['plans'],
        body: Type.Object({ domain: Type.String({ minLength: 1, maxLength: 255 }) }, closed),
        response: { 201: planSchema },
      },
    },
    async (request, reply) => {
      const domain = domainOf(request.body.domain, '/body/domain');
      requireDomainScope(principalOf(request), displayName(domain));
      const order = await orderOf(kit, domain);
      const planned = await turns(request, signal => planOf(kit, order, signal));
      const view = planView({ ...planned, now: app.environment.clock.now() });
      plans.keep(view);
      reply.header('location', `/api/v1/plans/${view.hash}`).serializer(JSON.stringify);
      return reply.code(201).send(view);
    },
  );
  server.get(
    '/api/v1/plans/:hash',
    {
      config: { needs: 'operator' },
      schema: {
        summary: 'A plan that was made',
        description: `The latest ${String(limits.plansKept)} are kept, until the server ends.`,
        tags: ['plans'],
        params: Type.Object({ hash: Type.String({ pattern: '^[0-9a-f-]{8,80}$' }) }, closed),
        response: { 200: planSchema },
      },
    },
    async (request, reply) => {
      const { hash } = request.params;
      const plan = plans.find(hash);
      const { cutovers } = principalOf(request);
      if (plan === null || (cutovers !== null && !cutovers.includes(plan.domain)))
        throw problemFault('not-found', `there is no plan ${hash}`, {
          fix: 'It was not made by this server, or long ago: make it again.',
        });
      reply.serializer(JSON.stringify);
      return plan;
    },
  );
};
