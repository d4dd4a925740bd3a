import { displayName, type Name } from '../../dns/name.ts';
import { type Inquire } from '../../dns/inquiry.ts';
import { type Finding } from '../../cutover/finding.ts';
import { type Plan } from '../../cutover/plan.ts';
import { type DmarcFound, dmarcName, isDmarc, parseDmarc, policyFor } from '../../mail/dmarc.ts';
import { excerpt, txtText } from '../../mail/txt.ts';
import { type Catalogued, findingOf, type Verdict } from '../check.ts';
import { organisationOf } from '../organisation.ts';

const alignment: Catalogued = {
  id: 'dmarc-alignment',
  family: 'authentication',
  severity: 'warning',
  what: 'where DMARC asks receivers to act, the new side signs or sends as the domain',
  expected: 'DKIM keys of the new side at the domain, or SPF that lets it send',
  consequence: 'Receivers quarantine or refuse what is sent from the new side.',
  refs: ['RFC 7489 3.1', 'RFC 7489 6.6.3'],
};

export const dmarcChecks: readonly Catalogued[] = [alignment];

/** What DMARC asks for, as far as anybody could say. */
export interface DmarcFacts {
  /** Null: there is no record that receivers look at. */
  readonly found: DmarcFound | null;
  /** Records at one name of which receivers take none (RFC 7489 6.6.3), or one that is broken. */
  readonly odd: string | null;
  readonly unanswered: string | null;
  readonly observed: string;
}

/** What receivers would find at a name. */
async function recordAt(inquire: Inquire, at: Name): Promise<DmarcFacts> {
  const said = await inquire(dmarcName(at), 'TXT');
  const none = { found: null, odd: null, unanswered: null };
  if (said.is === 'unanswered') return { ...none, unanswered: said.why, observed: said.why };
  const texts = said.is === 'found' ? said.rdata.map(txtText).filter(isDmarc) : [];
  const observed = `${dmarcName(at)} TXT from ${said.server}: ${texts.map(excerpt).join(', ') || 'none'}`;
  const [only, ...more] = texts;
  if (only === undefined) return { ...none, observed };
  const dmarc = parseDmarc(only);
  if (more.length > 0)
    return {
      ...none,
      observed,
      odd: `there are ${texts.length} DMARC records, and receivers take none of them`,
    };
  if (dmarc === null)
    return { ...none, observed, odd: 'the DMARC record is one that receivers pass over' };
  return { ...none, observed, found: { at, dmarc } };
}

/** The record of the domain, or that of its organisation (RFC 7489 6.6.3). */
export async function dmarcFacts({
  plan: { domain },
  inquire,
}: {
  readonly plan: Plan;
  readonly inquire: Inquire;
}): Promise<DmarcFacts> {
  const own = await recordAt(inquire, domain);
  if (own.found !== null || own.odd !== null || own.unanswered !== null) return own;
  const organisation = await organisationOf(domain);
  if (organisation === domain) return own;
  const theirs = await recordAt(inquire, organisation);
  return { ...theirs, observed: `${own.observed}; ${theirs.observed}` };
}

/** Does DMARC ask receivers to quarantine or refuse what fails? */
export const isEnforced = ({ found }: DmarcFacts, { domain }: Plan): boolean =>
  found !== null && policyFor(found, domain) !== 'none';

/** What the new side proves itself with. */
export interface Proofs {
  /** Selectors with a usable key that the new side signs with. */
  readonly dkim: readonly string[];
  readonly spf: boolean;
}

export function alignmentVerdict(plan: Plan, facts: DmarcFacts, proofs: Proofs): Verdict {
  const subject = displayName(plan.domain);
  const { found, odd, unanswered, observed } = facts;
  if (unanswered !== null)
    return {
      ...{ outcome: 'could-not-test', subject, observed },
      summary: `Whether ${subject} has a DMARC record could not be asked: ${unanswered}.`,
      remedy: 'Let this machine reach the authoritative servers, then check again.',
    };
  if (odd !== null)
    return {
      ...{ outcome: 'bad', severity: 'info', subject, observed },
      summary: `As if there was none: ${odd}.`,
      remedy: 'Leave one record that begins with v=DMARC1; p=, or none.',
    };
  if (found === null)
    return { outcome: 'skipped', subject, summary: `${subject} has no DMARC record.`, observed };
  const asked = policyFor(found, plan.domain);
  if (asked === 'none')
    return {
      ...{ outcome: 'pass', subject, observed },
      summary: 'DMARC asks receivers to do nothing but report (p=none).',
    };
  const { dkim, spf } = proofs;
  const by = [
    ...(dkim.length > 0 ? [`DKIM (${dkim.join(', ')})`] : []),
    ...(spf ? ['SPF'] : []),
  ].join(' and ');
  if (by !== '')
    return {
      ...{ outcome: 'pass', subject, observed },
      summary: `DMARC asks to ${asked} what fails, and the new side is authenticated by ${by}.`,
    };
  return {
    ...{ outcome: 'bad', subject, observed },
    summary: `DMARC of ${displayName(found.at)} asks receivers to ${asked} what fails, and neither a DKIM key nor SPF for the new side is known.`,
    remedy:
      'Publish the DKIM keys of the new side in `prepare` and have it sign (checks.dkim.new names the selectors), or let it send by SPF.',
  };
}

export const dmarcFindings = (
  plan: Plan,
  facts: DmarcFacts,
  proofs: Proofs,
): readonly Finding[] => [findingOf(alignment, alignmentVerdict(plan, facts, proofs), plan)];
