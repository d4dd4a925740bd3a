import { type Finding } from '../../cutover/finding.ts';
import { type Plan } from '../../cutover/plan.ts';
import { type Mx } from '../../dns/mx.ts';
import { displayName, type Name } from '../../dns/name.ts';
import { limits } from '../../limits.ts';
import { odditiesOf, presetOfHost } from '../../mail/presets/presets.ts';
import { type Catalogued, findingOf, type Verdict } from '../check.ts';
import { type MailInput } from '../input.ts';
import { type MailHost } from './mail-hosts.ts';
import { type ComingSet, comingSets, setBefore } from './mx-sets.ts';
import { count } from '../words.ts';

const shape: Catalogued = {
  id: 'new-set-shape',
  family: 'hosts',
  severity: 'warning',
  what: 'the new set is what the provider documents, and senders can use all of it',
  expected: 'each host once, five addresses at most, and the hosts that the provider names',
  consequence: 'Some hosts of the set are never tried, or the provider does not support it.',
  refs: [
    'RFC 5321 5.1',
    'https://www.postfix.org/postconf.5.html#smtp_mx_address_limit',
    'https://learn.microsoft.com/exchange/mail-flow-best-practices/non-delivery-reports-in-exchange-online/fix-error-code-550-5-4-1-in-exchange-online',
  ],
};

const mixed: Catalogued = {
  id: 'old-and-new-mixed',
  family: 'hosts',
  // A plan that is started can only be abandoned: nobody could mend its sets while a TTL drains.
  first: true,
  severity: 'blocker',
  what: 'no set has hosts of the old side beside hosts of the new one, unless they are one mail system',
  expected: 'hosts of one side only, or the strategy `staged`',
  consequence:
    'Mail is split: which mailbox a message lands in depends on which host its sender tries first.',
  refs: ['RFC 5321 5.1'],
};

const current: Catalogued = {
  id: 'target-name-is-current',
  family: 'hosts',
  severity: 'blocker',
  what: 'a host whose name looks derived from the domain is the one that the provider gave it',
  expected: 'the name that the tenant shows for this domain',
  consequence: 'Mail goes to a host that is nobody’s, or to that of another domain.',
  refs: ['https://mwpro.co.uk/?p=19363 (MC1048624)'],
};

export const setChecks: readonly Catalogued[] = [shape, mixed, current];

/** Postfix tries so many addresses of a set, whichever they are. */
const ADDRESSES_TRIED = 5;

const shownSet = (set: readonly Mx[]): string =>
  set.map(({ preference, exchange }) => `${preference} ${displayName(exchange)}`).join(' | ') ||
  'nothing';

const where = ({ track, step }: ComingSet): string => `${track.key} ${step}`.trim();

/** What is not talked to is told: silence about it would read as if it were well. */
function untalked({ host, addresses }: MailHost): readonly string[] {
  const six = addresses.filter(({ address }) => address.includes(':')).length;
  const most = limits.probeAddresses;
  return Math.max(six, addresses.length - six) <= most
    ? []
    : [
        `${displayName(host)} has ${count(addresses.length, 'address', 'addresses')}; no more than ${most} of each family are talked to here.`,
      ];
}

/** What is odd about one set, a sentence each. */
function oddities(coming: ComingSet, hosts: readonly MailHost[]): readonly string[] {
  const { set, track } = coming;
  const names = set.map(({ exchange }) => exchange);
  const twice = [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
  const named = hosts.filter(({ host }) => names.includes(host));
  const many = named.flatMap(({ addresses }) => addresses).length;
  return [
    ...twice.map(name => `${displayName(name)} stands in the set more than once.`),
    ...(many > ADDRESSES_TRIED
      ? [
          `The hosts have ${many} addresses together; Postfix tries ${ADDRESSES_TRIED} of them at most.`,
        ]
      : []),
    ...named.flatMap(untalked),
    ...odditiesOf(set, track.name),
  ];
}

function shapeVerdict(coming: ComingSet, hosts: readonly MailHost[]): Verdict {
  const subject = where(coming);
  const observed = shownSet(coming.set);
  const odd = oddities(coming, hosts);
  if (odd.length > 0)
    return {
      ...{ outcome: 'bad', subject, observed, summary: odd.join(' ') },
      remedy: 'Write the set as the provider documents it, or accept this finding with a reason.',
    };
  const summary = `${count(coming.set.length, 'host')}, and nothing is odd about the set.`;
  return { outcome: 'pass', subject, summary, observed };
}

function mixedVerdict(coming: ComingSet, { policy }: Plan): Verdict {
  const subject = where(coming);
  const before = new Set(setBefore(coming.track).map(({ exchange }) => exchange));
  const kept = coming.set.filter(({ exchange }) => before.has(exchange));
  const observed = shownSet(coming.set);
  if (kept.length === 0 || kept.length === coming.set.length) {
    const summary = 'The set has hosts of one side only.';
    return { outcome: 'pass', subject, summary, observed };
  }
  const old = kept.map(({ exchange }) => displayName(exchange)).join(' ');
  if (policy.strategy === 'staged')
    return {
      ...{ outcome: 'told', severity: 'info', subject, observed },
      summary: `The set has ${old} of the old side beside new hosts: declared to be one mail system (sameBackend).`,
      remedy: 'Take it out once the new hosts have proven themselves.',
    };
  return {
    ...{ outcome: 'bad', subject, observed },
    summary: `The new set still contains ${old}: mail will split between the two sides.`,
    remedy:
      'Leave the old hosts out; where both sides reach the same mailboxes say so (strategy: staged with sameBackend).',
  };
}

/** Hosts whose provider names them after the domain, in a way that nobody outside can compute. */
function currentVerdict(host: MailHost, plan: Plan): Verdict {
  const subject = displayName(host.host);
  const { observed } = host;
  const preset = presetOfHost(host.host, plan.domain);
  const need = preset?.needs.find(({ key }) => key === 'mailExchange');
  if (host.own || preset === null || need === undefined) {
    const summary = `${subject} is not of a kind that providers derive from the domain.`;
    return { outcome: 'skipped', subject, summary, observed };
  }
  if (host.addresses.length > 0)
    return {
      ...{ outcome: 'pass', subject, observed },
      summary: `${preset.name} has a host ${subject}; whether it is that of ${displayName(plan.domain)} its answers to SMTP tell.`,
    };
  if (host.unanswered.length > 0)
    return {
      ...{ outcome: 'could-not-test', subject, observed },
      summary: `Whether ${preset.name} has a host ${subject} could not be asked.`,
      remedy: `Compare it with what the tenant shows: ${need.shownBy}.`,
    };
  return {
    ...{ outcome: 'bad', subject, observed },
    summary: `${subject} is not the MX of ${displayName(plan.domain)}: ${preset.name} has no such host, and its names cannot be computed.`,
    remedy: `Write the name that the tenant shows: ${need.shownBy}.`,
  };
}

/** Names that look like those of Microsoft 365, and are not of a form that it gives. */
const lookalike = (name: Name): boolean =>
  /\.(?:mail\.protection\.outlook\.com|mx\.microsoft)$/.test(displayName(name));

const odder = ({ host, observed }: MailHost): Verdict => ({
  ...{ outcome: 'bad', subject: displayName(host), observed },
  summary: `${displayName(host)} is of no form in which Microsoft 365 names the host of a domain.`,
  remedy: 'Write the name that the tenant shows (serviceConfigurationRecords, mailExchange).',
});

/** What is to be said about the sets themselves. */
export function setFindings(input: MailInput, hosts: readonly MailHost[]): readonly Finding[] {
  const { plan } = input;
  const sets = comingSets(input).filter(({ set }) => set.length > 0);
  const names = hosts.map(host => {
    const verdict = currentVerdict(host, plan);
    return verdict.outcome === 'skipped' && lookalike(host.host) ? odder(host) : verdict;
  });
  const derived = names.filter(({ outcome }) => outcome !== 'skipped');
  return [
    ...sets.map(set => findingOf(shape, shapeVerdict(set, hosts), plan)),
    ...sets.map(set => findingOf(mixed, mixedVerdict(set, plan), plan)),
    ...(derived.length > 0 ? derived : names.slice(0, 1)).map(verdict =>
      findingOf(current, verdict, plan),
    ),
  ];
}
