import { type Finding, type Severity } from '../../cutover/finding.ts';
import { displayName, type Name } from '../../dns/name.ts';
import { coveredBy, oneLabelWildcard, stretchedBy } from '../../mail/sts-match.ts';
import { type StsPolicy } from '../../mail/sts-policy.ts';
import { type Catalogued, findingOf, type Verdict } from '../check.ts';
import { type MailInput } from '../input.ts';
import {
  allHosts,
  type BodyAt,
  modeOf,
  mxTracks,
  policiesOf,
  recordName,
  type StsFacts,
  stsFacts,
} from './sts-facts.ts';
import { inSeconds } from '../words.ts';

const bodyServed: Catalogued = {
  id: 'mta-sts-body',
  family: 'policy',
  severity: 'blocker',
  what: 'every address of the policy host serves one valid MTA-STS policy, with a certificate that holds',
  expected:
    'HTTP 200 and text/plain over TLS with a valid certificate, no redirect, the same policy everywhere',
  consequence:
    'Senders go on with the policy that they have, for as long as its max_age says, and it knows nothing of the new hosts.',
  refs: ['RFC 8461 3.2', 'RFC 8461 3.3'],
  first: true,
};

const covers: Catalogued = {
  id: 'mta-sts-covers-new',
  family: 'policy',
  severity: 'blocker',
  what: 'the MTA-STS policy names every new host, and the old ones until they are closed',
  expected: 'an mx line that matches, for each host of the old and the new MX',
  consequence: 'Senders that enforce the policy must not deliver to a host that it does not name.',
  refs: ['RFC 8461 4.1', 'RFC 8461 5.1'],
  // The id is a prepare record, and must never come before the body (RFC 8461 3.1).
  first: true,
};

const depth: Catalogued = {
  id: 'mta-sts-wildcard-depth',
  family: 'policy',
  severity: 'warning',
  what: 'no host relies on a wildcard that would stand for more than one label',
  expected: 'wildcards that stand for exactly the leftmost label',
  consequence:
    'Some senders compare the end of the name and deliver; those that follow the RFC, Google among them, do not.',
  refs: ['RFC 8461 4.1', 'https://github.com/jklotzsche-msft/PS.MTA-STS/pull/33'],
};

/** Checks of the body: what must hold before the first write. */
export const policyBodyChecks: readonly Catalogued[] = [bodyServed, covers, depth];

const orderRemedy =
  'In this order: 1. a policy with mx lines for old and new hosts, mode and max_age as they are; 2. check again; 3. a new id in the TXT, as a prepare record; the swap comes after.';

/** Whoever only tests a policy delivers all the same. */
const severityBy = (mode: ReturnType<typeof modeOf>): Severity =>
  mode === 'testing' || mode === 'none' ? 'warning' : 'blocker';

const seen = ({ address, fetched, why }: BodyAt): string =>
  `${address}: ${fetched.is === 'fetched' && why === '' ? 'a valid policy' : why}`;

const observedOf = (facts: StsFacts): string =>
  [facts.observed, ...facts.bodies.map(seen)].join('; ');

/** Where nothing else is known of a server, it may be this machine that cannot reach it. */
const unreached = ({ fetched }: BodyAt): boolean =>
  fetched.is === 'failed' && (fetched.by === 'connect' || fetched.by === 'family');

function hostless(facts: StsFacts, why: { why: string; certain: boolean }): Verdict {
  const subject = displayName(facts.policyHost);
  return {
    ...{ outcome: why.certain ? 'bad' : 'could-not-test', subject, observed: observedOf(facts) },
    summary: `The policy of ${displayName(facts.owner)} cannot be fetched: ${why.why}.`,
    remedy: why.certain
      ? 'Give the policy host an address, and serve the policy there; to withdraw it serve `mode: none` first, and wait for its max_age.'
      : 'Let this machine reach the servers of that name, then check again.',
  };
}

/** Trouble of one address; null where it serves a policy, or only this machine lacks the way to it. */
function troubleAt(facts: StsFacts, at: BodyAt, severity: Severity): Verdict | null {
  const lacking = at.fetched.is === 'failed' && at.fetched.by === 'family';
  if (at.body?.is === 'policy' || (lacking && facts.bodies.some(one => one.body !== null)))
    return null;
  const host = displayName(facts.policyHost);
  const tls = at.fetched.is === 'failed' && at.fetched.by === 'tls';
  return {
    outcome: unreached(at) ? 'could-not-test' : 'bad',
    ...{ severity, subject: `${host} ${at.address}`, observed: observedOf(facts) },
    summary: `${host} at ${at.address} gives senders no policy: ${at.why}.`,
    remedy: unreached(at)
      ? 'See whether it answers at this address (port 443) and whether this machine may reach it.'
      : tls
        ? `Give the server a certificate for ${host} that the world trusts.`
        : `Serve the policy at https://${host}/.well-known/mta-sts.txt itself, as text/plain.`,
  };
}

const policyText = ({ mode, maxAge, mx }: StsPolicy): string =>
  `mode ${mode}, max_age ${inSeconds(maxAge)}, mx ${mx.slice(0, 10).join(' ')}${mx.length > 10 ? ' …' : ''}`;

function bodyVerdicts(facts: StsFacts): readonly Verdict[] {
  const subject = displayName(facts.policyHost);
  const observed = observedOf(facts);
  const owner = displayName(facts.owner);
  const { record, bodies, unresolved } = facts;
  if (record === null && bodies.length === 0 && unresolved === null)
    return [
      {
        ...{ outcome: 'could-not-test', subject, observed },
        summary: `Whether ${owner} has an MTA-STS policy could not be asked.`,
        remedy: 'Let this machine reach the servers of the zone, then check again.',
      },
    ];
  if (record?.is === 'none' && bodies.length === 0 && unresolved === null)
    return [
      {
        outcome: 'pass',
        subject,
        observed,
        summary: `${owner} has no MTA-STS: none is in the way.`,
      },
    ];
  if (unresolved !== null) return [hostless(facts, unresolved)];
  const severity = severityBy(modeOf(facts));
  const trouble = bodies.flatMap(at => troubleAt(facts, at, severity) ?? []);
  if (trouble.length > 0) return trouble;
  const policies = policiesOf(facts);
  if (policies.length > 1)
    return [
      {
        ...{ outcome: 'bad', severity, subject, observed },
        summary: `The addresses of ${subject} serve different policies: which one a sender gets is chance.`,
        remedy: 'Put the same policy on every server of the policy host.',
      },
    ];
  if (record?.is === 'void')
    return [
      {
        ...{ outcome: 'bad', severity: 'warning', subject: displayName(recordName(facts.owner)) },
        ...{ observed, consequence: 'Senders take up no policy, and keep to the one they have.' },
        summary: `The policy is served, and senders pass over the TXT that announces it: ${record.why}.`,
        remedy: 'Leave one record there: `v=STSv1; id=` and up to 32 letters and digits.',
      },
    ];
  const [policy] = policies;
  if (facts.forgotten && policy !== undefined)
    return [
      {
        ...{ outcome: 'bad', severity: 'warning', subject, observed },
        summary: `${subject} serves ${policyText(policy)}, and no TXT announces it: senders that took it up before keep to it for up to ${inSeconds(policy.maxAge)}.`,
        consequence:
          'Senders that still hold the policy do not deliver to a host that it does not name.',
        remedy: `Publish the TXT again with a new id, once the policy names every host. To withdraw a policy serve \`mode: none\` first.`,
      },
    ];
  const what = policy === undefined ? 'nothing' : policyText(policy);
  return [{ outcome: 'pass', subject, observed, summary: `${subject} serves ${what}.` }];
}

function coverVerdicts(facts: StsFacts, hosts: readonly Name[]): readonly Verdict[] {
  const subject = displayName(facts.owner);
  const observed = observedOf(facts);
  const mode = modeOf(facts);
  const severity = severityBy(mode);
  if (mode === 'unknown')
    return [
      {
        ...{ outcome: 'could-not-test', severity, subject, observed },
        summary: `No policy of ${subject} could be read: whether it names the hosts is not known.`,
        remedy: 'Mend what mta-sts-body says first.',
      },
    ];
  const policies = policiesOf(facts).filter(one => one.mode !== 'none');
  const missing = hosts.filter(host => policies.some(({ mx }) => !coveredBy(host, mx)));
  const [policy] = policies;
  if (policy === undefined)
    return [
      { outcome: 'pass', subject, observed, summary: `No policy binds the mail of ${subject}.` },
    ];
  const text = policyText(policy);
  if (missing.length === 0)
    return [
      { outcome: 'pass', subject, observed, summary: `The policy names every host: ${text}.` },
    ];
  return missing.map(host => ({
    ...{ outcome: 'bad', severity, subject: `${subject} ${displayName(host)}`, observed },
    summary: `The policy (${text}) does not match ${displayName(host)}.`,
    remedy: `Add \`mx: ${displayName(host)}\`. ${orderRemedy}`,
  }));
}

function depthVerdicts(facts: StsFacts, hosts: readonly Name[]): readonly Verdict[] {
  const subject = displayName(facts.owner);
  const observed = observedOf(facts);
  const patterns = policiesOf(facts).flatMap(({ mx }) => mx);
  const stretched = hosts.flatMap(host => {
    const pattern = coveredBy(host, patterns) ? null : stretchedBy(host, patterns);
    return pattern === null ? [] : [{ host: displayName(host), pattern }];
  });
  if (stretched.length === 0)
    return [
      {
        outcome: 'pass',
        subject,
        observed,
        summary: 'No host needs a wildcard of several labels.',
      },
    ];
  return stretched.map(({ host, pattern }) => ({
    ...{ outcome: 'bad', subject: `${subject} ${host}`, observed },
    summary: `${pattern} stands for one label only, and does not match ${host}.`,
    remedy: `Write \`mx: ${host}\` or \`mx: ${oneLabelWildcard(host)}\` besides.`,
  }));
}

/** What must hold of policies before anything is written, for each name whose MX moves. */
export async function policyBodyFindings(input: MailInput): Promise<readonly Finding[]> {
  const { plan } = input;
  if (plan.policy.mail?.ask !== true) return [];
  const each = await Promise.all(
    mxTracks(plan).map(async track => {
      const facts = await stsFacts(input, track.name);
      const hosts = allHosts(track);
      return [
        ...bodyVerdicts(facts).map(verdict => findingOf(bodyServed, verdict, plan)),
        ...coverVerdicts(facts, hosts).map(verdict => findingOf(covers, verdict, plan)),
        ...depthVerdicts(facts, hosts).map(verdict => findingOf(depth, verdict, plan)),
      ];
    }),
  );
  return each.flat();
}
