import { type CertificateSeen } from '../../mail/conversation.ts';
import { tlsWords } from '../../mail/meaning.ts';
import { oneLine, saidOf } from '../../mail/reply.ts';
import { type Severity } from '../../cutover/finding.ts';
import { type Catalogued, type Verdict } from '../check.ts';
import {
  fine,
  looksOf,
  namesNewHosts,
  nobody,
  type SmtpFacts,
  type SmtpLook,
  subjectsDo,
  subjectsOf,
  troubleOr,
} from './looks.ts';
import { iso } from '../words.ts';

export const starttlsCheck: Catalogued = {
  id: 'smtp-starttls',
  family: 'smtp',
  severity: 'warning',
  what: 'the new hosts offer STARTTLS, and it works; it stops the swap where a policy or TLSA records demand it',
  expected: 'STARTTLS offered, and a handshake with TLS 1.2 or later',
  consequence: 'Mail goes there unencrypted, and not at all from senders that must encrypt.',
  refs: ['RFC 3207 4', 'RFC 8461 4', 'RFC 7672 2.2'],
};

export const certificateCheck: Catalogued = {
  id: 'smtp-cert',
  family: 'smtp',
  severity: 'warning',
  what: 'the certificates of the new hosts hold: authority, dates, the name of the MX; it stops the swap where MTA-STS enforces',
  expected: 'a chain to a public authority, more than 14 days to go, and the name of the MX in it',
  consequence: 'Senders that verify certificates do not deliver; others do not notice.',
  refs: ['RFC 8461 4.2', 'RFC 6125 6.4'],
};

/** Renewals that failed should be seen before they hurt. */
const SOON_MS = 14 * 86_400_000;

/** Sessions that came as far as EHLO: earlier nobody speaks of TLS. */
const spoken = (facts: SmtpFacts): readonly SmtpLook[] =>
  looksOf(facts, 'new').filter(({ conversation }) => conversation.tls !== null);

function nothingSpoken(facts: SmtpFacts): Verdict {
  const { plan } = facts;
  if (!namesNewHosts(facts)) return nobody(plan, 'There is no new host to ask.');
  return {
    ...nobody(plan, 'No new host could be asked about TLS.'),
    ...{ outcome: 'could-not-test', remedy: 'See smtp-port-open and smtp-banner.' },
  };
}

/** Graver where senders are told to insist. */
function demanded({ strict }: SmtpFacts, { seen }: SmtpLook, by: readonly ('sts' | 'dane')[]) {
  const demands = (strict.get(seen.host) ?? []).filter(one => by.includes(one));
  const why = demands
    .map(one => (one === 'sts' ? 'the MTA-STS policy is enforce' : 'it has TLSA records'))
    .join(', and ');
  return {
    severity: (demands.length > 0 ? 'blocker' : 'warning') satisfies Severity,
    why: why === '' ? '' : `; ${why}: senders that obey do not deliver`,
  } as const;
}

function starttlsVerdict(facts: SmtpFacts, look: SmtpLook): Verdict {
  const { subject, observed, conversation } = look;
  const { tls } = conversation;
  if (tls === null || tls.is === 'up')
    return { outcome: 'pass', subject, observed, summary: `${subject} speaks TLS.` };
  const { severity, why } = demanded(facts, look, ['sts', 'dane']);
  const what =
    tls.is === 'not-offered'
      ? tlsWords.none
      : `${tlsWords.broken}: ${tls.is === 'failed' ? tls.why : tls.reply === null ? 'no answer' : saidOf(tls.reply)}`;
  return {
    ...{ outcome: 'bad', subject, severity, observed: `${observed}; STARTTLS: ${tls.is}` },
    summary: `${subject} ${what}${why}.`,
    remedy: 'Give the host a certificate and let it offer STARTTLS, with TLS 1.2 or later.',
  };
}

export function starttlsVerdicts(facts: SmtpFacts): readonly Verdict[] {
  const looks = spoken(facts);
  if (looks.length === 0) return [nothingSpoken(facts)];
  const verdicts = looks.map(look => starttlsVerdict(facts, look));
  return troubleOr(verdicts, fine(looks, `${subjectsDo(looks, 'speak')} TLS.`));
}

/** What is wrong with a certificate, all of it; null: nothing that is wrong now. */
function wrongWith(certificate: CertificateSeen, { now }: SmtpFacts): string | null {
  const { trusted, distrust, notBefore, notAfter, nameMatches, names } = certificate;
  const faults = [
    ...(trusted ? [] : [distrust ?? 'nobody vouches for it']),
    ...(now > notAfter ? [`it expired at ${iso(notAfter)}`] : []),
    ...(now < notBefore ? [`it is not valid before ${iso(notBefore)}`] : []),
    ...(nameMatches
      ? []
      : [`it is for ${oneLine(names.slice(0, 5).join(', ')) || 'no name'}, not for this host`]),
  ];
  return faults.length === 0 ? null : faults.join('; ');
}

function certificateVerdict(facts: SmtpFacts, look: SmtpLook): Verdict {
  const { subject, conversation } = look;
  const { tls } = conversation;
  const certificate = tls?.is === 'up' ? tls.certificate : null;
  const { severity, why } = demanded(facts, look, ['sts']);
  if (certificate === null)
    return {
      ...{ outcome: 'bad', subject, severity, observed: look.observed },
      summary: `${subject} showed no certificate${why}.`,
      remedy: 'See smtp-starttls.',
    };
  const { issuer, notAfter } = certificate;
  const observed = `${look.observed}; certificate of ${issuer}, until ${iso(notAfter)}, for ${certificate.names.slice(0, 5).join(' ') || 'no name'}`;
  const wrong = wrongWith(certificate, facts);
  if (wrong !== null)
    return {
      ...{ outcome: 'bad', subject, severity, observed },
      summary: `The certificate of ${subject} does not hold: ${wrong}${why}.`,
      remedy: 'Give the host a certificate of a public authority for the name that the MX says.',
    };
  if (notAfter - facts.now < SOON_MS)
    return {
      ...{ outcome: 'bad', subject, severity: 'warning', observed },
      summary: `The certificate of ${subject} expires soon, at ${iso(notAfter)}.`,
      remedy: 'See why it was not renewed yet: most are renewed 30 days before.',
    };
  return { outcome: 'pass', subject, observed, summary: `The certificate of ${subject} holds.` };
}

/**
 * With TLSA records of usage 3 neither the authority nor the dates count (RFC 7672 3.1.1): whether those
 * fit is a check of its own, and they make nothing graver here.
 */
export function certificateVerdicts(facts: SmtpFacts): readonly Verdict[] {
  const looks = spoken(facts).filter(({ conversation }) => conversation.tls?.is === 'up');
  if (looks.length === 0) return [nothingSpoken(facts)];
  const verdicts = looks.map(look => certificateVerdict(facts, look));
  return troubleOr(verdicts, fine(looks, `The certificates of ${subjectsOf(looks)} hold.`));
}
