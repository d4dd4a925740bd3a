import { type Acceptance, type Finding } from '../cutover/finding.ts';
import { Fault } from '../errors.ts';
import type { Desk } from '../remote/desk.ts';
import { planText } from '../view/plan/plan.ts';
import { type Context } from './context.ts';
import { findCutover, tellUnderWay } from './find.ts';
import { flagOption, textOption } from './parse.ts';
import { type Input } from './spec.ts';

// What commands that need the configuration ask a server for, which has it.

/** There the configuration may have any number of domains. */
const which = (): Fault =>
  new Fault('USAGE', 'which cutover? The server may know several', {
    where: 'NAME',
    fix: 'name the domain; dns-cutover status --server URL lists those that were started',
  });

export async function planThere(context: Context, desk: Desk, input: Input): Promise<number> {
  const { terminal, json } = context;
  const format = textOption(input, 'format') ?? (json ? 'json' : 'text');
  if (format !== 'text' && format !== 'json')
    throw new Fault('USAGE', `a server gives no plan in ${format}`, {
      where: '--format',
      fix: 'text or json; the runbook is made on its machine, without --server',
    });
  const [domain] = input.args;
  if (domain === undefined) throw which();
  const view = await desk.plan(domain);
  terminal.out(format === 'json' ? JSON.stringify(view) : planText(view, terminal.look()));
  return flagOption(input, 'detailedExitcode') && view.changes.length > 0 ? 2 : 0;
}

/** What the checks find there; of a cutover that is under way, what its own gate found last. */
export async function judgedThere(
  context: Context,
  desk: Desk,
  name: string | undefined,
): Promise<{ readonly findings: readonly Finding[]; readonly accepted: readonly Acceptance[] }> {
  if (name === undefined) throw which();
  const app = await context.app();
  if ((await app.find(name))?.outcome !== null) return desk.plan(name);
  const { cutover } = await findCutover(context, name);
  tellUnderWay(context, cutover);
  context.terminal.talk(
    'This is what its own checks found last; the server looks again by itself.',
  );
  return cutover;
}
