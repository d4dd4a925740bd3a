import { type Finding } from '../cutover/finding.ts';
import { authenticationChecks } from './authentication.ts';
import { authority } from './authority.ts';
import { canaryChecks } from './canary.ts';
import { findingOf, type Check, type Description } from './check.ts';
import { hostingChecks } from './hosting.ts';
import { hostChecks } from './hosts.ts';
import { type CheckInput } from './input.ts';
import { state } from './state.ts';
import { writeChecks } from './write.ts';

const checks: readonly Check[] = [...authority, ...state];

/** Every check there is, in the order in which findings are told. */
export const catalogue: readonly Description[] = [
  ...checks,
  ...hostingChecks,
  ...writeChecks,
  ...canaryChecks,
  ...hostChecks,
  ...authenticationChecks,
].map(({ id, family, severity, what }) => ({ id, family, severity, what }));

/** Every finding about authority and state, with the severities that the configuration overrides. */
export const surveyFindings = (input: CheckInput): readonly Finding[] =>
  checks.flatMap(check => check.judge(input).map(verdict => findingOf(check, verdict, input.plan)));
