import type { Desk } from '../remote/desk.ts';
import { planText } from '../view/plan/plan.ts';
import { agreed, mended, requireHash } from './agreement.ts';
import { type Context } from './context.ts';
import { acceptances, flagOption, nameArgument, textOption } from './parse.ts';
import { type Input } from './spec.ts';

/** Starts what was looked at, by the configuration of the server; the id of the cutover. */
export async function beginThere(context: Context, desk: Desk, input: Input): Promise<string> {
  const { terminal } = context;
  const name = nameArgument(input);
  const hash = textOption(input, 'planHash');
  requireHash(context, hash, name);
  const own = acceptances(input);
  const view = await desk.plan(name);
  const { domain, accepted } = view;
  await agreed(context, { hash: view.hash, domain, text: planText(view, terminal.look()) }, hash);
  const takeClaim = textOption(input, 'takeClaim');
  // Whether it is the claim of that run is judged there.
  const told = view.findings.filter(({ id }) => takeClaim === null || id !== 'concurrent-run-lock');
  const accept = await mended(context, told, [...accepted, ...own]);
  return desk.start({
    ...{ domain, planHash: view.hash, accept: accept.slice(accepted.length), takeClaim },
    ...{ again: flagOption(input, 'again'), reason: textOption(input, 'reason') },
  });
}
