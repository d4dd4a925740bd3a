import { catalogue } from '../checks/checks.ts';
import { type Order, type Policy } from '../cutover/order.ts';
import { parseMx } from '../dns/mx.ts';
import { displayName, type Name, ROOT } from '../dns/name.ts';
import { type RRset } from '../dns/rrset.ts';
import { thirdHost } from './mail-hosts.ts';

const exchange = (rdata: string): Name => parseMx(rdata).exchange;

export const exchangesOf = ({ rdata }: Pick<RRset, 'rdata'>): readonly Name[] =>
  rdata.map(exchange).filter(host => host !== ROOT);

/** The mail hosts of a move: those that mail goes to now, and those that it is to go to. */
export function hostsOf(
  { steps }: Order,
  zone: readonly RRset[],
): { readonly old: readonly Name[]; readonly new: readonly Name[] } {
  const old = new Set(zone.filter(({ type }) => type === 'MX').flatMap(exchangesOf));
  const coming = steps
    .flatMap(({ edits }) => edits)
    .filter(({ type }) => type === 'MX')
    .flatMap(({ want }) => (want.is === 'set' ? want.rdata : want.is === 'edit' ? want.add : []))
    .map(exchange)
    .filter(host => host !== ROOT && !old.has(host));
  return { old: [...old], new: [...new Set(coming)] };
}

/** What can be played without the rest of the world: the conversations with the hosts themselves. */
const rehearsable = ['authority', 'state', 'smtp'];

/**
 * The policy with the mail hosts of a rehearsal, where it has any asked. What else is checked about mail needs
 * zones and hosts of others, which are not there: it is told, and stops nothing.
 */
export function rehearsedMail(policy: Policy): Policy {
  const { mail } = policy;
  if (mail?.ask !== true) return policy;
  const told = catalogue
    .filter(({ family }) => !rehearsable.includes(family))
    .map(({ id }) => [id, 'info'] as const);
  return {
    ...policy,
    mail: { ...mail, port: 25, allowPrivate: true, witnesses: [displayName(thirdHost)] },
    severity: { ...policy.severity, ...Object.fromEntries(told) },
  };
}
