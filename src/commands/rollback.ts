import { type App } from '../app.ts';
import { type Cutover } from '../cutover/cutover.ts';
import { Fault } from '../errors.ts';
import { confirmDomain, show } from './act.ts';
import { drive, startCommand } from './drive.ts';
import { findCutover } from './find.ts';
import { nameArgument, textOption } from './parse.ts';
import { type Run } from './spec.ts';

/** A living owner that stores nothing for so long is named. */
const silenceMs = 10_000;

/** Delivered, at its end, or a person must decide. */
const delivered = ({ outcome, hold, stage, rollback }: Cutover): boolean =>
  outcome !== null || hold !== null || (stage === 'rollback' && rollback?.phase === 'settling');

/** Fails when the process that owns the cutover stores nothing although it ought to. */
async function silentOwner(
  { app, id }: { app: App; id: string },
  signal: AbortSignal,
): Promise<never> {
  const { clock, store } = app.environment;
  let seq = -1;
  for (;;) {
    await clock.sleep(silenceMs, signal);
    const cutover = await app.find(id);
    const holder = await store.holder(id);
    const own = holder === null || holder.pid === process.pid;
    if (cutover === null || delivered(cutover) || own || cutover.seq !== seq) {
      seq = cutover?.seq ?? seq;
      continue;
    }
    throw new Fault(
      'UNAVAILABLE',
      `process ${String(holder.pid)} on ${holder.host} owns ${id} and does nothing`,
      {
        fix: `end it (kill -9 ${String(holder.pid)} on ${holder.host}) and roll back again: this command then takes over`,
      },
    );
  }
}

export const run: Run = async (context, input) => {
  const { terminal } = context;
  const { app, cutover } = await findCutover(context, nameArgument(input));
  const to = textOption(input, 'to');
  if (to !== null && to !== 'snapshot')
    throw new Fault('USAGE', `there is no rollback to ${to}`, {
      where: '--to',
      fix: 'write --to snapshot, or leave it out for one step',
    });
  const does =
    to === null ? 'puts the MX back one step' : 'puts everything back as it was before the start';
  if (cutover.outcome === null) await confirmDomain(context, input, { cutover, does });
  const reason = textOption(input, 'reason');
  const asked = await app.act(
    cutover.id,
    { type: 'rollback', to: to === null ? 'step' : 'snapshot', reason },
    { name: context.user },
  );
  const stop = new AbortController();
  const signal = AbortSignal.any([context.signal, stop.signal]);
  const driven = drive(
    { ...context, signal },
    { app, id: asked.id, since: cutover.seq, until: delivered },
  );
  const silent = silentOwner({ app, id: asked.id }, stop.signal);
  silent.catch(() => undefined);
  try {
    const after = await Promise.race([driven, silent]);
    if (!delivered(after)) return 8;
    show(context, after, app);
    if (after.outcome === null && after.hold === null)
      terminal.talk(
        `the MX is back; the exact snapshot follows. To go on:\n  ${startCommand(after)}`,
      );
    return after.hold === null ? 0 : 7;
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'UNAVAILABLE') throw error;
    terminal.talk(`${error.message}; ${error.fix ?? ''}`);
    return 8;
  } finally {
    stop.abort();
    // Whoever still follows must have ended before the store is closed.
    await driven.catch(() => undefined);
  }
};
