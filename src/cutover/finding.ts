import { createHash } from 'node:crypto';

export type Severity = 'blocker' | 'warning' | 'info';

/** `could-not-test` is neither a pass nor a fail: this machine could not judge. */
export type FindingStatus = 'pass' | 'fail' | 'warn' | 'could-not-test' | 'skipped';

/** What one check found out about one subject. */
export interface Finding {
  /** Stable, kebab-case; listed by `dns-cutover help checks`. */
  readonly id: string;
  readonly severity: Severity;
  readonly status: FindingStatus;
  /** What it is about: an address, a host, an RRset, the domain. */
  readonly subject: string;
  /** One sentence, for a person. */
  readonly summary: string;
  readonly observed: string;
  readonly expected: string;
  /** What happens if nobody acts. */
  readonly consequence?: string;
  readonly remedy?: string;
  /** RFC sections and vendor pages. */
  readonly refs: readonly string[];
  /** Nothing is wrong, and it is worth reading all the same. */
  readonly told?: true;
  /** It stops a swap only: what is still to be made ready elsewhere keeps nobody from lowering a TTL. */
  readonly stops?: 'swap';
}

/** Somebody takes responsibility for a finding, by id and, if given, one subject. */
export interface Acceptance {
  readonly id: string;
  readonly subject: string | null;
  readonly reason: string;
}

/** Does this finding stop a gate? A blocker that failed, or that could not be tested. */
export function blocks(finding: Finding, accepted: readonly Acceptance[]): boolean {
  if (finding.severity !== 'blocker') return false;
  if (finding.status !== 'fail' && finding.status !== 'could-not-test') return false;
  return !accepted.some(acceptance => covers(acceptance, finding));
}

/** Does it stop the first write already? */
export const blocksStart = (finding: Finding, accepted: readonly Acceptance[]): boolean =>
  finding.stops !== 'swap' && blocks(finding, accepted);

/** A subject is named whole, or by one of its words: the name of a server, or its address. */
export const covers = (
  acceptance: Acceptance,
  { id, subject }: Pick<Finding, 'id' | 'subject'>,
): boolean =>
  acceptance.id === id &&
  (acceptance.subject === null ||
    acceptance.subject === subject ||
    subject.split(' ').includes(acceptance.subject));

const gravity: Record<FindingStatus, number> = {
  pass: 0,
  skipped: 0,
  warn: 1,
  'could-not-test': 2,
  fail: 3,
};

const identity = ({ id, subject }: Finding): string => `${id} ${subject}`;

/** What an approval is given for: which finding about which subject, how severe, with what result. */
export function findingsDigest(findings: readonly Finding[]): string {
  const text = findings
    .map(finding => `${identity(finding)} ${finding.severity} ${finding.status}`)
    .sort()
    .join('\n');
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** True when something is worse than it was, or new and not fine: then an approval no longer holds. */
export function worsened(before: readonly Finding[], after: readonly Finding[]): boolean {
  const known = new Map(before.map(finding => [identity(finding), finding]));
  return after.some(finding => {
    const old = known.get(identity(finding));
    if (gravity[finding.status] === 0) return false;
    if (old === undefined) return true;
    const graver = finding.severity === 'blocker' && old.severity !== 'blocker';
    return graver || gravity[finding.status] > gravity[old.status];
  });
}
