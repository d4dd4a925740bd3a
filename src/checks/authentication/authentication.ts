import { type Finding } from '../../cutover/finding.ts';
import { LOW } from '../../cutover/path.ts';
import { autodiscoverChecks, autodiscoverFindings } from './autodiscover.ts';
import { type Catalogued } from '../check.ts';
import { dkimChecks, dkimFindings, usableSelectors } from './dkim.ts';
import { dkimFacts } from './dkim-facts.ts';
import { dmarcChecks, dmarcFacts, dmarcFindings, isEnforced } from './dmarc.ts';
import { type MailInput } from '../input.ts';
import { spfChecks, spfFindings } from './spf.ts';
import { spfFacts } from './spf-facts.ts';

/** Whether receivers will believe what the new side sends, and whether mail programs find it. */
export const authenticationChecks: readonly Catalogued[] = [
  ...spfChecks,
  ...dkimChecks,
  ...dmarcChecks,
  ...autodiscoverChecks,
];

/** Asks authoritative servers only: most of these names are still to be created (RFC 2308 5). */
export async function authenticationFindings(input: MailInput): Promise<readonly Finding[]> {
  const { plan, inquire, places } = input;
  // Where nobody may ask about mail hosts the zone of the plan is a closed world.
  if (plan.policy.mail?.ask !== true) return [];
  const [spf, dmarc, dkim, autodiscover] = await Promise.all([
    spfFacts({ plan, inquire }),
    dmarcFacts({ plan, inquire }),
    dkimFacts({ plan, inquire, prepared: ({ key }) => (places[key] ?? 0) >= LOW }),
    autodiscoverFindings(input),
  ]);
  const found = await spfFindings(input, spf, isEnforced(dmarc, plan));
  const sends = found.some(({ id, status }) => id === 'spf-includes-new' && status === 'pass');
  return [
    ...found,
    ...dkimFindings(plan, dkim),
    ...dmarcFindings(plan, dmarc, { dkim: usableSelectors(dkim), spf: sends }),
    ...autodiscover,
  ];
}
