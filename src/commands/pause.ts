import { perform } from './act.ts';
import { textOption } from './parse.ts';
import { type Run } from './spec.ts';

export const run: Run = (context, input) =>
  perform(context, input, () => ({ type: 'pause', reason: textOption(input, 'reason') }));
