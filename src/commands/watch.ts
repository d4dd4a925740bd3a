import { type App } from '../app.ts';
import { type Cutover } from '../cutover/cutover.ts';
import { type Entry } from '../cutover/line.ts';
import { eventText } from '../view/events.ts';
import { changeOf, missingLine, standText, worldChange, worldLine } from '../view/watch/lines.ts';
import { watchScreen } from '../view/watch/screen.ts';
import { type Canvas, type Context } from './context.ts';
import { exitCode } from './exit-code.ts';
import { findCutover } from './find.ts';
import { looking, type Sight } from './looking.ts';
import { nameArgument } from './parse.ts';
import { openScreen } from './screen.ts';
import { type Run } from './spec.ts';
import { startCommand } from './start-command.ts';

/** Lines of the journal that a screen can show at most. */
const recentMax = 40;
/** A screen that changes more often is not read; one that changes less often stands still. */
const pace = { restMs: 1000, everyMs: 1000 };

interface Watching {
  readonly app: App;
  readonly cutover: Cutover;
}

const ended = ({ cutover }: Sight): boolean => cutover.outcome !== null;

/** One JSON object for each change. */
function onJson({ terminal }: Context): (sight: Sight) => boolean {
  let told = '';
  return sight => {
    const change = changeOf(sight.status);
    if (change !== told) terminal.out(JSON.stringify(sight.status));
    told = change;
    return ended(sight);
  };
}

/** Off a terminal: where it stands, then a line for whatever happens. */
function onLog({ terminal }: Context): (sight: Sight) => boolean {
  let first = true;
  let world = '';
  let missing = false;
  return sight => {
    const { status, entries } = sight;
    const look = terminal.look();
    if (first) terminal.out(standText(status, look));
    for (const entry of entries) terminal.out(eventText(entry, look));
    const alone = missingLine(status, look);
    if (alone !== null && !missing) terminal.out(alone);
    missing = alone !== null;
    const change = worldChange(status);
    const line = worldLine(status, look);
    if (change !== world && line !== null) terminal.out(line);
    world = change;
    first = false;
    return ended(sight);
  };
}

/** On a terminal: the whole of it, until it ends or somebody leaves. */
async function onScreen(
  { terminal, signal }: Context,
  { app, cutover, canvas }: Watching & { readonly canvas: Canvas },
): Promise<Sight> {
  let recent: readonly Entry[] = [];
  let last: Sight | null = null;
  const redraw = () => {
    if (last === null) return;
    const { width, rows } = screen.size();
    const status = last.status;
    screen.draw(watchScreen({ status, recent }, { ...terminal.look(), width, rows }));
  };
  const screen = openScreen(canvas, { signal, resized: redraw });
  try {
    return await looking(app, cutover.id, {
      ...{ since: Math.max(0, cutover.seq - recentMax), ...pace, signal },
      onSight: sight => {
        recent = [...recent, ...sight.entries].slice(-recentMax);
        last = sight;
        redraw();
        return ended(sight);
      },
    });
  } finally {
    screen.close();
  }
}

/** Says what became of it, or that leaving changes nothing. */
async function tellEnd({ terminal }: Context, app: App, { cutover }: Sight): Promise<void> {
  const { id, outcome, stage } = cutover;
  if (outcome !== null) {
    terminal.talk(`${id} ended: ${outcome}; see dns-cutover report ${id}`);
    return;
  }
  const holder = await app.environment.store.holder(id);
  terminal.talk(
    holder === null
      ? `${id} is in stage ${stage}; watching changed nothing. No controller runs it:\n  ${startCommand(cutover)}`
      : `${id} goes on in stage ${stage}, run by process ${String(holder.pid)} on ${holder.host}; watching changed nothing`,
  );
}

export const run: Run = async (context, input) => {
  const { terminal, json, signal } = context;
  const { app, cutover } = await findCutover(context, nameArgument(input));
  const canvas = json || cutover.outcome !== null ? null : terminal.canvas();
  const watching = { since: cutover.seq, ...pace, signal };
  const sight =
    canvas !== null
      ? await onScreen(context, { app, cutover, canvas })
      : await looking(app, cutover.id, {
          ...watching,
          onSight: json ? onJson(context) : onLog(context),
        });
  await tellEnd(context, app, sight);
  return exitCode(sight.cutover);
};
