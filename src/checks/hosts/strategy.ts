import { type Finding } from '../../cutover/finding.ts';
import { pivotsOf, type Pivot } from '../../cutover/strategy.ts';
import { type Plan } from '../../cutover/plan.ts';
import { displayName } from '../../dns/name.ts';
import { recipientReceived } from '../../mail/reception.ts';
import { type Catalogued, findingOf, type Verdict } from '../check.ts';
import { type MailInput } from '../input.ts';
import { looksOf, type SmtpFacts } from '../smtp/looks.ts';

const staged: Catalogued = {
  id: 'staged-preferences',
  family: 'hosts',
  severity: 'warning',
  what: 'preferences are staged only where both ends reach the same mailboxes (strategy: staged)',
  expected: 'a direct swap, unless the move has to be tried on real mail first',
  consequence:
    'From the first step on both sides get mail: spammers aim at the worst preference, and whenever the best host defers, real mail goes to the other. All hosts must pass MTA-STS and DANE at once, and each step spreads anew.',
  refs: ['RFC 5321 5.1'],
};

const routes: Catalogued = {
  id: 'pivot-gateway-routes',
  family: 'people',
  severity: 'warning',
  what: 'of a gateway that mail goes through, somebody attests that it hands on',
  expected: 'a sentence in attest that somebody ticks at the gate',
  consequence:
    'What the gateway takes and cannot hand on is queued there for days, and nobody here sees it.',
  refs: ['RFC 5321 3.7.2'],
};

const unknown: Catalogued = {
  id: 'pivot-gateway-refuses-unknown',
  family: 'smtp',
  severity: 'warning',
  what: 'a gateway that mail goes through refuses a recipient that nobody has; asked at a gate only',
  expected: 'a refusal of RCPT, by a list of recipients or a question to the host behind',
  consequence:
    'It takes mail for everybody and returns what the host behind refuses: bounces go to forged senders, and it is blocked for them.',
  refs: ['RFC 5321 6.1', 'RFC 3834 4'],
};

/** The checks of how sets follow each other; told only where a plan does more than a direct swap. */
export const strategyChecks: readonly Catalogued[] = [staged, routes, unknown];

const gateways = ({ hosts }: Pivot): string => hosts.map(displayName).join(', ');

function stagedVerdict({ domain, steps }: Plan): Verdict {
  return {
    ...{ outcome: 'told', subject: displayName(domain), observed: 'sameBackend: true' },
    summary: `Preferences are flipped in ${String(steps.length)} steps, and both sides get mail meanwhile. Nothing turns sooner for it: caches hold the set as a whole, and each step waits for them.`,
    remedy:
      'Make sure that a message to either side reaches the same mailbox; some providers, Microsoft 365 among them, support no second MX.',
  };
}

function routesVerdict(plan: Plan, pivot: Pivot): Verdict {
  const subject = plan.steps[pivot.step] ?? '';
  const { attest } = plan.policy;
  const observed = attest.length === 0 ? 'no sentence to attest' : `attest: ${attest.join('; ')}`;
  const name = displayName(plan.domain);
  const who = gateways(pivot);
  if (attest.length > 0)
    return {
      ...{ outcome: 'pass', subject, observed },
      summary: `Mail goes through ${who}; somebody attests to what no probe can see.`,
    };
  return {
    ...{ outcome: 'bad', subject, observed },
    summary: `Step ${subject} sends all mail through ${who}. No probe sees whether it hands on to the host with the mailboxes, and whether that host takes mail from its addresses.`,
    remedy: `Set the route of ${name} there, let the host behind take mail from the gateway (a connector by address or certificate), send a message through, and add to attest: 'mail through the gateway arrives'.`,
  };
}

function unknownVerdict(facts: SmtpFacts, pivot: Pivot): Verdict {
  const subject = gateways(pivot);
  const answers = looksOf(facts, 'new')
    .filter(({ seen }) => pivot.hosts.includes(seen.host))
    .flatMap(({ conversation, subject: place }) =>
      conversation.recipients
        .filter(({ kind }) => kind === 'random')
        .map(asked => ({ place, ...recipientReceived(asked, conversation) })),
    );
  const observed = answers.map(({ place, said }) => `${place}: ${said}`).join('; ');
  if (answers.length === 0)
    return {
      ...{ outcome: 'skipped', subject, observed: 'nobody was asked' },
      summary: 'A recipient that nobody has is asked for at the gate of the step only.',
    };
  if (answers.some(({ reception }) => reception === 'accepts'))
    return {
      ...{ outcome: 'bad', subject, observed },
      summary: `The gateway ${subject} accepts a recipient that nobody has.`,
      remedy: 'Give it the list of recipients, or let it ask the host behind before it accepts.',
    };
  const refused = answers.every(({ reception }) => reception === 'unknown-recipient');
  return refused
    ? {
        ...{ outcome: 'pass', subject, observed },
        summary: `The gateway ${subject} refuses a recipient that nobody has.`,
      }
    : {
        ...{ outcome: 'could-not-test', subject, observed },
        summary: `What the gateway ${subject} makes of a recipient that nobody has could not be told.`,
        remedy: 'Check again, or probe it from elsewhere.',
      };
}

/** Every finding about how the sets follow each other; none of a direct swap. Throws ABORTED only. */
export async function strategyFindings(input: MailInput): Promise<readonly Finding[]> {
  const { plan, step, gate, clock } = input;
  const found: Finding[] = [];
  if (plan.policy.strategy === 'staged') found.push(findingOf(staged, stagedVerdict(plan), plan));
  const pivots = pivotsOf(plan).filter(pivot => (gate ? pivot.step === step : pivot.step >= step));
  for (const pivot of pivots) {
    found.push(findingOf(routes, routesVerdict(plan, pivot), plan));
    if (plan.policy.mail?.ask !== true) continue;
    const probed = await input.probed();
    if (probed === null) continue;
    const facts = { plan, probed, gate, strict: new Map(), now: clock.now().wall };
    found.push(findingOf(unknown, unknownVerdict(facts, pivot), plan));
  }
  return found;
}
