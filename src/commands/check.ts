import { blocks } from '../cutover/finding.ts';
import { findingsText } from '../view/findings.ts';
import { findOrder } from './find.ts';
import { type Run } from './spec.ts';

export const run: Run = async (context, { args }) => {
  const { terminal, json, signal } = context;
  const order = await findOrder(context, args[0]);
  const app = await context.app();
  const { findings } = await app.plan(order, signal);
  terminal.out(json ? JSON.stringify({ findings }) : findingsText(findings, terminal.look()));
  return findings.some(finding => blocks(finding, order.policy.accept)) ? 3 : 0;
};
