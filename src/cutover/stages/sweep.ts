import { type Cutover } from '../cutover.ts';
import { type Effect } from '../effect.ts';
import { forwards } from '../watching.ts';
import { foreignHold } from './late.ts';
import { enter, observe, type StageRules } from './rules.ts';

/** How often the servers are asked: a watch needs to know since when all of them have turned. */
const serversMs = 30_000;

/** Whoever still lags is watched on, and the servers with them; an MX that is gone would be mail that is. */
function spreading(cutover: Cutover): readonly Effect[] {
  const watch = forwards(cutover);
  const asks = cutover.plan.policy.mail?.ask === true;
  return watch.length === 0 && !asks ? [] : [observe(cutover, serversMs), ...watch];
}

/** The last sweep of the old host; somebody says when it is over. */
export const sweep: StageRules = {
  on: (cutover, event, now) =>
    cutover.confirmed.includes('mail-swept')
      ? [enter('settle', cutover.step, now)]
      : foreignHold(cutover, event),
  due: spreading,
};
