import { meanings } from '../../mail/meaning.ts';
import { isFamilyHeard } from '../../mail/probed.ts';
import { type Catalogued, type Verdict } from '../check.ts';
import { against, good } from './domain.ts';
import {
  decisive,
  fine,
  looksOf,
  nobody,
  type SmtpFacts,
  type SmtpLook,
  subjectsDo,
  troubleOr,
  unasked,
} from './looks.ts';

export const oldCheck: Catalogued = {
  id: 'old-mx-still-accepts',
  family: 'smtp',
  severity: 'warning',
  what: 'the hosts that mail goes to now still take it',
  expected: '250 to RCPT',
  consequence: 'Mail is bouncing now, and a rollback would lead to a host that takes nothing.',
  refs: ['RFC 5321 3.3'],
};

function oldVerdict({ probed }: SmtpFacts, { seen, subject, observed }: SmtpLook): Verdict {
  const { reception, said, address } = seen;
  const { says } = meanings[reception];
  if (good.includes(reception))
    return { outcome: 'pass', subject, observed, summary: `${subject} ${says}.` };
  const reachable =
    probed.round.egress === 'open' && (reception !== 'silent' || isFamilyHeard(probed, address));
  const away = ['closed', 'silent', 'greeting-refuses'].includes(reception) && reachable;
  const outcome = away || against.includes(reception) ? 'bad' : 'could-not-test';
  const words = said === '' ? '' : ` It said: ${said}`;
  return {
    ...{ outcome, subject, observed },
    summary:
      outcome === 'bad'
        ? `${subject}, where mail goes now, ${says}.${words}`
        : `Whether ${subject} still takes mail could not be tested: it ${says}.${words}`,
    remedy:
      outcome === 'bad'
        ? 'Mend the old host first: it takes mail until the last cache has turned, and a rollback needs it.'
        : (meanings[reception].remedy ?? 'Probe it from elsewhere.'),
  };
}

export function oldVerdicts(facts: SmtpFacts): readonly Verdict[] {
  const looks = decisive(looksOf(facts, 'old'));
  const verdicts = [...looks.map(look => oldVerdict(facts, look)), ...unasked(facts, 'old')];
  if (verdicts.length === 0)
    return [nobody(facts.plan, 'No host of today is left by this step, so there is none to ask.')];
  return troubleOr(verdicts, fine(looks, `${subjectsDo(looks, 'still take')} mail.`));
}
