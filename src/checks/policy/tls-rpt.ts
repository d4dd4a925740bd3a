import { type Finding } from '../../cutover/finding.ts';
import { displayName, isWithin, type Name, parseAnyName } from '../../dns/name.ts';
import { readTlsReporting, reportDomains } from '../../mail/tlsrpt.ts';
import { txtText } from '../../mail/txt.ts';
import { type Catalogued, findingOf, type Verdict } from '../check.ts';
import { type MailInput } from '../input.ts';
import { mxTracks } from './sts-facts.ts';

const present: Catalogued = {
  id: 'tlsrpt-present',
  family: 'policy',
  severity: 'info',
  what: 'senders are asked to report when TLS, MTA-STS or DANE keep them from delivering',
  expected: 'one v=TLSRPTv1 record at _smtp._tls, whose reports go elsewhere as well',
  consequence: 'Nobody hears of senders that refuse to deliver for the sake of TLS.',
  refs: ['RFC 8460 3'],
};

export const reportChecks: readonly Catalogued[] = [present];

const remedy =
  'Publish `v=TLSRPTv1; rua=mailto:…` at _smtp._tls before anything else, with a mailbox outside of the domain that moves.';

async function verdictOf(input: MailInput, owner: Name): Promise<Verdict> {
  const name = parseAnyName(`_smtp._tls.${owner}`);
  const subject = displayName(name);
  const said = await input.inquire(name, 'TXT');
  if (said.is === 'unanswered')
    return {
      ...{ outcome: 'could-not-test', subject, observed: said.why },
      summary: `Whether ${displayName(owner)} asks for reports about TLS could not be asked.`,
      remedy: 'Let this machine reach the servers of the zone, then check again.',
    };
  const read = readTlsReporting(said.is === 'found' ? said.rdata.map(txtText) : []);
  const observed = `${said.server}: ${read.is === 'record' ? read.to.join(', ').slice(0, 200) : read.is}`;
  if (read.is === 'none')
    return {
      ...{ outcome: 'told', subject, observed, remedy },
      summary: `${displayName(owner)} asks for no reports: they are the only signal when MTA-STS or DANE fail elsewhere.`,
    };
  if (read.is === 'void')
    return {
      ...{ outcome: 'told', subject, observed, remedy },
      summary: `Senders pass over what stands at ${subject}: ${read.why}.`,
    };
  const mailed = reportDomains(read.to);
  const inside = mailed.filter(domain => domain === displayName(owner));
  const elsewhere = inside.length < read.to.length;
  if (!elsewhere && isWithin(owner, input.plan.zone))
    return {
      ...{ outcome: 'told', subject, observed, remedy },
      summary: `Reports go to ${displayName(owner)} only, whose mail is what moves.`,
    };
  return { outcome: 'pass', subject, observed, summary: 'Senders report trouble with TLS.' };
}

export async function reportFindings(input: MailInput): Promise<readonly Finding[]> {
  const { plan } = input;
  if (plan.policy.mail?.ask !== true) return [];
  const verdicts = await Promise.all(mxTracks(plan).map(({ name }) => verdictOf(input, name)));
  return verdicts.map(verdict => findingOf(present, verdict, plan));
}
