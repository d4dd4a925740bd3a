import { forwards } from '../watching.ts';
import { enter, type StageRules } from './rules.ts';

/** The last sweep of the old host; somebody says when it is over. */
export const sweep: StageRules = {
  on: (cutover, _event, now) =>
    cutover.confirmed.includes('mail-swept') ? [enter('settle', cutover.step, now)] : [],
  due: forwards,
};
