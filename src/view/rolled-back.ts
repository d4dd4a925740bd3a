import { type Cutover } from '../cutover/cutover.ts';
import { hostsAt } from '../cutover/mail/left-hosts.ts';
import { SNAPSHOT, stepPosition } from '../cutover/path.ts';
import { displayName } from '../dns/name.ts';
import { count } from './words.ts';

/** Hosts that got mail until everything was put back, and get none any more: what they took is still there. */
export function strandedAt({ plan, swaps, outcome }: Cutover): readonly string[] {
  if (outcome !== 'rolled-back') return [];
  const before = hostsAt(plan, SNAPSHOT);
  const out = swaps.flatMap((_, step) => hostsAt(plan, stepPosition(step)));
  return [...new Set(out)].filter(host => !before.includes(host)).map(displayName);
}

/** How it ended, and what a person has to see to: what servers serve all the same, and mail that stays elsewhere. */
export function rolledBackText(cutover: Cutover): string {
  const astray = (cutover.authority?.standings ?? []).filter(
    ({ is }) => is !== 'there' && is !== 'lacking',
  );
  const stranded = strandedAt(cutover);
  return [
    astray.length === 0
      ? 'Everything is back to the snapshot; plan again once the cause is mended.'
      : `The provider holds the snapshot again, and ${count(astray.length, 'authoritative server')} did not show it at last: see to that before anything else.`,
    ...(stranded.length === 0
      ? []
      : [`Mail that ${stranded.join(', ')} took meanwhile is still there: fetch it.`]),
  ].join(' ');
}
