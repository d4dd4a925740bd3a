import { confirmations, type Confirmation } from '../cutover/event.ts';
import { Fault } from '../errors.ts';
import { perform } from './act.ts';
import { textOption } from './parse.ts';
import { type Run } from './spec.ts';

const isConfirmation = (text: string | undefined): text is Confirmation =>
  confirmations.some(one => one === text);

export const run: Run = (context, input) =>
  perform(context, input, () => {
    const what = input.args[1];
    if (!isConfirmation(what))
      throw new Fault('USAGE', `${what ?? 'nothing'} cannot be confirmed`, {
        where: 'WHAT',
        fix: `one of: ${confirmations.join(', ')}`,
      });
    return { type: 'confirm', what, reason: textOption(input, 'reason') };
  });
