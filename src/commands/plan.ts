import { displayName } from '../dns/name.ts';
import { planText, planView } from '../view/plan.ts';
import { findOrder, tellUnderWay, underWay } from './find.ts';
import { flagOption } from './parse.ts';
import { type Run } from './spec.ts';
import { tellWarnings } from './warnings.ts';

export const run: Run = async (context, input) => {
  const { terminal, json, signal } = context;
  const order = await findOrder(context, input.args[0]);
  await tellWarnings(context);
  const cutover = await underWay(context, displayName(order.domain));
  if (cutover !== null) tellUnderWay(context, cutover);
  const app = await context.app();
  const planned = await app.plan(order, signal);
  const view = planView({ ...planned, now: app.environment.clock.now() });
  terminal.out(json ? JSON.stringify(view) : planText(view, terminal.look()));
  return flagOption(input, 'detailedExitcode') && view.changes.length > 0 ? 2 : 0;
};
