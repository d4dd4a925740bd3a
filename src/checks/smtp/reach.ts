import { displayName } from '../../dns/name.ts';
import { meanings } from '../../mail/meaning.ts';
import { isFamilyHeard } from '../../mail/probed.ts';
import { saidOf } from '../../mail/reply.ts';
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

export const egressCheck: Catalogued = {
  id: 'probe-egress-25',
  family: 'smtp',
  severity: 'warning',
  what: 'this machine can connect to port 25 of others, so that silence of a host is the silence of the host',
  expected: 'a greeting from a host that has nothing to do with the move',
  consequence:
    'Nothing can be said about mail hosts from here; that is no failure of the new host, and no proof for it.',
  refs: ['RFC 5321 4.5.4.2'],
};

export const portCheck: Catalogued = {
  id: 'smtp-port-open',
  family: 'smtp',
  severity: 'blocker',
  what: 'every address of the new hosts takes connections on the port of SMTP',
  expected: 'a connection within ten seconds',
  consequence: 'Mail waits with its senders, and comes back after days.',
  refs: ['RFC 5321 4.5.3.2', 'RFC 5321 4.5.4.1'],
};

export const bannerCheck: Catalogued = {
  id: 'smtp-banner',
  family: 'smtp',
  severity: 'blocker',
  what: 'the new hosts greet with 220',
  expected: '220',
  consequence:
    'Senders go to the next host, or return the mail: nothing is taken after such a greeting.',
  refs: ['RFC 5321 3.1', 'RFC 5321 4.3.1'],
};

const otherPlace =
  'Run dns-cutover probe on a machine that may connect to port 25, let a person judge what it shows, and accept this finding.';

/** Can this machine judge at all? */
export function egressVerdicts({ probed, plan }: SmtpFacts): readonly Verdict[] {
  const { round, selfTest, addresses } = probed;
  const tried = [...addresses.map(({ conversation }) => conversation), ...selfTest];
  const observed =
    tried
      .map(({ host, address, end, banner }) => {
        const what = banner === null ? end : `greeted with ${String(banner.code)}`;
        return `${displayName(host)} (${address}): ${what}`;
      })
      .join('; ') || 'nobody was asked';
  const subject = round.vantage;
  if (round.egress === 'open')
    return [
      {
        ...{ outcome: 'pass', subject, observed },
        summary: `${subject} reaches mail hosts of others.`,
      },
    ];
  if (tried.length === 0) return [nobody(plan, 'There was no mail host to connect to.')];
  return [
    {
      ...{ outcome: 'could-not-test', subject, observed, remedy: otherPlace },
      summary:
        round.egress === 'blocked'
          ? `Connections to the port of SMTP do not get out of ${subject}: mail hosts could not be tested.`
          : `Whether ${subject} reaches mail hosts of others is not known: nobody greeted.`,
    },
  ];
}

/** What is not reached may be the fault of this machine, unless somebody else is reached. */
function portVerdict(look: SmtpLook, { probed }: SmtpFacts): Verdict {
  const { conversation, subject, observed, seen } = look;
  const { end, banner, detail, address } = conversation;
  if (banner !== null || !['closed', 'silent', 'cannot-tell'].includes(seen.reception))
    return { outcome: 'pass', subject, observed, summary: `${subject} takes connections.` };
  const { egress } = probed.round;
  if ((end === 'reset' || end === 'closed' || end === 'garbage') && egress !== 'blocked')
    return { outcome: 'pass', subject, observed, summary: `${subject} takes connections.` };
  const blind = egress === 'blocked' || end === 'no-family';
  const unsure = seen.reception === 'silent' && !isFamilyHeard(probed, address);
  // A firewall may refuse in the place of the host: where a host that is always there is not reached either.
  const barred = egress !== 'open' && probed.selfTest.length > 0;
  if (blind || unsure || barred)
    return {
      ...{ outcome: 'could-not-test', subject, observed, remedy: otherPlace },
      summary: `Whether ${subject} takes connections could not be tested from here: ${detail}.`,
    };
  const { remedy } = meanings[seen.reception];
  return {
    ...{ outcome: 'bad', subject, observed, summary: `${subject}: ${detail}.` },
    ...(remedy !== null && { remedy }),
  };
}

export function portVerdicts(facts: SmtpFacts): readonly Verdict[] {
  const looks = decisive(looksOf(facts, 'new'));
  const verdicts = [...looks.map(look => portVerdict(look, facts)), ...unasked(facts, 'new')];
  if (verdicts.length === 0) return [nobody(facts.plan, 'There is no new host to connect to.')];
  return troubleOr(verdicts, fine(looks, `${subjectsDo(looks, 'take')} connections.`));
}

function bannerVerdict(look: SmtpLook, { probed }: SmtpFacts): Verdict {
  const { conversation, subject, observed, seen } = look;
  const { banner, detail } = conversation;
  if (banner === null && probed.round.egress !== 'open')
    return {
      ...{ outcome: 'could-not-test', subject, observed, remedy: otherPlace },
      summary: `Whether ${subject} greets could not be tested, nobody greeted this machine: ${detail}.`,
    };
  if (banner === null)
    return {
      ...{ outcome: 'bad', subject, observed },
      summary: `${subject} did not greet: ${detail}.`,
      remedy: 'See whether a mail server listens there, and what it writes to its log.',
    };
  const said = saidOf(banner);
  if (banner.code === 220)
    return { outcome: 'pass', subject, observed, summary: `${subject} greets.` };
  const { remedy } = meanings[seen.reception];
  const could = ['blocks-us', 'defers'].includes(seen.reception);
  return {
    ...{ outcome: could ? 'could-not-test' : 'bad', subject, observed },
    summary: could
      ? `Whether ${subject} greets senders could not be tested, it said to us: ${said}`
      : `${subject} greets with a refusal, of everybody or of us: ${said}`,
    ...(remedy !== null && { remedy }),
  };
}

/** Whoever took the connection: those that did not are told of by the check of the port. */
export function bannerVerdicts(facts: SmtpFacts): readonly Verdict[] {
  const looks = looksOf(facts, 'new').filter(
    look => isReached(look) || ['reset', 'closed', 'garbage'].includes(look.conversation.end),
  );
  if (!namesNewHosts(facts)) return [nobody(facts.plan, 'There is no new host to connect to.')];
  if (looks.length === 0)
    return [
      {
        ...{ outcome: 'could-not-test', subject: displayName(facts.plan.domain) },
        ...{ summary: 'No new host could be connected to.', observed: 'no connection' },
        remedy: 'See smtp-port-open.',
      },
    ];
  const verdicts = looks.map(look => bannerVerdict(look, facts));
  return troubleOr(verdicts, fine(looks, `${subjectsDo(looks, 'greet')} with 220.`));
}
