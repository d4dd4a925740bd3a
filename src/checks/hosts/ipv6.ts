import { type Finding } from '../../cutover/finding.ts';
import { type Plan } from '../../cutover/plan.ts';
import { displayName, type Name } from '../../dns/name.ts';
import { type AddressSeen, type ProbeRound } from '../../mail/probe.ts';
import { type Catalogued, findingOf, type Verdict } from '../check.ts';

const works: Catalogued = {
  id: 'new-mx-ipv6-works',
  family: 'hosts',
  severity: 'warning',
  what: 'a new host that publishes an IPv6 address can be talked to there',
  expected: 'an answer to SMTP at every AAAA, or no AAAA',
  consequence: 'Senders with IPv6 try it first, wait, and deliver later over IPv4, if they do.',
  refs: ['RFC 5321 5.1', 'RFC 8305 3'],
};

export const ipv6Checks: readonly Catalogued[] = [works];

const isSix = ({ address }: AddressSeen): boolean => address.includes(':');

/** Nobody listens, or nobody answers; a machine without IPv6 cannot tell. */
const mute = ({ reception }: AddressSeen): boolean =>
  reception === 'closed' || reception === 'silent';

function verdictOf(host: Name, round: ProbeRound): Verdict {
  const subject = displayName(host);
  const mine = round.seen.filter(seen => seen.host === host);
  const six = mine.filter(isSix);
  const observed =
    mine.map(({ address, reception }) => `${address}: ${reception}`).join('; ') || 'no address';
  if (six.length === 0)
    return {
      outcome: 'skipped',
      subject,
      summary: `${subject} was not talked to over IPv6.`,
      observed,
    };
  const bad = six.filter(mute);
  const unsure = six.filter(({ reception }) => reception === 'cannot-tell');
  if (bad.length === 0 && unsure.length === 0)
    return { outcome: 'pass', subject, summary: `${subject} answers over IPv6.`, observed };
  const list = [...bad, ...unsure].map(({ address }) => address).join(' ');
  // A machine without a way to IPv6 hears the same silence everywhere.
  const heard = round.seen.some(
    seen => isSix(seen) && !mute(seen) && seen.reception !== 'cannot-tell',
  );
  const refused = bad.some(({ reception }) => reception === 'closed');
  if (bad.length === 0 || (!heard && !refused) || round.egress === 'blocked')
    return {
      ...{ outcome: 'could-not-test', subject, observed },
      summary: `Whether ${subject} answers at ${list} is not known: this machine reached no mail host over IPv6.`,
      remedy: 'Probe from a machine that has IPv6 (dns-cutover probe), or accept this finding.',
    };
  return {
    ...{ outcome: 'bad', subject, observed },
    summary: `${subject} publishes ${list}, and nobody answers there over SMTP.`,
    remedy: 'Let the host listen there on port 25, or take the AAAA away.',
  };
}

/** Judges one look at all mail hosts: the new ones that have IPv6. */
export function ipv6Findings(plan: Plan, round: ProbeRound): readonly Finding[] {
  const hosts = round.seen.filter(({ role }) => role === 'new').map(({ host }) => host);
  const verdicts = [...new Set(hosts)].map(host => verdictOf(host, round));
  const trouble = verdicts.filter(({ outcome }) => outcome !== 'pass' && outcome !== 'skipped');
  return (trouble.length > 0 ? trouble : verdicts).map(verdict => findingOf(works, verdict, plan));
}
