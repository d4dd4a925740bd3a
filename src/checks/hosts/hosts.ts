import { type Finding } from '../../cutover/finding.ts';
import { LOW, valueAt } from '../../cutover/path.ts';
import { type Plan } from '../../cutover/plan.ts';
import { whyNobody, whyNotPublic } from '../../dns/askable.ts';
import { displayName } from '../../dns/name.ts';
import { type Catalogued, findingOf, type Verdict } from '../check.ts';
import { type MailInput } from '../input.ts';
import { type HostAddress, isLiteral, lookAtHost, type MailHost } from './mail-hosts.ts';
import { comingHosts } from './mx-sets.ts';
import { setChecks, setFindings } from './mx-set.ts';
import { targetChecks, targetFindings } from './target-ttls.ts';
import { count, inSeconds } from '../words.ts';

const resolves: Catalogued = {
  id: 'new-mx-resolves',
  family: 'hosts',
  severity: 'blocker',
  what: 'every host of the new MX has an address at the servers of its own zone',
  expected: 'an A or AAAA record',
  consequence: 'Senders return the mail at once instead of trying again.',
  refs: ['RFC 5321 5.1'],
};

const notCname: Catalogued = {
  id: 'new-mx-not-cname',
  family: 'hosts',
  severity: 'blocker',
  what: 'no host of the new MX is an alias; for the names of a provider this only warns',
  expected: 'a name with addresses of its own',
  consequence: 'Some senders refuse an MX that names an alias, and return the mail.',
  refs: ['RFC 2181 10.3', 'RFC 5321 5.1'],
};

const notPrivate: Catalogued = {
  id: 'new-mx-not-ip-or-private',
  family: 'hosts',
  severity: 'blocker',
  what: 'the new MX names hosts, not addresses, and their addresses are public',
  expected: 'a name whose addresses the whole Internet can reach',
  consequence: 'Nobody outside of this network can deliver to this host.',
  refs: ['RFC 5321 5.1', 'RFC 6890 2.2'],
};

const addressTtl: Catalogued = {
  id: 'new-mx-address-ttl',
  family: 'hosts',
  severity: 'info',
  what: 'how long the addresses of the new hosts are cached, which is apart from the MX',
  expected: 'no longer than the low TTL, for hosts whose records are in the same zone',
  consequence: 'Another address for this host takes as long to spread, whatever the TTL of the MX.',
  refs: ['RFC 2181 5.2', 'RFC 5321 5.1'],
};

export const hostChecks: readonly Catalogued[] = [
  resolves,
  notCname,
  notPrivate,
  addressTtl,
  ...setChecks,
  ...targetChecks,
];

const unknown = (host: MailHost, what: string): Verdict => ({
  outcome: 'could-not-test',
  subject: displayName(host.host),
  summary: `${what} of ${displayName(host.host)} could not be asked for.`,
  observed: host.observed,
  remedy: 'Let this machine reach DNS servers (authority.lookups), then check again.',
});

const isFour = ({ address }: HostAddress): boolean => !address.includes(':');

export function resolvesVerdict(host: MailHost): Verdict {
  const subject = displayName(host.host);
  const { observed } = host;
  // Most senders come by IPv4: where that is not known it is not known who hears them.
  const known = host.unanswered.length === 0 || host.addresses.some(isFour);
  if (host.addresses.length > 0 && known) {
    const list = host.addresses.map(({ address }) => address).join(', ');
    return { outcome: 'pass', subject, summary: `${subject} has ${list}.`, observed };
  }
  if (host.unanswered.length > 0) return unknown(host, 'The addresses');
  return {
    ...{ outcome: 'bad', subject, observed },
    summary: `${subject} has neither A nor AAAA: senders would return the mail, not try again.`,
    remedy: host.own
      ? 'Add its address records to the zone, or to `prepare`, and check again.'
      : 'See whether the name is what the provider shows for this domain, and correct it.',
  };
}

function aliasVerdict(host: MailHost): Verdict {
  const subject = displayName(host.host);
  const { observed, alias } = host;
  if (alias !== null)
    return {
      ...{ outcome: 'bad', subject, observed },
      // Whoever uses a provider's name cannot mend it; most senders follow the alias.
      ...(host.own ? {} : { severity: 'warning' as const }),
      summary: `The MX points to an alias: ${subject} is a CNAME to ${displayName(alias)}, and some senders refuse that.`,
      remedy: host.own
        ? `Give ${subject} addresses of its own, or name ${displayName(alias)} in the MX.`
        : 'Ask the provider for a host name that is no alias.',
    };
  if (host.addresses.length === 0 && host.unanswered.length > 0)
    return {
      ...unknown(host, 'Whether there is an alias in place'),
      ...(host.own ? {} : { severity: 'warning' as const }),
    };
  return { outcome: 'pass', subject, summary: `${subject} is no alias.`, observed };
}

function privateVerdict(host: MailHost, { policy }: Plan): Verdict {
  const subject = displayName(host.host);
  if (isLiteral(host.host))
    return {
      ...{ outcome: 'bad', subject, observed: subject },
      summary: `The MX names the address ${subject}; it must name a host.`,
      remedy: 'Give the address a name with an A or AAAA record, and write that name.',
    };
  const odd = host.addresses.flatMap(({ address }) => {
    const why = whyNobody(address) ?? whyNotPublic(address);
    return why === null ? [] : [`${address} is ${why}`];
  });
  const observed = host.addresses.map(({ address }) => address).join(', ') || host.observed;
  if (odd.length > 0 && policy.mail?.allowPrivate !== true)
    return {
      ...{ outcome: 'bad', subject, observed },
      summary: `${subject} cannot be reached from the Internet: ${odd.join('; ')}.`,
      remedy:
        'Write the public address of the host; in a closed network set checks.smtp.allowPrivate.',
    };
  if (host.addresses.length === 0 && host.unanswered.length > 0)
    return unknown(host, 'The addresses');
  const summary =
    odd.length > 0
      ? `${subject} has addresses of a closed network, and the configuration allows them.`
      : `${subject} is a name, and none of its addresses is private.`;
  return { outcome: 'pass', subject, summary, observed };
}

/** The TTL that the swap leaves on what it writes. */
function lowTtl({ tracks, policy }: Plan): number {
  const lows = tracks.filter(({ swapped }) => swapped).map(track => valueAt(track, LOW)?.ttl);
  return Math.max(policy.ttl.low, ...lows.map(ttl => ttl ?? 0));
}

function ttlVerdict(host: MailHost, plan: Plan): Verdict {
  const subject = displayName(host.host);
  const { observed } = host;
  const ttl = Math.max(0, ...host.addresses.map(one => one.ttl));
  if (host.addresses.length === 0) {
    const summary = `${subject} has no address whose TTL could be seen.`;
    return { outcome: 'skipped', subject, summary, observed };
  }
  if (!host.own || ttl <= lowTtl(plan)) {
    const whose = host.own ? '' : ', as its own zone says';
    const summary = `The addresses of ${subject} are cached for ${inSeconds(ttl)}${whose}.`;
    return { outcome: 'pass', subject, summary, observed };
  }
  return {
    ...{ outcome: 'told', subject, observed },
    summary: `The addresses of ${subject} are cached for ${inSeconds(ttl)}: to change one later takes as long.`,
    remedy: `Lower the TTL of its A and AAAA records to ${lowTtl(plan)} while the move goes on.`,
  };
}

/** Each verdict with trouble, or a single one when all is well. */
function told(plan: Plan, check: Catalogued, verdicts: readonly Verdict[]): readonly Finding[] {
  const findings = verdicts.map(verdict => findingOf(check, verdict, plan));
  const trouble = findings.filter(({ status }) => status !== 'pass' && status !== 'skipped');
  if (trouble.length > 0 || findings.length < 2) return trouble.length > 0 ? trouble : findings;
  const [first] = verdicts;
  const observed = verdicts.map(one => `${one.subject}: ${one.observed}`).join('; ');
  const summary = `${count(verdicts.length, 'host')} looked at: ${verdicts.map(({ subject }) => subject).join(', ')}.`;
  const outcome = first?.outcome ?? 'pass';
  return [
    findingOf(check, { outcome, subject: displayName(plan.domain), summary, observed }, plan),
  ];
}

const once = (plan: Plan, summary: string, observed: string): readonly Finding[] => {
  const subject = displayName(plan.domain);
  return [findingOf(resolves, { outcome: 'skipped', subject, summary, observed }, plan)];
};

/** What DNS says of the hosts that mail is to go to. */
export async function hostFindings(input: MailInput): Promise<readonly Finding[]> {
  const { plan } = input;
  const { mail } = plan.policy;
  if (mail === undefined) return [];
  if (!mail.ask)
    return once(
      plan,
      'Not looked at: mail hosts are not asked (checks.smtp), and so nothing is said about them.',
      'checks.smtp is off, or left out beside authority.replace',
    );
  const names = comingHosts(input);
  if (names.length === 0)
    return once(plan, 'The plan sends mail to no host that it names.', 'no MX host is written');
  const hosts = await Promise.all(names.map(async host => lookAtHost(input, host)));
  const named = hosts.filter(({ host }) => !isLiteral(host));
  return [
    ...told(plan, resolves, named.map(resolvesVerdict)),
    ...told(plan, notCname, named.map(aliasVerdict)),
    ...told(
      plan,
      notPrivate,
      hosts.map(host => privateVerdict(host, plan)),
    ),
    ...told(
      plan,
      addressTtl,
      named.map(host => ttlVerdict(host, plan)),
    ),
    ...setFindings(input, hosts),
    ...(await targetFindings(input, hosts)),
  ];
}
