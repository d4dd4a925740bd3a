import { type Finding, type FindingStatus, type Severity } from '../cutover/finding.ts';
import { type Plan } from '../cutover/plan.ts';
import { type CheckInput } from './input.ts';

/** What a check is about; `help checks` tells them apart by it. */
export type Family =
  | 'authority'
  | 'state'
  | 'hosts'
  | 'smtp'
  | 'policy'
  | 'authentication'
  | 'people';

/** What `help checks` tells about a check. */
export interface Description {
  /** Stable, kebab-case: configurations accept findings and override severities by it. */
  readonly id: string;
  readonly family: Family;
  /** Unless the configuration says otherwise; a finding may be graver where its check says so. */
  readonly severity: Severity;
  /** What is looked at, one sentence. */
  readonly what: string;
}

/** A check without the looking: what its findings have in common. */
export interface Catalogued extends Description {
  readonly expected: string;
  /** What happens if nobody acts; said with everything that did not pass. */
  readonly consequence: string;
  readonly refs: readonly string[];
  /** Must pass before the first write; by default so do authority and state, the rest before a swap. */
  readonly first?: boolean;
}

export interface Check extends Catalogued {
  /** One verdict for each subject with trouble, or a single one when all is well. Never empty. */
  readonly judge: (input: CheckInput) => readonly Verdict[];
}

/** What a check found out about one subject. */
export interface Verdict {
  /** `told`: a fact worth reading, a fault only for whoever raises the severity of the check. */
  readonly outcome: 'pass' | 'told' | 'bad' | 'could-not-test' | 'skipped';
  readonly subject: string;
  readonly summary: string;
  readonly observed: string;
  /** Instead of what the check expects of every subject. */
  readonly expected?: string;
  readonly consequence?: string;
  readonly remedy?: string;
  /** Instead of the severity of the check; the configuration still has the last word. */
  readonly severity?: Severity;
}

/** A blocker fails, anything less warns: raising a severity turns a warning into a failure. */
function statusOf(outcome: Verdict['outcome'], severity: Severity): FindingStatus {
  if (outcome === 'bad') return severity === 'blocker' ? 'fail' : 'warn';
  if (outcome !== 'told') return outcome;
  if (severity === 'info') return 'pass';
  return severity === 'blocker' ? 'fail' : 'warn';
}

/** Mail hosts and what is written for them may be made ready while the old TTL drains. */
const stopsSwapOnly = ({ family, first }: Catalogued): boolean =>
  !(first ?? (family === 'authority' || family === 'state'));

/** A verdict as a finding, with the severity that the plan gives this check. */
export function findingOf(check: Catalogued, verdict: Verdict, { policy }: Plan): Finding {
  const severity = policy.severity[check.id] ?? verdict.severity ?? check.severity;
  const status = statusOf(verdict.outcome, severity);
  const { subject, summary, observed, expected = check.expected, remedy } = verdict;
  const consequence = verdict.consequence ?? check.consequence;
  const fine = status === 'pass' || status === 'skipped';
  const told = fine && verdict.outcome === 'told';
  return {
    ...{ id: check.id, severity, status, subject, summary, observed, expected },
    ...(fine ? {} : { consequence }),
    ...((fine && !told) || remedy === undefined ? {} : { remedy }),
    refs: check.refs,
    ...(told && { told }),
    ...(!fine && stopsSwapOnly(check) && { stops: 'swap' as const }),
  };
}
