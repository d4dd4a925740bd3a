import { displayName } from '../dns/name.ts';
import { planText, planView } from '../view/plan/plan.ts';
import { findOrder, tellUnderWay, underWay } from './find.ts';
import { Fault } from '../errors.ts';
import { runbookMarkdown } from '../view/runbook/runbook.ts';
import { flagOption, textOption } from './parse.ts';
import { type Run } from './spec.ts';
import { planThere } from './there.ts';
import { tellWarnings } from './warnings.ts';

/** `--json` means JSON on every command; the runbook is paper for people. */
function formatOf(asked: string | null, json: boolean): 'text' | 'json' | 'runbook' {
  if (asked === null) return json ? 'json' : 'text';
  if (asked !== 'text' && asked !== 'json' && asked !== 'runbook')
    throw new Fault('USAGE', `there is no plan in ${asked}`, {
      where: '--format',
      fix: 'text, json or runbook',
    });
  return asked;
}

export const run: Run = async (context, input) => {
  const { terminal, json, signal, remote } = context;
  if (remote !== undefined) return planThere(context, remote, input);
  const format = formatOf(textOption(input, 'format'), json);
  const order = await findOrder(context, input.args[0]);
  await tellWarnings(context);
  const cutover = await underWay(context, displayName(order.domain));
  if (cutover !== null) tellUnderWay(context, cutover);
  const app = await context.app();
  const planned = await app.plan(order, signal);
  const now = app.environment.clock.now();
  if (format === 'runbook') {
    const { providers } = await context.config();
    const type = providers[planned.plan.provider]?.type ?? planned.plan.provider;
    terminal.out(runbookMarkdown({ ...planned, now, type }));
    return 0;
  }
  const view = planView({ ...planned, now });
  terminal.out(format === 'json' ? JSON.stringify(view) : planText(view, terminal.look()));
  return flagOption(input, 'detailedExitcode') && view.changes.length > 0 ? 2 : 0;
};
