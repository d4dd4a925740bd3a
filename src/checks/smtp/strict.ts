import { type Name } from '../../dns/name.ts';
import { type Probed } from '../../mail/probed.ts';
import { daneBinds } from '../policy/dane.ts';
import { type MailInput } from '../input.ts';
import { isLiteral } from '../hosts/mail-hosts.ts';
import { type SmtpFacts } from './looks.ts';
import { modeOf, mxTracks, stsFacts } from '../policy/sts-facts.ts';

/** Hosts whose TLSA records validate: senders that know DANE insist on TLS there (RFC 7672 2.2). */
async function withTlsa(input: MailInput, hosts: readonly Name[]): Promise<readonly Name[]> {
  const found = await Promise.all(
    hosts
      .filter(host => !isLiteral(host))
      .map(async host => ((await daneBinds(input, host)) ? [host] : [])),
  );
  return found.flat();
}

/** Does a name whose MX moves tell senders to insist on verified TLS (RFC 8461 5)? */
async function enforces(input: MailInput): Promise<boolean> {
  const facts = await Promise.all(mxTracks(input.plan).map(({ name }) => stsFacts(input, name)));
  return facts.some(one => modeOf(one) === 'enforce');
}

const newHosts = ({ addresses }: Probed): readonly Name[] => [
  ...new Set(
    addresses.filter(({ role }) => role === 'new').map(({ conversation }) => conversation.host),
  ),
];

/** What new hosts must have, by the records of the world. */
export async function strictness(input: MailInput, probed: Probed): Promise<SmtpFacts['strict']> {
  const hosts = newHosts(probed);
  const [tlsa, enforced] = await Promise.all([withTlsa(input, hosts), enforces(input)]);
  return new Map(
    hosts.map(host => {
      const dane = tlsa.includes(host) ? (['dane'] as const) : [];
      return [host, enforced ? ['sts', ...dane] : dane];
    }),
  );
}
