import { type Finding, type FindingStatus } from '../../cutover/finding.ts';

/** What the checks found of one family at the last gate. */
export interface CheckedView {
  readonly family: 'SPF' | 'DKIM' | 'DMARC' | 'MTA-STS' | 'DANE' | 'TLS' | 'serial';
  /** The worst of its findings. */
  readonly status: FindingStatus;
  /** What the worst of them says. */
  readonly summary: string;
  readonly observed: string;
}

/** By how the ids of their checks begin. */
const families: readonly (readonly [CheckedView['family'], readonly string[]])[] = [
  ['SPF', ['spf-']],
  ['DKIM', ['dkim-']],
  ['DMARC', ['dmarc-']],
  ['MTA-STS', ['mta-sts-']],
  ['DANE', ['dane-']],
  ['TLS', ['smtp-starttls', 'smtp-cert']],
  ['serial', ['auth-serial-']],
];

const gravity: readonly FindingStatus[] = ['fail', 'could-not-test', 'warn', 'pass', 'skipped'];

/** In a fixed order; a family that was not looked at is left out. */
export const checkedOf = (findings: readonly Finding[]): readonly CheckedView[] =>
  families.flatMap(([family, starts]) => {
    const [worst] = findings
      .filter(({ id }) => starts.some(start => id.startsWith(start)))
      .toSorted((one, other) => gravity.indexOf(one.status) - gravity.indexOf(other.status));
    if (worst === undefined) return [];
    const { status, summary, observed } = worst;
    return [{ family, status, summary, observed }];
  });
