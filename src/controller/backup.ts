import { createHash } from 'node:crypto';
import { type Cutover } from '../cutover/cutover.ts';
import { type Survey } from '../cutover/survey.ts';
import { undoText } from '../view/runbook/undo.ts';
import { type Environment } from './environment.ts';

/** What was there before, as one number: changes with any RRset, extra or served value. */
export function digestOf({ hosted, round }: Survey): string {
  const sets = Object.entries(hosted)
    .map(([key, value]) => [key, value === null ? null : [value.rrset, value.extras]])
    .sort();
  const served = round.readings.map(({ address, port, served: list }) => [address, port, list]);
  return createHash('sha256')
    .update(JSON.stringify([sets, served]))
    .digest('hex');
}

/**
 * Files beside the store and in every backup directory: the survey, and the undo by hand. They bear the
 * run in their names: ids begin anew with every state directory, and a later cutover must not replace
 * the only undo of an earlier one.
 */
export async function backupSnapshot(
  environment: Environment,
  cutover: Cutover,
  survey: Survey,
): Promise<void> {
  const { id, run, plan } = cutover;
  const snapshot = { cutover: id, run, planHash: plan.hash, digest: digestOf(survey), survey };
  await environment.backup(`${id}.${run}.snapshot.json`, `${JSON.stringify(snapshot, null, 2)}\n`);
  await environment.backup(`${id}.${run}.undo.txt`, undoText({ plan, hosted: survey.hosted }));
}
