import { type App } from '../app.ts';
import { type Cutover } from '../cutover/cutover.ts';
import { claimedRun } from '../cutover/write.ts';
import { displayName } from '../dns/name.ts';
import { Fault } from '../errors.ts';
import { planText, planView } from '../view/plan/plan.ts';
import { agreed, mended, otherHash, requireHash, sameHash } from './agreement.ts';
import { type Context } from './context.ts';
import { drive } from './drive.ts';
import { exitCode } from './exit-code.ts';
import { findOrder } from './find.ts';
import { acceptances, flagOption, nameArgument, textOption } from './parse.ts';
import { type Input, type Run } from './spec.ts';
import { startCommand } from './start-command.ts';
import { beginThere } from './start-there.ts';
import { tellWarnings } from './warnings.ts';

async function begin(context: Context, app: App, input: Input): Promise<string> {
  const { terminal } = context;
  const name = nameArgument(input);
  const order = await findOrder(context, name);
  const hash = textOption(input, 'planHash');
  const ownAccept = acceptances(input);
  requireHash(context, hash, name);
  await tellWarnings(context);
  const planned = await app.plan(order, context.signal);
  const { plan, findings } = planned;
  const look = terminal.look();
  const view = planView({ ...planned, now: app.environment.clock.now() });
  const domain = displayName(plan.domain);
  await agreed(context, { hash: plan.hash, domain, text: planText(view, look) }, hash);
  const takeClaim = textOption(input, 'takeClaim');
  const reason = textOption(input, 'reason');
  // Only the run that really stands there can be taken over; a slip of the pen starts nothing.
  const named = takeClaim !== null && claimedRun(planned.survey.claim) === takeClaim;
  const told = findings.filter(({ id }) => !named || id !== 'concurrent-run-lock');
  const accept = await mended(context, told, [...plan.policy.accept, ...ownAccept]);
  return app.start(
    plan,
    { accept: accept.slice(plan.policy.accept.length), takeClaim, reason },
    context.user,
  );
}

/** A cutover that runs is compared with its journalled plan only, never with the changed zone. */
async function resume(
  context: Context,
  known: { app: App; cutover: Cutover },
  input: Input,
): Promise<void> {
  const { app, cutover } = known;
  const hash = textOption(input, 'planHash');
  if (hash !== null && !sameHash(hash, cutover.plan.hash))
    throw otherHash(hash, cutover.plan.hash, displayName(cutover.domain));
  if (hash === null && !context.terminal.interactive)
    throw new Fault('USAGE', `${cutover.id} is under way; a start needs its plan hash`, {
      where: '--plan-hash',
      fix: startCommand(cutover),
    });
  // The same command resumes; what was not accepted then is accepted at the gate, not in passing.
  const fresh = acceptances(input).find(
    one => !cutover.accepted.some(({ id, subject }) => id === one.id && subject === one.subject),
  );
  if (fresh !== undefined)
    throw new Fault('USAGE', `${cutover.id} is under way and was started without ${fresh.id}`, {
      where: '--accept',
      fix: `dns-cutover approve ${cutover.id} --accept ID[:SUBJECT] --reason TEXT`,
    });
  const run = textOption(input, 'takeClaim');
  const reason = textOption(input, 'reason');
  if (run === null || run === cutover.takeClaim) return;
  if (reason === null)
    throw new Fault('USAGE', 'a claim is taken with a reason', {
      where: '--take-claim',
      fix: 'add --reason "…"',
    });
  await app.act(cutover.id, { type: 'take-claim', run, reason }, { name: context.user });
}

export const run: Run = async (context, input) => {
  const { terminal } = context;
  if (textOption(input, 'takeClaim') !== null && textOption(input, 'reason') === null)
    throw new Fault('USAGE', 'a claim is taken with a reason', {
      where: '--take-claim',
      fix: 'add --reason "…"',
    });
  const app = await context.app();
  const known = await app.find(nameArgument(input));
  const hash = textOption(input, 'planHash');
  if (known?.outcome === 'done' && hash !== null && sameHash(hash, known.plan.hash)) {
    terminal.talk(`${known.id} is done`);
    return 0;
  }
  // Whatever starts this command again by itself must not repeat a move that a person took back.
  const takenBack = known?.outcome === 'rolled-back' || known?.outcome === 'abandoned';
  const same = known !== null && hash !== null && sameHash(hash, known.plan.hash);
  if (takenBack && same && !flagOption(input, 'again')) {
    terminal.talk(`${known.id} ended ${known.outcome}; to make the same move anew: --again`);
    return exitCode(known);
  }
  const running = known?.outcome === null;
  if (running) await resume(context, { app, cutover: known }, input);
  const { remote } = context;
  const begun = (): Promise<string> =>
    remote === undefined ? begin(context, app, input) : beginThere(context, remote, input);
  const id = running ? known.id : await begun();
  const since = running ? known.seq : 0;
  const ended = await drive(context, { app, id, since, until: () => false });
  if (ended.outcome !== null) {
    terminal.talk(`${ended.id} ended: ${ended.outcome}; see dns-cutover report ${ended.id}`);
    return exitCode(ended);
  }
  terminal.talk(
    remote === undefined
      ? `${ended.id} stays at ${ended.stage} and can go on at any time:\n  ${startCommand(ended)}`
      : `${ended.id} goes on in stage ${ended.stage}, run by ${remote.server}`,
  );
  return exitCode(ended);
};
