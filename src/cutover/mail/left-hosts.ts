import { parseMx } from '../../dns/mx.ts';
import { type Name, ROOT } from '../../dns/name.ts';
import { type Plan } from '../plan.ts';

/**
 * The mail hosts that the MX records of a plan name at one position, each once. Where there is no MX mail goes
 * to the address of the name itself (RFC 5321 5.1).
 */
export const hostsAt = ({ tracks }: Pick<Plan, 'tracks'>, position: number): readonly Name[] => [
  ...new Set(
    tracks
      .filter(({ type }) => type === 'MX')
      .flatMap(({ name, positions }) => {
        const value = positions.at(position) ?? null;
        return value === null ? [name] : value.rdata.map(rdata => parseMx(rdata).exchange);
      })
      .filter(host => host !== ROOT),
  ),
];

/** Hosts that mail is sent to on the way and not at the end: each of them must be closed, or forward. */
export function leftHosts(plan: Plan): readonly Name[] {
  const final = new Set(hostsAt(plan, -1));
  const before = plan.positions.flatMap((_, position) => hostsAt(plan, position));
  return [...new Set(before)].filter(host => !final.has(host));
}
