import { confirmDomain, show } from './act.ts';
import { driveOrGiveUp } from './drive.ts';
import { findCutover } from './find.ts';
import { countOption, nameArgument, textOption } from './parse.ts';
import { type Run } from './spec.ts';

export const run: Run = async (context, input) => {
  const { app, cutover } = await findCutover(context, nameArgument(input));
  const does = 'ends the cutover and leaves the zone as it is now';
  if (cutover.outcome === null) await confirmDomain(context, input, { cutover, does });
  const expect = countOption(input, 'expect');
  const by = { name: context.user, ...(expect !== null && { expect }) };
  const act = { type: 'abandon', reason: textOption(input, 'reason') } as const;
  const asked = await app.act(cutover.id, act, by);
  // The claim must still go: who abandons does it, when nobody else does.
  const after = await driveOrGiveUp(context, {
    app,
    id: cutover.id,
    since: cutover.seq,
    seq: asked.seq,
    until: () => false,
  });
  if (after === null) return 8;
  await show(context, after, app);
  return after.outcome === null ? 8 : 0;
};
