import { statusOf, statusTable, statusText } from '../view/status/status.ts';
import { findCutover } from './find.ts';
import { keptOf } from './looking.ts';
import { type Run } from './spec.ts';

export const run: Run = async (context, { args }) => {
  const { terminal, json } = context;
  const [name] = args;
  if (name !== undefined) {
    const { app, cutover } = await findCutover(context, name);
    const kept = await keptOf(app, cutover.id);
    const status = statusOf(cutover, app.environment.clock.now(), kept);
    terminal.out(json ? JSON.stringify(status) : statusText(status, terminal.look()));
    return 0;
  }
  if (!context.hasStore()) {
    terminal.out(json ? '[]' : `no cutover was started with ${context.places.state}`);
    return 0;
  }
  const app = await context.app();
  const now = app.environment.clock.now();
  const statuses = await Promise.all(
    (await app.list()).map(async cutover => {
      // What an ended one showed last is in its report; a list reads as little as it can.
      const open = cutover.outcome === null;
      return statusOf(cutover, now, open ? await keptOf(app, cutover.id) : undefined);
    }),
  );
  terminal.out(json ? JSON.stringify(statuses) : statusTable(statuses, terminal.look()));
  return 0;
};
