import { type Finding } from '../../cutover/finding.ts';
import { LOW, type Track, valueAt } from '../../cutover/path.ts';
import { type Plan } from '../../cutover/plan.ts';
import { type Proven } from '../../cutover/validation.ts';
import { displayName, type Name, parseAnyName } from '../../dns/name.ts';
import { type Conversation } from '../../mail/conversation.ts';
import { type DaneVerdict, judgeDane, readTlsa, type Tlsa } from '../../mail/tlsa.ts';
import { type Catalogued, findingOf, type Verdict } from '../check.ts';
import { shownBy } from './dane-chain.ts';
import { type MailInput } from '../input.ts';
import { isLiteral } from '../hosts/mail-hosts.ts';
import { comingHosts } from '../hosts/mx-sets.ts';

const tlsaNew: Catalogued = {
  id: 'dane-tlsa-new',
  family: 'policy',
  severity: 'blocker',
  what: 'TLSA records of the new hosts match what the hosts present, or provably do not exist',
  expected: 'a TLSA that matches the certificate, or a denial that validates',
  consequence: 'Senders that check DANE defer all mail for this host, and return it in the end.',
  refs: ['RFC 7672 2.2', 'RFC 7672 3.1', 'RFC 7671'],
};

export const daneChecks: readonly Catalogued[] = [tlsaNew];

const SMTP = 25;

const tlsaName = (host: Name, port: number): Name => parseAnyName(`_${port}._tcp.${host}`);

/** What one address of the host makes of STARTTLS, held against the records. */
export function daneVerdictAt(
  records: readonly Tlsa[],
  { tls, at }: Conversation,
): DaneVerdict | null {
  if (tls === null) return null;
  if (tls.is === 'up') return judgeDane(records, shownBy(tls.certificate, { at, records }));
  const why = tls.is === 'not-offered' ? 'the host offers no STARTTLS' : 'STARTTLS fails';
  return { is: 'mismatch', why };
}

/** What is known of one host when its records are looked at. */
interface Scene {
  readonly host: Name;
  readonly plan: Plan;
  readonly conversations: readonly Conversation[];
}

const hexStart = (data: string): string => (data.length <= 16 ? data : `${data.slice(0, 16)}…`);

const recordText = ({ usage, selector, matching, data }: Tlsa): string =>
  `${usage} ${selector} ${matching} ${hexStart(data)}`;

/** Records that are there, or are to be, against what each address presents. */
function matched(
  { host, conversations }: Scene,
  {
    records,
    from,
    mend,
  }: { readonly records: readonly Tlsa[]; readonly from: string; readonly mend: string },
): Verdict {
  const subject = displayName(host);
  const said = conversations.map(one => ({
    address: one.address,
    verdict: daneVerdictAt(records, one),
  }));
  const words = said.map(({ address, verdict }) => `${address}: ${verdict?.is ?? 'no answer'}`);
  const observed = `${from}: ${records.map(recordText).join(' | ')}; ${words.join(', ') || 'nobody was talked to'}`;
  const known = said.flatMap(({ address, verdict }) =>
    verdict === null ? [] : [{ address, verdict }],
  );
  const bad = known.find(({ verdict }) => verdict.is === 'mismatch');
  if (bad?.verdict.is === 'mismatch')
    return {
      ...{ outcome: 'bad', subject, observed, remedy: mend },
      summary: `The TLSA of ${subject} does not match at ${bad.address}: ${bad.verdict.why}.`,
    };
  if (known.length === 0)
    return {
      ...{ outcome: 'could-not-test', subject, observed },
      summary: `${subject} has TLSA records, and its certificate could not be seen.`,
      remedy: 'Mend what keeps this machine from talking to the host, or probe it from elsewhere.',
    };
  const unusable = known.find(({ verdict }) => verdict.is === 'unusable');
  if (unusable?.verdict.is === 'unusable')
    return {
      ...{ outcome: 'bad', severity: 'warning', subject, observed },
      summary: `No TLSA of ${subject} is of use to senders: ${unusable.verdict.why}.`,
      consequence: 'Senders insist on TLS, and do not look whose certificate it is.',
      remedy: 'Publish `3 1 1` with the SHA-256 of the key instead (RFC 7672 3.1).',
    };
  return { outcome: 'pass', subject, observed, summary: `The TLSA of ${subject} matches.` };
}

const fixAt = (host: Name): string =>
  `Publish \`3 1 1\` of the key that ${displayName(host)} presents, before the MX names it; of a provider's host only the provider can.`;

/** What follows from how the address records validate: without signatures there is no DANE (RFC 7672 2.2.2). */
function withoutTlsa({ host }: Scene, said: Proven): Verdict | null {
  const subject = displayName(host);
  const observed = `A/AAAA: ${said.why}`;
  if (said.is === 'failing' || said.is === 'unanswered')
    return {
      ...{ outcome: 'could-not-test', subject, observed },
      summary: `Whether ${subject} lies in a signed zone could not be found out.`,
      remedy: 'Let this machine reach the servers of that zone (authority.lookups).',
    };
  if (said.security === 'bogus')
    return {
      ...{ outcome: 'bad', subject, observed },
      summary: `The addresses of ${subject} do not validate: ${said.why}.`,
      consequence: 'For everybody who validates the host has no address: mail waits, then returns.',
      remedy: 'Mend the signing of the zone of this host before its name stands in an MX.',
    };
  if (said.security === 'indeterminate')
    return {
      ...{ outcome: 'could-not-test', subject, observed },
      summary: `From here nobody can tell whether ${subject} lies in a signed zone: ${said.why}.`,
      remedy: 'Name resolvers that hand over signatures (authority.lookups), or a trust anchor.',
    };
  if (said.security === 'insecure')
    return {
      ...{ outcome: 'pass', subject, observed },
      summary: `${subject} lies in no signed zone: senders look for no TLSA.`,
    };
  return null;
}

function byAnswer(scene: Scene, said: Proven): Verdict {
  const { host } = scene;
  const subject = displayName(host);
  const observed = `TLSA: ${said.why}`;
  if (said.is === 'failing')
    return {
      ...{ outcome: 'bad', subject, observed },
      summary: `Questions for the TLSA of ${subject} fail: ${said.why}.`,
      consequence:
        'Senders that check DANE take a failed question for an attack: they defer all mail for this host.',
      remedy: 'Mend the servers of that zone, or ask the provider for a host without this trouble.',
    };
  if (said.is === 'unanswered')
    return {
      ...{ outcome: 'could-not-test', subject, observed },
      summary: `The TLSA of ${subject} could not be asked for.`,
      remedy: 'Let this machine reach the servers of that zone, then check again.',
    };
  if (said.security === 'bogus')
    return {
      ...{ outcome: 'bad', subject, observed },
      summary: `The answer about the TLSA of ${subject} does not validate: ${said.why}.`,
      consequence:
        'Validating resolvers answer SERVFAIL, and senders that check DANE defer all mail for this host.',
      remedy: 'Mend the signing of that zone, then check again.',
    };
  if (said.security === 'indeterminate')
    return {
      ...{ outcome: 'could-not-test', subject, observed },
      summary: `From here nobody can tell whether the TLSA of ${subject} validates: ${said.why}.`,
      remedy: 'Name resolvers that hand over signatures (authority.lookups), or a trust anchor.',
    };
  if (said.is === 'absent')
    return { outcome: 'pass', subject, observed, summary: `${subject} provably has no TLSA.` };
  if (said.security === 'insecure')
    return {
      ...{ outcome: 'pass', subject, observed },
      summary: `The TLSA of ${subject} comes by an alias that nobody signed: senders pass over it.`,
    };
  const records = said.rdata.flatMap(rdata => readTlsa(rdata) ?? []);
  return matched(scene, { records, from: `${said.server}, validated`, mend: fixAt(host) });
}

/** What the plan makes of the TLSA of a host; null where it leaves it alone. */
const trackOf = ({ tracks }: Plan, name: Name): Track | null =>
  tracks.find(track => track.type === 'TLSA' && track.name === name) ?? null;

/** Records of the plan: they must come before the MX, and be right before they are written. */
function byPlan(
  scene: Scene,
  { track, places }: { track: Track; places: MailInput['places'] },
): Verdict | null {
  const subject = displayName(scene.host);
  if (track.swapped)
    return {
      ...{ outcome: 'bad', subject, observed: `${track.key} is written with the MX` },
      summary: `The TLSA of ${subject} would come with the MX: senders that learnt that there is none, or of another, do not see it yet.`,
      remedy: 'Put it under `prepare`: it is then written, seen and waited for before the MX.',
    };
  const records = (valueAt(track, LOW)?.rdata ?? []).flatMap(rdata => readTlsa(rdata) ?? []);
  if ((places[track.key] ?? 0) >= LOW || records.length === 0) return null;
  const mend = 'Correct the record in the plan, or the certificate of the host.';
  return matched(scene, { records, from: 'the plan', mend });
}

/** Present where one of the two is; the worse of them where both are. */
async function addressesOf({ prove }: Pick<MailInput, 'prove'>, host: Name): Promise<Proven> {
  const four = await prove(host, 'A');
  return four.is === 'absent' && four.security === 'secure' ? prove(host, 'AAAA') : four;
}

async function verdictOf(input: MailInput, host: Name): Promise<Verdict> {
  const { plan, places } = input;
  const probed = await input.probed();
  const conversations = (probed?.addresses ?? [])
    .map(({ conversation }) => conversation)
    .filter(one => one.host === host);
  const scene: Scene = { host, plan, conversations };
  const name = tlsaName(host, plan.policy.mail?.port ?? SMTP);
  const track = trackOf(plan, name);
  const planned = track === null ? null : byPlan(scene, { track, places });
  if (planned !== null) return planned;
  return (
    withoutTlsa(scene, await addressesOf(input, host)) ??
    byAnswer(scene, await input.prove(name, 'TLSA'))
  );
}

/** True where senders that check DANE insist on TLS for a host: its TLSA validates and is of use. */
export async function daneBinds(input: MailInput, host: Name): Promise<boolean> {
  const addresses = await addressesOf(input, host);
  if (addresses.is !== 'found' || addresses.security !== 'secure') return false;
  const said = await input.prove(tlsaName(host, input.plan.policy.mail?.port ?? SMTP), 'TLSA');
  return said.is === 'found' && said.security === 'secure';
}

/** Holds the TLSA records of the new hosts against what they present. */
export async function daneFindings(input: MailInput): Promise<readonly Finding[]> {
  const { plan } = input;
  if (plan.policy.mail?.ask !== true) return [];
  const hosts = comingHosts(input).filter(host => !isLiteral(host));
  const verdicts = await Promise.all(hosts.map(host => verdictOf(input, host)));
  return verdicts.map(verdict => findingOf(tlsaNew, verdict, plan));
}
