import { type Cutover } from '../cutover.ts';
import { type Effect } from '../effect.ts';
import { forwards } from '../watching.ts';
import { enter, observe, type StageRules } from './rules.ts';

/** How often the servers are asked: a watch needs to know since when all of them have turned. */
const serversMs = 30_000;

/** Whoever still lags is watched on, and the servers with them: after a restart they must be seen anew. */
function spreading(cutover: Cutover): readonly Effect[] {
  const watch = forwards(cutover);
  return watch.length === 0 ? [] : [observe(cutover, serversMs), ...watch];
}

/** The last sweep of the old host; somebody says when it is over. */
export const sweep: StageRules = {
  on: (cutover, _event, now) =>
    cutover.confirmed.includes('mail-swept') ? [enter('settle', cutover.step, now)] : [],
  due: spreading,
};
