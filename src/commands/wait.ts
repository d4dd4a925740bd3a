import { type App } from '../app.ts';
import { DURATION_MAX, formatDuration, parseDuration } from '../config/duration.ts';
import { type Cutover } from '../cutover/cutover.ts';
import { Fault } from '../errors.ts';
import { missingStart } from '../view/runner.ts';
import { durationText } from '../view/words.ts';
import { findCutover } from './find.ts';
import { looking, type Sight } from './looking.ts';
import { nameArgument, textOption, textsOption } from './parse.ts';
import { type Input, type Run } from './spec.ts';
import { startCommand } from './start-command.ts';
import { nowhere, progressed, waitedOf, wantedOf, type Waited, type Wanted } from './wait-for.ts';

/** An owner may just be starting; after this its absence is said. */
const ownerMs = 10_000;

function timeoutOf(input: Input): number | null {
  const text = textOption(input, 'timeout');
  if (text === null) return null;
  const seconds = parseDuration(text);
  if (seconds === null || seconds > DURATION_MAX)
    throw new Fault('USAGE', `${text} is no duration`, {
      where: '--timeout',
      fix: `seconds, or 30s, 5m, 2h, 1d; at most ${formatDuration(DURATION_MAX)}`,
    });
  return seconds * 1000;
}

/** A share is known only where resolvers are asked. */
function sharesKnown(wanted: readonly Wanted[], { id, plan }: Cutover): void {
  if (plan.policy.watch.resolvers !== 'none' || wanted.every(({ is }) => is !== 'share')) return;
  throw new Fault('USAGE', `${id} asks no resolvers (watch.resolvers: none): there is no share`, {
    where: '--for',
    fix: 'wait for a stage: --for stage=sweep is reached once no honest cache holds the old set',
  });
}

export interface Wait {
  readonly wanted: readonly Wanted[];
  readonly timeoutMs: number | null;
  /** How often it looks where the store tells of nothing. */
  readonly everyMs: number;
  readonly signal: AbortSignal;
  /** Hears what may make it wait in vain. */
  readonly tell: (text: string) => void;
}

/**
 * Waits until one of what is wanted is there, it cannot come any more, a person is needed, or time is up.
 * Null when the signal was aborted.
 */
export async function waitFor(
  app: App,
  id: string,
  { wanted, timeoutMs, everyMs, signal, tell }: Wait,
): Promise<{ readonly waited: Waited | null; readonly sight: Sight }> {
  const { clock, store } = app.environment;
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const end: { waited: Waited | null; late: boolean } = { waited: null, late: false };
  if (timeoutMs !== null)
    clock.sleep(timeoutMs, either).then(
      () => {
        end.late = true;
        stop.abort();
      },
      () => undefined,
    );
  let runs: boolean | null = null;
  const tellMissing = () => {
    if (runs === false) return;
    runs = false;
    tell(`no controller runs ${id}: nothing will change before one is started`);
  };
  const owned = clock
    .sleep(ownerMs, either)
    .then(() => store.holder(id))
    .then(
      holder => {
        if (holder === null) tellMissing();
      },
      () => undefined,
    );
  let progress = nowhere;
  try {
    const sight = await looking(app, id, {
      ...{ since: 0, restMs: 0, everyMs, signal: either },
      onSight: ({ cutover, status, entries }) => {
        // One that dies while somebody waits is told of at once; the first one gets its time to start.
        if (status.controller?.running === true) runs = true;
        else if (runs === true && missingStart(status) !== null) tellMissing();
        progress = entries.reduce((before, { line }) => progressed(before, line), progress);
        end.waited = waitedOf(wanted, { cutover, status, progress });
        return end.waited !== null;
      },
    });
    const spent = durationText(timeoutMs ?? 0);
    const pending = { code: 8, text: `not yet after ${spent}: ${sight.status.next.what}` };
    return { waited: end.waited ?? (end.late ? pending : null), sight };
  } finally {
    stop.abort();
    // Nobody may ask the store once it is closed.
    await owned;
  }
}

export const run: Run = async (context, input) => {
  const { terminal, json, signal } = context;
  const wanted = wantedOf(textsOption(input, 'for'));
  const timeoutMs = timeoutOf(input);
  const { app, cutover } = await findCutover(context, nameArgument(input));
  sharesKnown(wanted, cutover);
  const tell = (text: string) => {
    terminal.talk(`${text}\n  ${startCommand(cutover)}`);
  };
  const { waited, sight } = await waitFor(app, cutover.id, {
    wanted,
    timeoutMs,
    everyMs: 1000,
    signal,
    tell,
  });
  if (json) terminal.out(JSON.stringify(sight.status));
  terminal.talk(
    waited === null
      ? `${cutover.id} is in stage ${sight.cutover.stage}; waiting for it changed nothing`
      : `${cutover.id}: ${waited.text}`,
  );
  return waited?.code ?? 1;
};
