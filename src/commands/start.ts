import { type App } from '../app.ts';
import { type Cutover } from '../cutover/cutover.ts';
import { blocksStart, type Acceptance, type Finding } from '../cutover/finding.ts';
import { type Plan } from '../cutover/plan.ts';
import { claimedRun } from '../cutover/write.ts';
import { displayName } from '../dns/name.ts';
import { Fault } from '../errors.ts';
import { alike, findingsText, subjectsText, tally } from '../view/findings.ts';
import { planText, planView } from '../view/plan.ts';
import { type Context } from './context.ts';
import { drive } from './drive.ts';
import { exitCode } from './exit-code.ts';
import { findOrder } from './find.ts';
import { acceptances, flagOption, nameArgument, textOption } from './parse.ts';
import { type Input, type Run } from './spec.ts';
import { startCommand } from './start-command.ts';
import { tellWarnings } from './warnings.ts';

const otherHash = (given: string, known: string, domain: string): Fault =>
  new Fault('CONFLICT', `the plan is ${known}, not ${given}`, {
    where: '--plan-hash',
    fix: `the configuration or the zone changed since that plan was made: look at dns-cutover plan ${domain}`,
  });

const sameHash = (a: string, b: string): boolean => a.replaceAll('-', '') === b.replaceAll('-', '');

/** On a terminal the plan is shown and the domain asked for; elsewhere the hash must be given. */
async function agreed(
  context: Context,
  view: { plan: Plan; text: string },
  hash: string | null,
): Promise<void> {
  const { terminal } = context;
  const { plan, text } = view;
  const domain = displayName(plan.domain);
  if (hash !== null) {
    if (!sameHash(hash, plan.hash)) throw otherHash(hash, plan.hash, domain);
    return;
  }
  terminal.talk(text);
  const typed = await terminal.question(`Type ${domain} to start this plan: `);
  if (typed !== domain)
    throw new Fault('REFUSED', 'nothing was started', { fix: `type ${domain} next time` });
}

/** Blockers stop a start before anything is recorded. A terminal may accept them, each with a reason. */
async function mended(
  context: Context,
  findings: readonly Finding[],
  accepted: readonly Acceptance[],
): Promise<readonly Acceptance[]> {
  const { terminal } = context;
  const all = [...accepted];
  const blocking = findings.filter(finding => blocksStart(finding, all));
  if (blocking.length === 0) return all;
  terminal.talk(findingsText(blocking, terminal.look()));
  for (const group of terminal.interactive ? alike(blocking) : []) {
    const id = group[0]?.id ?? '';
    const reason = await terminal.question(
      `Accept ${id} (${subjectsText(group)})? Type a reason, or nothing to stop: `,
    );
    if (reason === '') break;
    // Each by its own name: what is mended later leaves the others accepted.
    all.push(...group.map(({ subject }) => ({ id, subject, reason })));
  }
  const left = blocking.filter(finding => blocksStart(finding, all));
  if (left.length === 0) return all;
  throw new Fault('CHECK_FAILED', `${tally(left)} must pass before anything is written`, {
    fix: 'mend what is named above, or accept it: --accept ID[:SUBJECT] --reason TEXT',
  });
}

async function begin(context: Context, app: App, input: Input): Promise<string> {
  const { terminal } = context;
  const name = nameArgument(input);
  const order = await findOrder(context, name);
  const hash = textOption(input, 'planHash');
  const ownAccept = acceptances(input);
  if (hash === null && !terminal.interactive)
    throw new Fault('USAGE', 'which plan? A start needs the hash of the plan that was looked at', {
      where: '--plan-hash',
      fix: `dns-cutover plan ${name} prints it`,
    });
  await tellWarnings(context);
  const planned = await app.plan(order, context.signal);
  const { plan, findings } = planned;
  const look = terminal.look();
  const view = planView({ ...planned, now: app.environment.clock.now() });
  await agreed(context, { plan, text: planText(view, look) }, hash);
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
  const running = known !== null && known.outcome === null;
  if (running) await resume(context, { app, cutover: known }, input);
  const id = running ? known.id : await begin(context, app, input);
  const since = running ? known.seq : 0;
  const ended = await drive(context, { app, id, since, until: () => false });
  if (ended.outcome !== null) {
    terminal.talk(`${ended.id} ended: ${ended.outcome}; see dns-cutover report ${ended.id}`);
    return exitCode(ended);
  }
  terminal.talk(
    `${ended.id} stays at ${ended.stage} and can go on at any time:\n  ${startCommand(ended)}`,
  );
  return exitCode(ended);
};
