import { displayName, type Name } from '../../dns/name.ts';
import { type ProbeRound, type Reception } from '../../mail/probe.ts';
import { type Coexistence } from '../order.ts';

/** What mail for somebody does not survive, wherever it arrives. */
const breaks: readonly Reception[] = [
  ...(['unknown-recipient', 'not-provisioned', 'no-licence', 'wrong-region'] as const),
  ...(['refuses', 'loops'] as const),
];

/**
 * What one look shows of a domain that both sides serve: who does not take mail for somebody on either side.
 * Null: all is well, or could not be told. Whoever rolls back changes nothing: mail comes to both sides anyway.
 */
export function coexistenceTrouble(
  { recipientOnOld, recipientOnNew }: Coexistence,
  hosts: readonly Name[],
  { seen }: Pick<ProbeRound, 'seen'>,
): string | null {
  const both = [recipientOnOld, recipientOnNew].map(address => address.toLowerCase());
  const trouble = seen
    .filter(({ host }) => hosts.includes(host))
    .flatMap(({ host, recipients }) =>
      recipients
        .filter(({ address }) => both.includes(address.toLowerCase()))
        .filter(({ reception }) => breaks.includes(reception))
        .map(({ address, reception }) => {
          const how = reception === 'loops' ? 'speaks of a loop for' : 'does not take mail for';
          return `${displayName(host)} ${how} ${address}`;
        }),
    );
  return trouble.length === 0 ? null : [...new Set(trouble)].join('; ');
}
