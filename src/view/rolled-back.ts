import { type Cutover } from '../cutover/cutover.ts';
import { hostsAt } from '../cutover/mail/left-hosts.ts';
import { SNAPSHOT, stepPosition } from '../cutover/path.ts';
import { displayName } from '../dns/name.ts';
import { positionOf } from './position.ts';
import { count } from './words.ts';

/** Hosts that got mail until it was put back, and get none any more: what they took is still there. */
export function strandedAt(cutover: Cutover): readonly string[] {
  const { plan, swaps, outcome } = cutover;
  if (outcome !== 'rolled-back' && outcome !== 'abandoned') return [];
  const back = outcome === 'rolled-back' ? SNAPSHOT : positionOf(cutover);
  const before = hostsAt(plan, back);
  const out = swaps.flatMap((_, step) => {
    const position = stepPosition(step);
    return position > back ? hostsAt(plan, position) : [];
  });
  return [...new Set(out)].filter(host => !before.includes(host)).map(displayName);
}

/** What a person has to fetch there. */
const strandedText = (cutover: Cutover): readonly string[] => {
  const stranded = strandedAt(cutover);
  return stranded.length === 0
    ? []
    : [`Mail that ${stranded.join(', ')} took meanwhile is still there: fetch it.`];
};

/** It ended where it was, which may be after its swap was taken back. */
export const abandonedText = (cutover: Cutover): string =>
  ['The cutover was abandoned; the zone stays as it is.', ...strandedText(cutover)].join(' ');

/** How it ended, and what a person has to see to: what servers serve all the same, and mail that stays elsewhere. */
export function rolledBackText(cutover: Cutover): string {
  const astray = (cutover.authority?.standings ?? []).filter(
    ({ is }) => is !== 'there' && is !== 'lacking',
  );
  return [
    astray.length === 0
      ? 'Everything is back to the snapshot; plan again once the cause is mended.'
      : `The provider holds the snapshot again, and ${count(astray.length, 'authoritative server')} did not show it at last: see to that before anything else.`,
    ...strandedText(cutover),
  ].join(' ');
}
