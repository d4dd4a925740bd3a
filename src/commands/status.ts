import { statusOf, statusTable, statusText } from '../view/status.ts';
import { findCutover } from './find.ts';
import { type Run } from './spec.ts';

export const run: Run = async (context, { args }) => {
  const { terminal, json } = context;
  const [name] = args;
  if (name !== undefined) {
    const { app, cutover } = await findCutover(context, name);
    const status = statusOf(cutover, app.environment.clock.now());
    terminal.out(json ? JSON.stringify(status) : statusText(status, terminal.look()));
    return 0;
  }
  if (!context.hasStore()) {
    terminal.out(json ? '[]' : `no cutover was started with ${context.places.state}`);
    return 0;
  }
  const app = await context.app();
  const now = app.environment.clock.now();
  const statuses = (await app.list()).map(cutover => statusOf(cutover, now));
  terminal.out(json ? JSON.stringify(statuses) : statusTable(statuses, terminal.look()));
  return 0;
};
