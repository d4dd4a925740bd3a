import { Type } from 'typebox';
import { reportMarkdown, reportOf, type Report } from '../../view/report/report.ts';
import { type Kit } from '../kit.ts';
import { closed, cutoverParams, open } from '../schemas/common.ts';
import { cutoverOf } from '../scope.ts';
import { type Server } from '../server-type.ts';

const reportObject = Type.Object(
  {
    id: Type.String(),
    domain: Type.String(),
    outcome: Type.Union([Type.String(), Type.Null()]),
    stage: Type.String(),
    startedAt: Type.String(),
    startedBy: Type.String(),
    endedAt: Type.Union([Type.String(), Type.Null()]),
    journal: Type.Unknown({ description: 'How many lines it is made from, and their last hash.' }),
    writes: Type.Unknown({ description: 'Every write that was meant to be made.' }),
    decisions: Type.Unknown({ description: 'Who asked for what.' }),
    holds: Type.Unknown(),
    notDone: Type.Unknown({ description: 'What was left out, and why.' }),
    undo: Type.Unknown({ description: 'How to put everything back by hand.' }),
  },
  { ...open, description: '`report --format json`, as far as it is promised; more may come.' },
);

const reportSchema = Type.Unsafe<Report | string>({
  ...reportObject,
  type: ['object', 'string'],
  description: 'As JSON, or with format=md as text/markdown.',
});

/** What was done, by whom, with what result. */
export const reportRoutes = (server: Server, kit: Kit): void => {
  const { store, clock } = kit.app.environment;
  server.get(
    '/api/v1/cutovers/:id/report',
    {
      config: { needs: 'viewer', cutover: true, shared: false },
      schema: {
        summary: 'The report of a cutover',
        description: 'At any time; the same as `report`. JSON unless format says md.',
        tags: ['cutovers'],
        produces: ['application/json', 'text/markdown'],
        params: cutoverParams,
        querystring: Type.Object(
          { format: Type.Optional(Type.Union([Type.Literal('md'), Type.Literal('json')])) },
          closed,
        ),
        response: { 200: reportSchema },
      },
    },
    async (request, reply) => {
      const cutover = await cutoverOf(kit, request.params.id);
      const entries = await kit.app.journal(cutover.id);
      const watch = { record: await store.watchRecord(cutover.id), now: clock.now() };
      const report = reportOf({ cutover, entries, epoch: store.epoch, watch });
      if (request.query.format !== 'md') return reply.serializer(JSON.stringify).send(report);
      return reply
        .type('text/markdown; charset=utf-8')
        .serializer(String)
        .send(`${reportMarkdown(report, { zone: cutover.plan.policy.schedule.timeZone })}\n`);
    },
  );
};
