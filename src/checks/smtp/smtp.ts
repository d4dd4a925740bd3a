import { type Finding } from '../../cutover/finding.ts';
import { type Catalogued, findingOf, type Verdict } from '../check.ts';
import { type MailInput } from '../input.ts';
import { ipv6Findings } from '../hosts/ipv6.ts';
import {
  domainCheck,
  domainVerdicts,
  postmasterCheck,
  postmasterVerdicts,
  recipientsCheck,
  recipientVerdicts,
  relayCheck,
  relayVerdicts,
  unknownCheck,
  unknownVerdicts,
} from './domain.ts';
import { nobody, type SmtpFacts } from './looks.ts';
import { oldCheck, oldVerdicts } from './old.ts';
import {
  bannerCheck,
  bannerVerdicts,
  egressCheck,
  egressVerdicts,
  portCheck,
  portVerdicts,
} from './reach.ts';
import { strictness } from './strict.ts';
import { certificateCheck, certificateVerdicts, starttlsCheck, starttlsVerdicts } from './tls.ts';

type Judge = (facts: SmtpFacts) => readonly Verdict[];

const judges: readonly (readonly [Catalogued, Judge])[] = [
  [egressCheck, egressVerdicts],
  [portCheck, portVerdicts],
  [bannerCheck, bannerVerdicts],
  [starttlsCheck, starttlsVerdicts],
  [certificateCheck, certificateVerdicts],
  [domainCheck, domainVerdicts],
  [recipientsCheck, recipientVerdicts],
  [postmasterCheck, postmasterVerdicts],
  [unknownCheck, unknownVerdicts],
  [relayCheck, relayVerdicts],
  [oldCheck, oldVerdicts],
];

/** The checks of what mail hosts say, in the order in which a session goes. */
export const smtpChecks: readonly Catalogued[] = judges.map(([check]) => check);

/** Judges one look at all mail hosts. */
export const judgeSmtp = (facts: SmtpFacts): readonly Finding[] =>
  judges.flatMap(([check, judge]) =>
    judge(facts).map(verdict => findingOf(check, verdict, facts.plan)),
  );

/** Every finding about what mail hosts say. Throws ABORTED only. */
export async function smtpFindings(input: MailInput): Promise<readonly Finding[]> {
  const { plan, gate, clock } = input;
  // Plans from before mail hosts were asked say nothing of them.
  if (plan.policy.mail === undefined) return [];
  const probed = await input.probed();
  if (probed === null) {
    const why = 'Mail hosts are not asked: checks.smtp is off, or the network is a closed one.';
    return [findingOf(domainCheck, nobody(plan, why), plan)];
  }
  const strict = await strictness(input, probed);
  return [
    ...judgeSmtp({ plan, probed, gate, strict, now: clock.now().wall }),
    ...ipv6Findings(plan, probed.round),
  ];
}
