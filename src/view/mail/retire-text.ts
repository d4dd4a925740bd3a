import { displayName } from '../../dns/name.ts';
import { type ClosedWhy, type OldAddress, type OldHostLook } from '../../mail/closed.ts';
import { type LineBody } from '../../cutover/lines.ts';

type DataOf = { [Body in LineBody as Body['type']]: Body['data'] };

/** What was found, as a clause after the address. */
export const closedWhys: Record<ClosedWhy, string> = {
  refused: 'refuses the connection',
  greeting: 'refuses at its greeting',
  'recipients-refused': 'refuses the recipient',
  accepts: 'accepts mail',
  silent: 'says nothing within the time: not proven',
  defers: 'defers, so senders come back: not proven',
  'domain-known':
    'knows the domain still, and no former recipient was asked for (retire.former): not proven',
  'refuses-us': 'refuses this machine, and nobody knows what it tells others: not proven',
  'no-family': 'cannot be asked from here, where that address family is missing: not proven',
  unreachable: 'cannot be reached: not proven',
  'cannot-tell': 'gave no answer that means anything: not proven',
};

/** `mx.old.example 192.0.2.1: accepts mail for anna@example.org (250 2.1.5 Ok)`. */
export function oldAddressText({ host, address, role, why, recipient, said }: OldAddress): string {
  const of = recipient === null ? '' : ` for ${recipient}`;
  const words = said === '' ? '' : ` (${said})`;
  const where = displayName(host) === address ? address : `${displayName(host)} ${address}`;
  return `${where}${role === 'new' ? ' (new)' : ''}: ${closedWhys[why]}${of}${words}`;
}

/**
 * Dropped packets leave a sender waiting: Postfix 30 s for a connection (smtp_connect_timeout), others as long
 * as their system does, 5 min for a greeting (RFC 5321 4.5.3.2.1), for every address and every attempt.
 */
export const rejectAdvice =
  'A firewall that drops makes every sender wait, Postfix 30 s for each address, others up to 5 min (RFC 5321 4.5.3.2): reject with a TCP reset instead, which also proves that the port is closed.';

/** What a look says in one sentence, for the domain in question. */
export function verdictText({ goal, holds }: OldHostLook, domain: string): string {
  if (goal === 'forwards')
    return holds === true
      ? `Both sides take the test recipient. That shows that each accepts it, not that it arrives: send a message through the old host, and confirm when it is there.`
      : holds === false
        ? `The old host does not take mail for the test recipient, or the new one does not: nothing is handed on.`
        : `Whether the old host hands mail on is not proven.`;
  return holds === true
    ? `The old host refuses mail for ${domain} at every address.`
    : holds === false
      ? `The old host still accepts mail for ${domain} and nobody will read it.`
      : `It is not proven that the old host refuses mail for ${domain}.`;
}

/** What nobody can see in DNS, whatever a host answers on port 25. */
export const localDelivery = (domain: string): string =>
  `Others at the old hosting company, and other tenants of the same platform, may have their mail for ${domain} delivered there without any look at the MX: remove the domain from the old platform's list of domains.`;

/** What else it may serve. */
export const otherDomains =
  'Other domains may still have their mail taken there: remove this one from it, and close its port only once none is left.';

/** What else goes with the old host, once it is closed. */
export const afterClosing =
  'Keep the A and AAAA records of the old name until it refuses, then remove them: spammers go on with old names for weeks.';

export const retireSentences = {
  'retire.due': ({ terms }: DataOf['retire.due']): string =>
    terms.length === 0
      ? 'the old host is asked whether it hands mail on'
      : `the old host may be retired now, and is asked until it refuses: ${terms.join('; ')}`,
  'old-host.asked': ({ look }: DataOf['old-host.asked']): string => {
    const head =
      look.goal === 'forwards'
        ? look.holds === true
          ? 'both sides take the test recipient'
          : look.holds === false
            ? 'the test recipient is refused'
            : 'whether the old host hands mail on is not proven'
        : look.holds === true
          ? 'the old host refuses mail'
          : look.holds === false
            ? 'the old host still accepts mail, and nobody will read it'
            : 'that the old host refuses mail is not proven';
    const rest = [
      ...look.addresses.map(oldAddressText),
      ...look.unresolved.map(({ host, why }) => `${displayName(host)}: ${why}`),
    ];
    return `${head}: ${rest.join('; ')}`;
  },
};
