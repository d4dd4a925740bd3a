import { movedOwners } from '../../cutover/mail/hosts.ts';
import { type Plan } from '../../cutover/plan.ts';
import { isNullMx } from '../../dns/mx.ts';
import { displayName } from '../../dns/name.ts';
import { type RecipientAsked, type RecipientKind } from '../../mail/conversation.ts';
import { meanings } from '../../mail/meaning.ts';
import { type Reception } from '../../mail/probe.ts';
import { domainOf } from '../../mail/probed.ts';
import { recipientReceived } from '../../mail/reception.ts';
import { oneLine } from '../../mail/reply.ts';
import { type Catalogued, type Verdict } from '../check.ts';
import {
  decisive,
  fine,
  isReached,
  looksOf,
  namesNewHosts,
  nobody,
  type SmtpFacts,
  type SmtpLook,
  subjectsDo,
  troubleOr,
  unasked,
} from './looks.ts';
import { unheardOf } from './unheard.ts';

export const domainCheck: Catalogued = {
  id: 'smtp-domain-accepted',
  family: 'smtp',
  severity: 'blocker',
  what: 'every new host takes mail for the domain',
  expected: '250 to RCPT, or a refusal of this one recipient',
  consequence: 'Every message to the domain would bounce from the moment of the swap.',
  refs: ['RFC 5321 3.3', 'RFC 5321 4.3.2'],
};

export const recipientsCheck: Catalogued = {
  id: 'smtp-recipients-exist',
  family: 'smtp',
  severity: 'warning',
  what: 'the new hosts accept the recipients of the configuration (checks.smtp.recipients)',
  expected: '250 to RCPT for each of them',
  consequence: 'Mail to whoever is not there yet bounces after the swap.',
  refs: ['RFC 5321 3.3'],
};

export const postmasterCheck: Catalogued = {
  id: 'smtp-postmaster',
  family: 'smtp',
  severity: 'warning',
  what: 'the new hosts accept mail for postmaster',
  expected: '250 to RCPT for postmaster',
  consequence: 'Nobody can tell you by mail that your mail does not work.',
  refs: ['RFC 5321 4.5.1'],
};

export const unknownCheck: Catalogued = {
  id: 'smtp-unknown-rejected',
  family: 'smtp',
  severity: 'info',
  what: 'the new hosts refuse a recipient that nobody has; asked at a gate only',
  expected: '550 to RCPT',
  consequence:
    'That recipients are accepted proves nothing there: it takes all of them, or hands them on.',
  refs: ['RFC 5321 3.3'],
};

export const relayCheck: Catalogued = {
  id: 'smtp-open-relay',
  family: 'smtp',
  severity: 'warning',
  what: 'the new hosts refuse mail for a domain of nobody; asked at a gate only',
  expected: 'a refusal to relay',
  consequence:
    'A host that relays for everybody is found within hours, sends spam for others, and is blocked by all.',
  refs: ['RFC 5321 3.6.2', 'RFC 2505 2.1'],
};

/** The domain is known there. */
export const good: readonly Reception[] = ['accepts', 'unknown-recipient'];
/** What speaks against the host, and not against now, against us, or against the network. */
export const against: readonly Reception[] = [
  ...(['not-provisioned', 'no-licence', 'wrong-region', 'refuses', 'loops'] as const),
];

const remedyOf = (reception: Reception) => {
  const { remedy } = meanings[reception];
  return remedy === null ? {} : { remedy };
};

/** Some hosts say of every recipient that it is unknown, of one in a domain that cannot exist as well. */
const knowsNobody = ({ seen, conversation }: SmtpLook): boolean =>
  seen.reception === 'unknown-recipient' &&
  conversation.recipients.some(
    asked =>
      asked.kind === 'foreign' &&
      recipientReceived(asked, conversation).reception === 'unknown-recipient',
  );

/** The server's own words stand in the summary: they are what its operator will look for. */
function domainVerdict(look: SmtpLook): Verdict {
  const { seen, subject, observed } = look;
  const { reception, said } = seen;
  const words = said === '' ? '' : ` It said: ${said}`;
  if (knowsNobody(look))
    return {
      ...{ outcome: 'could-not-test', subject, observed },
      summary: `Whether ${subject} takes mail for the domain could not be tested: it knows nobody of those who were asked for, and says the same of a domain that cannot exist.${words}`,
      remedy:
        'Have postmaster taken there, whom every domain must have, or plan with somebody in checks.smtp.recipients who has a mailbox there; then check again.',
    };
  const { says } = meanings[reception];
  if (good.includes(reception))
    return { outcome: 'pass', subject, observed, summary: `${subject} ${says}.` };
  const outcome = against.includes(reception) ? 'bad' : 'could-not-test';
  return {
    ...{ outcome, subject, observed, ...remedyOf(reception) },
    summary:
      outcome === 'bad'
        ? `${subject} ${says}.${words}`
        : `Whether ${subject} takes mail for the domain could not be tested: it ${says}.${words}`,
  };
}

/** Where the new set is a null MX that may be meant; whoever means it says so. */
function withoutHosts(plan: Plan): Verdict {
  const planned = plan.tracks.flatMap(track => track.positions.filter(value => value !== null));
  if (!planned.some(isNullMx)) return nobody(plan, 'The new set names no host.');
  const subject = displayName(plan.domain);
  return {
    ...{ outcome: 'bad', subject, observed: 'the plan: MX 0 .' },
    summary: `${subject} takes no mail at all after the swap: the new MX is \`0 .\`, and senders return everything at once.`,
    remedy: 'Write the hosts that are to take its mail; where none are, accept this finding.',
  };
}

export function domainVerdicts(facts: SmtpFacts): readonly Verdict[] {
  const looks = decisive(looksOf(facts, 'new'));
  const verdicts = [...looks.map(domainVerdict), ...unasked(facts, 'new')];
  if (!namesNewHosts(facts)) return [withoutHosts(facts.plan)];
  const asked = new Set(looks.flatMap(({ conversation }) => conversation.recipients.map(domainOf)));
  const owners = movedOwners(facts.plan).filter(name => asked.has(name));
  const names = owners.map(displayName).join(', ');
  const known = looks.every(({ seen }) => seen.reception === 'accepts');
  const words = known
    ? `${subjectsDo(looks, 'take')} mail for ${names}.`
    : `${subjectsDo(looks, 'know')} ${names}.`;
  return troubleOr(verdicts, fine(looks, words));
}

/** What came of one recipient at one address. */
interface Answer {
  readonly look: SmtpLook;
  readonly asked: RecipientAsked;
  readonly reception: Reception;
  readonly said: string;
}

function answersOf(facts: SmtpFacts, kind: RecipientKind): readonly Answer[] {
  const looks = looksOf(facts, 'new').filter(isReached);
  return looks.flatMap(look =>
    look.conversation.recipients
      .filter(asked => asked.kind === kind)
      .map(asked => ({ look, asked, ...recipientReceived(asked, look.conversation) })),
  );
}

const toldOf = ({ look, asked, said, reception }: Answer): string =>
  `${look.subject}, RCPT TO:<${oneLine(asked.address)}>: ${said === '' ? reception : said}`;

/** Whoever plans can still name somebody; at the gate only the host can be changed. */
const besides =
  'Have postmaster taken there, or name somebody in checks.smtp.recipients before the start: a host that knows nobody may prove nothing at the gate.';

/** A recipient that has to be there. Where the host takes nothing at all, another check says so. */
function existsVerdict(answer: Answer): Verdict {
  const { look, asked, reception, said } = answer;
  const [subject, observed] = [oneLine(asked.address), toldOf(answer)];
  if (reception === 'accepts')
    return { outcome: 'pass', subject, observed, summary: `${subject} is accepted.` };
  if (reception === 'unknown-recipient' || against.includes(reception))
    return {
      ...{ outcome: 'bad', subject, observed, ...remedyOf(reception) },
      summary: `${look.subject} does not accept ${subject}. It said: ${said}`,
    };
  return {
    ...{ outcome: 'could-not-test', subject, observed, ...remedyOf(reception) },
    summary: `Whether ${look.subject} accepts ${subject} could not be tested: it ${meanings[reception].says}.`,
  };
}

/** Each recipient once, with the worst that any address made of it. */
function worstOfEach(verdicts: readonly Verdict[]): readonly Verdict[] {
  const worst = new Map<string, Verdict>();
  for (const verdict of verdicts) {
    const known = worst.get(verdict.subject);
    if (known === undefined || (known.outcome !== 'bad' && verdict.outcome !== 'pass'))
      worst.set(verdict.subject, verdict);
  }
  return [...worst.values()];
}

function existVerdicts(facts: SmtpFacts, kind: 'listed' | 'postmaster'): readonly Verdict[] {
  const answers = answersOf(facts, kind);
  const { plan } = facts;
  if (kind === 'listed' && (plan.policy.mail?.recipients ?? []).length === 0)
    return [nobody(plan, 'No recipients are configured (checks.smtp.recipients).')];
  if (!namesNewHosts(facts)) return [nobody(plan, 'There is no new host to ask.')];
  if (answers.length === 0)
    return [
      {
        ...{ outcome: 'could-not-test', subject: displayName(plan.domain) },
        ...{ observed: 'no recipient was asked for', remedy: 'See smtp-port-open.' },
        summary: 'No new host could be asked for a recipient.',
      },
    ];
  const wanted = kind === 'listed' ? (plan.policy.mail?.recipients ?? []) : [];
  const unheard = unheardOf(facts, kind, wanted);
  const alone = (plan.policy.mail?.recipients ?? []).length === 0;
  const judged = answers.map(answer => {
    const verdict = existsVerdict(answer);
    return alone && answer.reception === 'unknown-recipient'
      ? { ...verdict, remedy: besides }
      : verdict;
  });
  const verdicts = worstOfEach([...judged, ...unheard]);
  const looks = answers.map(({ look }) => look);
  const words =
    kind === 'postmaster'
      ? `${subjectsDo(looks, 'accept')} postmaster.`
      : `${subjectsDo(looks, 'accept')} ${String(verdicts.length)} of ${String(verdicts.length)} recipients that were asked for.`;
  return troubleOr(verdicts, { ...fine(looks, words), observed: answers.map(toldOf).join('; ') });
}

export const recipientVerdicts = (facts: SmtpFacts): readonly Verdict[] =>
  existVerdicts(facts, 'listed');
export const postmasterVerdicts = (facts: SmtpFacts): readonly Verdict[] =>
  existVerdicts(facts, 'postmaster');

/** Recipients that have to be refused. Of the rest nothing follows: they may have been refused for another reason. */
function refusedVerdicts(
  facts: SmtpFacts,
  kind: 'random' | 'foreign',
  taken: (answer: Answer) => Verdict,
): readonly Verdict[] {
  const answers = answersOf(facts, kind);
  const unheard = facts.gate ? unheardOf(facts, kind, []) : [];
  if (answers.length + unheard.length === 0)
    return [nobody(facts.plan, 'Asked at the gate of a step only.')];
  const verdicts = answers.map((answer): Verdict => {
    const { look, reception } = answer;
    const [subject, observed] = [look.subject, toldOf(answer)];
    if (reception === 'accepts') return taken(answer);
    const refused = reception === 'unknown-recipient' || against.includes(reception);
    return refused
      ? { outcome: 'pass', subject, observed, summary: `${subject} refuses it.` }
      : {
          ...{ outcome: 'could-not-test', subject, observed, ...remedyOf(reception) },
          summary: `What ${subject} makes of such a recipient could not be tested: it ${meanings[reception].says}.`,
        };
  });
  const looks = answers.map(({ look }) => look);
  const what = kind === 'random' ? 'a recipient that nobody has' : 'mail for the domains of others';
  const words = `${subjectsDo(looks, 'refuse')} ${what}.`;
  return troubleOr([...verdicts, ...unheard], fine(looks, words));
}

export const unknownVerdicts = (facts: SmtpFacts): readonly Verdict[] =>
  refusedVerdicts(facts, 'random', answer => ({
    ...{ outcome: 'told', subject: answer.look.subject, observed: toldOf(answer) },
    summary: `${answer.look.subject} accepts a recipient that nobody has: a catch-all, or it hands mail on before it looks.`,
    remedy:
      'Look at the recipients in its own administration: from here they cannot be told apart.',
  }));

export const relayVerdicts = (facts: SmtpFacts): readonly Verdict[] =>
  refusedVerdicts(facts, 'foreign', answer => ({
    ...{ outcome: 'bad', subject: answer.look.subject, observed: toldOf(answer) },
    summary: `${answer.look.subject} takes mail for a domain of nobody from this machine: it relays.`,
    remedy:
      'Let it relay for its own networks only. If this machine is in one of those, ask from outside, and accept this finding.',
  }));
