import { type ErrorSeen, type Observation } from './observation.ts';

/** What a resolver says of the signatures: AD is its claim, not our proof. */
export type DnssecState = 'validated' | 'not validated' | 'bogus';

/**
 * DNSSEC Bogus, Signature Expired, Signature Not Yet Valid, DNSKEY Missing, RRSIGs Missing, No Zone Key Bit
 * Set, NSEC Missing (RFC 8914 4.7 to 4.13), and Signature Expired before Valid of the IANA registry.
 */
const bogusCodes: readonly number[] = [6, 7, 8, 9, 10, 11, 12, 25];

/** Those that say that the data did not validate. */
export const bogusErrors = (ede: readonly ErrorSeen[]): readonly ErrorSeen[] =>
  ede.filter(({ code }) => bogusCodes.includes(code));

/**
 * The state that an answer shows. A refusal without such an error tells nothing: many things make a
 * SERVFAIL. Stale data may come with the error that keeps it from being fetched anew.
 */
export function dnssecOf(outcome: Observation['outcome']): DnssecState | null {
  if (outcome.kind === 'silent') return null;
  if (bogusErrors(outcome.ede).length > 0) return 'bogus';
  if (outcome.kind === 'refused') return null;
  return outcome.ad ? 'validated' : 'not validated';
}
