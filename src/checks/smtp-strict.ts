import { displayName, type Name, parseName } from '../dns/name.ts';
import { type Probed } from '../mail/probed.ts';
import { readStsBody, readStsRecord } from '../mail/sts-policy.ts';
import { txtText } from '../mail/txt.ts';
import { type MailInput } from './input.ts';
import { isLiteral } from './mail-hosts.ts';
import { type SmtpFacts } from './smtp-looks.ts';

const HTTPS = 443;

/** Hosts with TLSA records at the port of SMTP: senders that know DANE insist on TLS there (RFC 7672 2.2). */
async function withTlsa({ inquire }: MailInput, hosts: readonly Name[]): Promise<readonly Name[]> {
  const found = await Promise.all(
    hosts
      .filter(host => !isLiteral(host))
      .map(async host => {
        const said = await inquire(parseName(`_25._tcp.${displayName(host)}`), 'TLSA');
        return said.is === 'found' ? [host] : [];
      }),
  );
  return found.flat();
}

/** Does the domain tell senders to insist on verified TLS (RFC 8461 5)? Whether the policy is right is another check. */
async function enforces({ plan, inquire, fetchPolicy, signal }: MailInput): Promise<boolean> {
  const under = (label: string): Name => parseName(`${label}.${displayName(plan.domain)}`);
  const texts = await inquire(under('_mta-sts'), 'TXT');
  if (texts.is !== 'found' || readStsRecord(texts.rdata.map(txtText)).is !== 'record') return false;
  const host = under('mta-sts');
  for (const type of ['A', 'AAAA'] as const) {
    const found = await inquire(host, type);
    for (const address of found.is === 'found' ? found.rdata : []) {
      const fetched = await fetchPolicy({ host, address, port: HTTPS }, signal);
      if (fetched.is !== 'fetched' || fetched.status !== 200) continue;
      const read = readStsBody(fetched.body);
      return read.is === 'policy' && read.policy.mode === 'enforce';
    }
  }
  return false;
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
