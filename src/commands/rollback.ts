import { type Cutover } from '../cutover/cutover.ts';
import { Fault } from '../errors.ts';
import { confirmDomain, show } from './act.ts';
import { driveOrGiveUp } from './drive.ts';
import { exitCode } from './exit-code.ts';
import { findCutover } from './find.ts';
import { nameArgument, textOption } from './parse.ts';
import { type Run } from './spec.ts';
import { startCommand } from './start-command.ts';

/** Delivered, at its end, or a person must decide. */
const delivered = ({ outcome, hold, stage, rollback }: Cutover): boolean =>
  outcome !== null || hold !== null || (stage === 'rollback' && rollback?.phase === 'settling');

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
  if (asked.intent !== null && (await app.environment.store.holder(asked.id)) === null)
    terminal.talk(
      'a write may still be under way from before: first the zone is read for some seconds, until that is certain',
    );
  const after = await driveOrGiveUp(context, {
    app,
    id: asked.id,
    since: cutover.seq,
    seq: asked.seq,
    until: delivered,
  });
  if (after === null || !delivered(after)) return 8;
  await show(context, after, app);
  if (after.outcome === null && after.hold === null) {
    const holder = await app.environment.store.holder(after.id);
    const way =
      holder === null
        ? `To go on:\n  ${startCommand(after)}`
        : `Process ${String(holder.pid)} on ${holder.host} sees to it.`;
    terminal.talk(`the MX is back; the exact snapshot follows. ${way}`);
  }
  // Rolled back is what was asked for; whatever else it ended as is not.
  return after.outcome === 'rolled-back' || after.outcome === null
    ? heldCode(after)
    : exitCode(after);
};

const heldCode = ({ hold }: Cutover): number => (hold === null ? 0 : 7);
