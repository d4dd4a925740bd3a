import { type Finding } from '../cutover/finding.ts';
import { authenticationChecks } from './authentication/authentication.ts';
import { authority } from './authority.ts';
import { canaryChecks } from './canary.ts';
import { findingOf, type Check, type Description } from './check.ts';
import { clockChecks } from './clock-sync.ts';
import { coexistenceChecks } from './smtp/coexistence.ts';
import { daneChecks } from './policy/dane.ts';
import { hostingChecks } from './hosting.ts';
import { hostChecks } from './hosts/hosts.ts';
import { type CheckInput } from './input.ts';
import { inventoryChecks } from './hosts/inventory.ts';
import { ipv6Checks } from './hosts/ipv6.ts';
import { policyOrderChecks } from './policy/mta-sts-order.ts';
import { policyBodyChecks } from './policy/mta-sts.ts';
import { peopleChecks } from './people.ts';
import { smtpChecks } from './smtp/smtp.ts';
import { state } from './state.ts';
import { strategyChecks } from './hosts/strategy.ts';
import { tenantChecks } from './hosts/tenant.ts';
import { reportChecks } from './policy/tls-rpt.ts';
import { writeChecks } from './write.ts';

/** What can be judged by the survey alone. */
export const surveyChecks: readonly Check[] = [
  ...authority,
  ...state,
  ...peopleChecks,
  ...tenantChecks,
];

/** Every check there is, in the order in which findings are told. */
export const catalogue: readonly Description[] = [
  ...surveyChecks,
  ...hostingChecks,
  ...writeChecks,
  ...canaryChecks,
  ...hostChecks,
  ...policyBodyChecks,
  ...policyOrderChecks,
  ...daneChecks,
  ...reportChecks,
  ...clockChecks,
  ...inventoryChecks,
  ...ipv6Checks,
  ...smtpChecks,
  ...coexistenceChecks,
  ...strategyChecks,
  ...authenticationChecks,
].map(({ id, family, severity, what }) => ({ id, family, severity, what }));

/** Every finding about authority and state, with the severities that the configuration overrides. */
export const surveyFindings = (input: CheckInput): readonly Finding[] =>
  surveyChecks.flatMap(check =>
    check.judge(input).map(verdict => findingOf(check, verdict, input.plan)),
  );
