import { type Finding } from '../cutover/finding.ts';
import { authenticationChecks } from './authentication.ts';
import { authority } from './authority.ts';
import { canaryChecks } from './canary.ts';
import { findingOf, type Check, type Description } from './check.ts';
import { clockChecks } from './clock-sync.ts';
import { coexistenceChecks } from './coexistence.ts';
import { daneChecks } from './dane.ts';
import { hostingChecks } from './hosting.ts';
import { hostChecks } from './hosts.ts';
import { type CheckInput } from './input.ts';
import { inventoryChecks } from './inventory.ts';
import { ipv6Checks } from './ipv6.ts';
import { policyOrderChecks } from './mta-sts-order.ts';
import { policyBodyChecks } from './mta-sts.ts';
import { peopleChecks } from './people.ts';
import { smtpChecks } from './smtp.ts';
import { state } from './state.ts';
import { strategyChecks } from './strategy.ts';
import { tenantChecks } from './tenant.ts';
import { reportChecks } from './tls-rpt.ts';
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
