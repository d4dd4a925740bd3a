import { type App } from '../app.ts';
import { type Cutover } from '../cutover/cutover.ts';
import { type Act } from '../cutover/event.ts';
import { displayName, parseName } from '../dns/name.ts';
import { Fault } from '../errors.ts';
import { statusOf, statusText } from '../view/status/status.ts';
import { type Context } from './context.ts';
import { findCutover } from './find.ts';
import { countOption, nameArgument, textOption } from './parse.ts';
import { type Input } from './spec.ts';
import { keptOf } from './looking.ts';
import { startCommand } from './start-command.ts';

/** Shows where the cutover is after an act. */
export async function show(context: Context, cutover: Cutover, app: App): Promise<void> {
  const { terminal, json } = context;
  const kept = await keptOf(app, cutover.id);
  const status = statusOf(cutover, app.environment.clock.now(), kept);
  if (json) terminal.out(JSON.stringify(status));
  else terminal.out(statusText(status, terminal.look()));
}

/** That it was taken, which the status need not show, and whether somebody is there to act on it. */
async function tellRecorded({ terminal }: Context, app: App, cutover: Cutover): Promise<void> {
  if (cutover.outcome !== null) return;
  const holder = await app.environment.store.holder(cutover.id);
  terminal.talk(
    holder === null
      ? `recorded; no controller runs ${cutover.id}. To go on:\n  ${startCommand(cutover)}`
      : `recorded; the controller of ${cutover.id} takes it up.`,
  );
}

/** Makes the act of a command from its input and the state it meets. */
export type MakeAct = (cutover: Cutover, input: Input) => Act;

/** One act of a person: accepted or refused at once, whether a controller runs or not. */
export async function perform(context: Context, input: Input, make: MakeAct): Promise<number> {
  const { app, cutover } = await findCutover(context, nameArgument(input));
  const expect = countOption(input, 'expect');
  const by = { name: context.user, ...(expect !== null && { expect }) };
  const after = await app.act(cutover.id, make(cutover, input), by);
  await show(context, after, app);
  await tellRecorded(context, app, after);
  return 0;
}

/** Was this domain typed, in whatever spelling of it? */
function isNamed(typed: string, { domain }: Cutover): boolean {
  try {
    return parseName(typed) === domain;
  } catch {
    return false;
  }
}

/** Dangerous acts name the domain once more: typed on a terminal, by --confirm elsewhere. */
export async function confirmDomain(
  context: Context,
  input: Input,
  { cutover, does }: { cutover: Cutover; does: string },
): Promise<void> {
  const { terminal } = context;
  const domain = displayName(cutover.domain);
  const given = textOption(input, 'confirm');
  if (given !== null) {
    if (isNamed(given, cutover)) return;
    throw new Fault('USAGE', `--confirm says ${given}, the cutover is of ${domain}`, {
      where: '--confirm',
      fix: `add --confirm ${domain} if that is what you mean`,
    });
  }
  if (!terminal.interactive)
    throw new Fault('USAGE', `this ${does}; it needs the domain once more`, {
      where: '--confirm',
      fix: `add --confirm ${domain}`,
    });
  terminal.talk(`This ${does}.`);
  const typed = await terminal.question(`Type ${domain} to go on: `);
  if (!isNamed(typed, cutover))
    throw new Fault('REFUSED', 'nothing was done', { fix: `type ${domain} next time` });
}
