import { perform } from './act.ts';
import { acceptances, attestations, textOption } from './parse.ts';
import { type Run } from './spec.ts';

export const run: Run = (context, input) =>
  perform(context, input, ({ plan }) => ({
    type: 'approve',
    attest: attestations(input, plan.policy.attest),
    accept: acceptances(input),
    reason: textOption(input, 'reason'),
  }));
