import { type Chance } from '../clock.ts';
import { movedOwners } from '../cutover/mail/hosts.ts';
import { hostsAt } from '../cutover/mail/left-hosts.ts';
import { type MailPolicy } from '../cutover/order.ts';
import { LOW, stepPosition } from '../cutover/path.ts';
import { type Plan } from '../cutover/plan.ts';
import { isAddress } from '../dns/address.ts';
import { displayName, type Name, parseAnyName } from '../dns/name.ts';
import { type Recipient } from '../mail/conversation.ts';
import { type ProbeTarget } from '../mail/probed.ts';

/** `name`, `address`, `name:port`, `address:port` or `[address]:port`. */
export function readTarget(text: string, port: number): Omit<ProbeTarget, 'role'> {
  const six = isAddress(text) && text.includes(':');
  const [, bracketed, plain = text, digits] = six
    ? []
    : (/^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(text) ?? []);
  const host = bracketed ?? plain;
  // An IPv6 address is no name in DNS; here it stands where the name of its host would.
  const name = isAddress(host) ? (`${host}.` as Name) : parseAnyName(host);
  return {
    ...{ host: name, port: digits === undefined ? port : Number(digits) },
    ...(isAddress(host) && { address: host }),
  };
}

/** Large hosts that answer everybody. The second stands in where the first has a part in the move. */
const strangers: readonly Name[] = [
  parseAnyName('aspmx.l.google.com'),
  parseAnyName('in1-smtp.messagingengine.com'),
];

/** The first of them that none of these is. */
export const strangerTo = (hosts: readonly Name[]): readonly Name[] =>
  strangers.filter(host => !hosts.includes(host)).slice(0, 1);

/** Third hosts, which show that this place reaches strangers. */
export const witnessTargets = ({
  witnesses,
  port,
}: Pick<MailPolicy, 'witnesses' | 'port'>): readonly ProbeTarget[] =>
  witnesses.map(text => ({ ...readTarget(text, port), role: 'witness' }));

/** The hosts of one side, once for each name whose mail goes there: a host may know the one and not the other. */
function targetsAt(
  plan: Plan,
  positions: readonly number[],
  { role, port }: Pick<ProbeTarget, 'role' | 'port'>,
): readonly ProbeTarget[] {
  const owners = movedOwners(plan);
  const at = (tracks: Plan['tracks']): readonly Name[] => [
    ...new Set(positions.flatMap(position => hostsAt({ tracks }, position))),
  ];
  if (owners.length < 2) return at(plan.tracks).map(host => ({ host, role, port }));
  return owners.flatMap(owner => {
    const skips = owners.filter(name => name !== owner);
    // What is no owner, such as a wildcard, has its hosts asked with the first.
    const isTheirs = ({ name }: Plan['tracks'][number]): boolean =>
      owner === owners[0] ? !skips.includes(name) : name === owner;
    return at(plan.tracks.filter(isTheirs)).map(host => ({
      ...{ host, role, port, skips },
    }));
  });
}

/**
 * Everybody that the checks ask about before a swap: the hosts of the sets that are to come, at a gate those
 * of its step, the hosts that mail goes to now, and the witnesses.
 */
export function comingTargets(
  plan: Plan,
  { step, gate }: { readonly step: number; readonly gate: boolean },
): readonly ProbeTarget[] {
  const { mail } = plan.policy;
  if (mail === undefined) return [];
  const { port } = mail;
  const steps = plan.steps.map((_, index) => index);
  const ahead = steps.filter(index => (gate ? index === step : index >= step));
  const coming = targetsAt(plan, ahead.map(stepPosition), { role: 'new', port });
  const before = step === 0 ? LOW : stepPosition(step - 1);
  const stay = new Set(coming.map(({ host }) => host));
  return [
    ...coming,
    ...targetsAt(plan, [before], { role: 'old', port }).filter(({ host }) => !stay.has(host)),
    ...witnessTargets(mail),
  ];
}

/**
 * Recipients that no host should take, asked for at a gate only: one that nobody has, and one of a domain
 * that cannot exist (RFC 2606 2), which an open relay would take.
 */
export const nobodysRecipients = (plan: Plan, chance: Chance): readonly Recipient[] => [
  ...movedOwners(plan).map((name): Recipient => ({
    address: `dns-cutover-${chance.hex(6)}@${displayName(name)}`,
    kind: 'random',
  })),
  { address: 'dns-cutover@open-relay-test.invalid', kind: 'foreign' },
];
