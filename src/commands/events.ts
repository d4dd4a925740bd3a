import { entryPrinter } from './entry-printer.ts';
import { findCutover } from './find.ts';
import { follow } from './follow.ts';
import { countOption, flagOption, nameArgument } from './parse.ts';
import { type Run } from './spec.ts';

export const run: Run = async (context, input) => {
  const { app, cutover } = await findCutover(context, nameArgument(input));
  const since = countOption(input, 'since') ?? 0;
  const onEntry = entryPrinter(context, app);
  const { signal } = context;
  const going = flagOption(input, 'follow');
  const until = ({ outcome }: { outcome: unknown }) => !going || outcome !== null;
  await follow(app, cutover.id, { since, onEntry, until, signal });
  return 0;
};
