import { type App } from '../app.ts';
import { type Now } from '../clock.ts';
import { type Cutover } from '../cutover/cutover.ts';
import { type Act } from '../cutover/event.ts';
import { displayName, parseName } from '../dns/name.ts';
import { Fault } from '../errors.ts';
import { type Next, nextOf } from '../view/next.ts';
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

/** What a person has yet to do before the gate opens, where an approval alone does not open it. */
function stillShut(cutover: Cutover, now: Now): Next | null {
  if (cutover.stage !== 'gate' || cutover.approval === null) return null;
  const next = nextOf(cutover, now);
  return next.who === 'person' ? next : null;
}

/** That an act was taken, which the status need not show, and what follows: `runs` says whether somebody is there. */
export function recordedText(cutover: Cutover, runs: boolean, now: Now): string {
  const { id } = cutover;
  if (!runs) return `recorded; no controller runs ${id}. To go on:\n  ${startCommand(cutover)}`;
  const shut = stillShut(cutover, now);
  if (shut === null) return `recorded; the controller of ${id} takes it up.`;
  const command = shut.command === null ? '' : `\n  ${shut.command}`;
  return `recorded; the gate stays shut. ${shut.what}${command}`;
}

async function tellRecorded({ terminal }: Context, app: App, cutover: Cutover): Promise<void> {
  if (cutover.outcome !== null) return;
  const { store, clock } = app.environment;
  const runs = (await store.holder(cutover.id)) !== null;
  terminal.talk(recordedText(cutover, runs, clock.now()));
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
