import { type Finding } from '../../cutover/finding.ts';
import { type Coexistence } from '../../cutover/order.ts';
import { displayName } from '../../dns/name.ts';
import { type RecipientAsked } from '../../mail/conversation.ts';
import { meanings } from '../../mail/meaning.ts';
import { type Reception } from '../../mail/probe.ts';
import { recipientReceived } from '../../mail/reception.ts';
import { oneLine } from '../../mail/reply.ts';
import { type Catalogued, findingOf, type Verdict } from '../check.ts';
import { type MailInput } from '../input.ts';
import { decisive, looksOf, type SmtpFacts, type SmtpLook, troubleOr } from './looks.ts';

const acceptsBoth: Catalogued = {
  id: 'coexistence-accepts-both',
  family: 'smtp',
  severity: 'blocker',
  what: 'in a coexistence each side accepts somebody whose mailbox is on the other',
  expected: '250 to RCPT at the old and the new hosts, for the recipients on either side',
  consequence: 'Mail for people on one side bounces whenever it arrives at the other.',
  refs: ['RFC 5321 3.3'],
};

const oneAuthoritative: Catalogued = {
  id: 'coexistence-one-authoritative',
  family: 'smtp',
  severity: 'blocker',
  what: 'in a coexistence exactly one side, the declared one, refuses a recipient that nobody has; asked at a gate only',
  expected: 'a refusal by the authoritative side, and 250 by the one that hands on to it',
  consequence:
    'Where no side refuses, mail for nobody goes to and fro until it is given up; where both do, people whom one side does not list lose their mail.',
  refs: ['RFC 5321 6.3', 'RFC 3463 3.5'],
};

const noLoop: Catalogued = {
  id: 'coexistence-no-loop',
  family: 'smtp',
  severity: 'blocker',
  what: 'in a coexistence no host answers that mail for the domain goes round in circles',
  expected: 'no 5.4.6, 5.4.14 or too many hops',
  consequence: 'Each side hands the mail to the other until it is given up and returned.',
  refs: ['RFC 5321 6.3', 'RFC 3463 3.5'],
};

/** The checks of a domain that both sides serve; told only where a coexistence is declared. */
export const coexistenceChecks: readonly Catalogued[] = [acceptsBoth, oneAuthoritative, noLoop];

const sides = ['old', 'new'] as const;
type Side = (typeof sides)[number];

/** What one address made of one recipient. */
interface Answer {
  readonly side: Side;
  readonly subject: string;
  readonly asked: RecipientAsked;
  readonly reception: Reception;
  readonly said: string;
  readonly observed: string;
}

function answersAt(side: Side, { conversation, subject }: SmtpLook): readonly Answer[] {
  return conversation.recipients.map(asked => {
    const { reception, said } = recipientReceived(asked, conversation);
    const to = `${subject}, RCPT TO:<${oneLine(asked.address)}>`;
    return { side, subject, asked, reception, said, observed: `${to}: ${said || reception}` };
  });
}

const answersOf = (facts: SmtpFacts): readonly Answer[] =>
  sides.flatMap(side => decisive(looksOf(facts, side)).flatMap(look => answersAt(side, look)));

const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

/** What refuses this recipient for good, whatever the reason. */
const refuses: readonly Reception[] = [
  ...(['unknown-recipient', 'not-provisioned', 'no-licence', 'wrong-region', 'refuses'] as const),
];

const untold = (facts: SmtpFacts, side: Side, what: string): Verdict => ({
  ...{ outcome: 'could-not-test', subject: `${side} hosts of ${displayName(facts.plan.domain)}` },
  summary: `Nobody of the ${side} side could be asked ${what}.`,
  observed: 'no host answered',
  remedy: 'See smtp-port-open and probe-egress-25; probe from elsewhere.',
});

function acceptVerdict(answer: Answer, home: Side): Verdict {
  const { asked, reception, said, observed, side } = answer;
  const who = oneLine(asked.address);
  const subject = `${who} at ${answer.subject}`;
  if (reception === 'accepts')
    return { outcome: 'pass', subject, observed, summary: `${answer.subject} accepts ${who}.` };
  const lives = side === home ? 'here' : `on the ${home} side`;
  if (refuses.includes(reception) || reception === 'loops')
    return {
      ...{ outcome: 'bad', subject, observed },
      summary: `${answer.subject} does not take mail for ${who}, whose mailbox is ${lives}. It said: ${said}`,
      remedy:
        side === home
          ? 'Create the mailbox, or name somebody else who lives there.'
          : `Let the ${side} side hand mail for those it does not have to the ${home} side (internal relay, shared address space), and list them there.`,
    };
  return {
    ...{ outcome: 'could-not-test', subject, observed },
    summary: `Whether ${answer.subject} takes mail for ${who} could not be tested: it ${meanings[reception].says}.`,
    remedy: meanings[reception].remedy ?? 'Check again, or probe it from elsewhere.',
  };
}

function acceptVerdicts(
  facts: SmtpFacts,
  { recipientOnOld, recipientOnNew }: Coexistence,
): readonly Verdict[] {
  const answers = answersOf(facts);
  const homes = [
    { address: recipientOnOld, home: 'old' },
    { address: recipientOnNew, home: 'new' },
  ] as const;
  const verdicts = homes.flatMap(({ address, home }) =>
    sides.flatMap((side): readonly Verdict[] => {
      const mine = answers.filter(one => one.side === side && same(one.asked.address, address));
      return mine.length === 0
        ? [untold(facts, side, `for ${oneLine(address)}`)]
        : mine.map(answer => acceptVerdict(answer, home));
    }),
  );
  return troubleOr(verdicts, {
    ...{ outcome: 'pass', subject: displayName(facts.plan.domain) },
    summary: 'Both sides accept the recipients of either.',
    observed: verdicts.map(({ observed }) => observed).join('; '),
  });
}

/** Does a side refuse whom nobody has? Null: that could not be told. */
function refusesUnknown(answers: readonly Answer[]): boolean | null {
  if (answers.length === 0) return null;
  if (answers.every(({ reception }) => reception === 'accepts')) return false;
  return answers.every(({ reception }) => refuses.includes(reception)) ? true : null;
}

function authorityVerdict(facts: SmtpFacts, { authoritative }: Coexistence): Verdict {
  const subject = displayName(facts.plan.domain);
  if (!facts.gate)
    return {
      ...{ outcome: 'skipped', subject, observed: 'nobody was asked' },
      summary: 'A recipient that nobody has is asked for at the gate of a step only.',
    };
  const answers = answersOf(facts).filter(({ asked }) => asked.kind === 'random');
  const [old, fresh] = sides.map(side =>
    refusesUnknown(answers.filter(answer => answer.side === side)),
  );
  const observed = answers.map(one => one.observed).join('; ') || 'no host answered';
  if (old === null || fresh === null || old === undefined || fresh === undefined)
    return {
      ...{ outcome: 'could-not-test', subject, observed },
      summary: 'Which side refuses a recipient that nobody has could not be told.',
      remedy: 'Check again, or ask both sides from elsewhere.',
    };
  const declared = authoritative === 'old' ? old && !fresh : fresh && !old;
  if (declared)
    return {
      ...{ outcome: 'pass', subject, observed },
      summary: `The ${authoritative} side refuses a recipient that nobody has; the other hands it on.`,
    };
  const other = authoritative === 'old' ? 'new' : 'old';
  const summary =
    old === fresh
      ? `${old ? 'Both sides refuse' : 'No side refuses'} a recipient that nobody has.`
      : `The ${other} side refuses a recipient that nobody has, and the ${authoritative} side, which is declared to be authoritative, accepts it.`;
  return {
    ...{ outcome: 'bad', subject, observed, summary },
    remedy: `Let the ${authoritative} side refuse unknown recipients, and let the ${other} side take and hand on what it does not know; or correct coexistence.authoritative.`,
  };
}

function loopVerdicts(facts: SmtpFacts): readonly Verdict[] {
  const subject = displayName(facts.plan.domain);
  const answers = answersOf(facts);
  if (answers.length === 0)
    return [{ ...untold(facts, 'old', 'whether mail goes round in circles'), subject }];
  const verdicts = answers
    .filter(({ reception }) => reception === 'loops')
    .map((answer): Verdict => ({
      ...{ outcome: 'bad', observed: answer.observed },
      subject: `${oneLine(answer.asked.address)} at ${answer.subject}`,
      summary: `${answer.subject} says that mail for ${oneLine(answer.asked.address)} goes round in circles: ${answer.said}`,
      remedy:
        'Let each side hand on by a fixed route to the other, never by the MX, and let one of them refuse whom nobody has.',
    }));
  return troubleOr(verdicts, {
    ...{ outcome: 'pass', subject, observed: answers.map(one => one.observed).join('; ') },
    summary: 'No host speaks of a loop.',
  });
}

/** Judges one look at both sides; empty where no coexistence is declared. */
export function judgeCoexistence(facts: SmtpFacts): readonly Finding[] {
  const { plan } = facts;
  const { coexistence } = plan.policy;
  if (coexistence === undefined) return [];
  const tell = (check: Catalogued, verdicts: readonly Verdict[]): readonly Finding[] =>
    verdicts.map(verdict => findingOf(check, verdict, plan));
  return [
    ...tell(acceptsBoth, acceptVerdicts(facts, coexistence)),
    ...tell(oneAuthoritative, [authorityVerdict(facts, coexistence)]),
    ...tell(noLoop, loopVerdicts(facts)),
  ];
}

/** Every finding about a coexistence. Throws ABORTED only. */
export async function coexistenceFindings(input: MailInput): Promise<readonly Finding[]> {
  const { plan, gate, clock } = input;
  if (plan.policy.coexistence === undefined) return [];
  const probed = await input.probed();
  if (probed !== null)
    return judgeCoexistence({ plan, probed, gate, strict: new Map(), now: clock.now().wall });
  const skipped: Verdict = {
    ...{ outcome: 'could-not-test', subject: displayName(plan.domain) },
    ...{ observed: 'nobody was asked', remedy: 'Leave checks.smtp on, or accept this finding.' },
    summary: 'A coexistence is declared, and mail hosts are not asked (checks.smtp).',
  };
  return [findingOf(acceptsBoth, skipped, plan)];
}
