import { Type } from 'typebox';
import { type Static } from 'typebox';
import { type Act } from '../../cutover/event.ts';
import { type Cutover } from '../../cutover/cutover.ts';
import { displayName } from '../../dns/name.ts';
import {
  actorName,
  principalOf,
  requireDomain,
  requireDomainScope,
  requireFourEyes,
  requireRank,
} from '../operations/acting.ts';
import { type ActBody, actionBody, actOf, type StartBody } from '../operations/acts.ts';
import { answerOperation } from '../operations/answers.ts';
import {
  expectOf,
  keyHeader,
  matchHeader,
  requireKey,
  requireMatch,
  requireSeq,
} from '../operations/conditions.ts';
import { type Perform } from '../operations/idempotency.ts';
import { type Once } from '../operations/record.ts';
import { type Kit } from '../kit.ts';
import { malformed } from '../problems/problem.ts';
import { fingerprintOf, operationSchema } from '../operations/operation.ts';
import { acceptancesOf, cutoverParams } from '../schemas/common.ts';
import { cutoverOf } from '../scope.ts';
import { type Server } from '../server-type.ts';
import { begin, type Starting } from '../operations/starting.ts';

const headers = Type.Object(
  { 'idempotency-key': keyHeader, 'if-match': matchHeader },
  { additionalProperties: true },
);

/** What a start says, with what it leaves out. @throws Fault malformed */
export const startingOf = (
  body: Omit<StartBody, 'type'>,
  { domain, by }: Pick<Starting, 'domain' | 'by'>,
): Starting => {
  const { planHash, accept = [], takeClaim = null, again = false, reason = null } = body;
  if (takeClaim !== null && (reason ?? '') === '')
    throw malformed([{ path: '/body/reason', message: 'must say why a claim is taken' }]);
  return { domain, planHash, accept: acceptancesOf(accept), takeClaim, again, reason, by };
};

interface Asked {
  readonly cutover: Cutover;
  readonly act: Act;
  readonly by: string;
  readonly expect: number | null;
}

/** Stores the act by the same `step` as the command line: accepted or refused at once. */
const acting =
  ({ app, supervisor }: Kit, { cutover, act, by, expect }: Asked): Perform =>
  async ({ operation, holds }) => {
    const { id } = cutover;
    await holds();
    const known = expect === null ? {} : { expect };
    const after = await app.act(id, act, { name: by, operation, ...known });
    if (after.outcome === null) supervisor.take(id);
    return { cutover: id, seq: after.seq };
  };

/** What a person or an orchestrator asks of a cutover. */
export const actionRoutes = (server: Server, kit: Kit): void => {
  server.post(
    '/api/v1/cutovers/:id/actions',
    {
      config: {
        needs: 'operator',
        agents: true,
        cutover: true,
        problems: [409, 412, 422, 428, 502],
      },
      preValidation: [requireKey, requireMatch],
      schema: {
        summary: 'Asks for an act',
        description:
          'Decided at once, by the same rules as at the command line. approve needs the role approver, all others operator; an agent may hand in a probe (observe). With If-Match: * an act that was interrupted and is sent again is stored once, except where its process stood still for half a minute between its last look and the save.',
        tags: ['cutovers'],
        params: cutoverParams,
        headers,
        body: actionBody,
        response: { 202: operationSchema },
      },
    },
    async (request, reply) => {
      const { body } = request;
      const principal = principalOf(request);
      requireRank(principal, body);
      const cutover = await cutoverOf(kit, request.params.id);
      const expect = expectOf(request.headers['if-match'], body.type);
      const once = onceOf(request, { principal, cutover, what: body.type });
      if (body.type === 'start') return answerOperation(reply, await restarted(once, body, expect));
      if (body.type === 'rollback' || body.type === 'abandon') requireDomain(body.confirm, cutover);
      if (body.type === 'approve') await requireFourEyes(kit, { cutover, principal });
      const act = actOf(body);
      const perform = acting(kit, { cutover, act, by: actorName(principal), expect });
      return answerOperation(reply, await server.operations.once(once, perform));
    },
  );

  /** Goes on with one that is under way, or makes a new one for its domain. */
  async function restarted(once: Once, body: StartBody, expect: number | null) {
    requireDomainScope(once.principal, once.domain);
    const by = actorName(once.principal);
    const starting = startingOf(body, { domain: once.domain, by });
    // What is to come of it is another cutover, or no line at all.
    return server.operations.begin({ ...once, cutover: null }, async work => {
      if (expect !== null) requireSeq(once.domain, { seq: once.since, expect });
      return begin(kit, starting, work);
    });
  }
};

interface Of {
  readonly principal: Once['principal'];
  readonly cutover: Cutover;
  readonly what: string;
}

const onceOf = (
  request: {
    readonly headers: Static<typeof headers>;
    readonly body: ActBody | StartBody;
    readonly params: { readonly id: string };
    readonly id: string;
  },
  { principal, cutover, what }: Of,
): Once => ({
  ...{ principal, what, request: request.id, key: request.headers['idempotency-key'] },
  // As it was named: a domain may mean another cutover by the time that the same is sent again.
  fingerprint: fingerprintOf([request.params.id, request.headers['if-match'], request.body]),
  domain: displayName(cutover.domain),
  cutover: cutover.id,
  since: cutover.seq,
});
