import { type Mx, parseMx } from '../../dns/mx.ts';
import { type Name, nameLabels, ROOT } from '../../dns/name.ts';
import { SNAPSHOT, valueAt, type Track } from '../path.ts';
import { type Plan } from '../plan.ts';

/** The last two labels: hosts of one operator share them as a rule, hosts of two hardly ever. */
const operatorOf = (host: Name): string => nameLabels(host).slice(-2).join('.').toLowerCase();

function backupsOf(track: Track): readonly Name[] {
  const set: readonly Mx[] = (valueAt(track, SNAPSHOT)?.rdata ?? [])
    .map(parseMx)
    .filter(({ exchange }) => exchange !== ROOT);
  const lowest = Math.min(...set.map(({ preference }) => preference));
  const best = set.filter(({ preference }) => preference === lowest);
  const operators = new Set(best.map(({ exchange }) => operatorOf(exchange)));
  return set
    .filter(({ preference }) => preference > lowest)
    .map(({ exchange }) => exchange)
    .filter(host => !operators.has(operatorOf(host)));
}

/**
 * Hosts of the old set that only stand in for it, as far as names tell: of a worse preference, and of
 * another operator than the hosts that are tried first. They store mail and forward it by a route of their
 * own, which may be the old one long after the swap (RFC 5321 5.1).
 */
export const backupHosts = ({ tracks }: Pick<Plan, 'tracks'>): readonly Name[] => [
  ...new Set(tracks.filter(({ type, swapped }) => type === 'MX' && swapped).flatMap(backupsOf)),
];
