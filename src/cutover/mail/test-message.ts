import { type Instant } from '../../clock.ts';
import { Fault } from '../../errors.ts';
import { type Name } from '../../dns/name.ts';
import { limits } from '../../limits.ts';

/** Of many marks the last are told. */
const MARKS_TOLD = 10;

/** A test message of ours that was sent to a new host, which answered something or nothing. */
export interface Sent {
  readonly is: 'sent';
  /** Its mark, which stands in its subject. */
  readonly token: string;
  readonly host: Name;
  readonly address: string;
  readonly to: string;
  /** The host took it for delivery: whether it arrives, a person says. */
  readonly taken: boolean;
  /** In its own words; empty: no answer came, and it may have been taken all the same. */
  readonly said: string;
}

/** A test message of ours that somebody found where it was to arrive. */
export interface Arrived {
  readonly is: 'arrived';
  readonly token: string;
}

/** What became of a test message, as far as it was told. */
export interface TestMessage extends Omit<Sent, 'is'> {
  readonly at: Instant;
  /** When somebody said so for the first time; null: nobody did. */
  readonly arrived: Instant | null;
}

/** What is known of test messages once one was sent or found. */
export function afterTest(
  known: readonly TestMessage[],
  what: Sent | Arrived,
  at: Instant,
): readonly TestMessage[] {
  if (what.is === 'arrived')
    return known.map(one =>
      one.token === what.token ? { ...one, arrived: one.arrived ?? at } : one,
    );
  const { token, host, address, to, taken, said } = what;
  const one: TestMessage = { token, host, address, to, taken, said, at, arrived: null };
  return [...known, one].slice(-limits.mailTestsKept);
}

/**
 * A mark that is none of those that were sent is a slip of the hand, and would prove what nobody has seen. Where
 * none was recorded, the message was sent from a place that does not know this cutover, and the person is
 * believed; likewise where so many were sent that the first are forgotten.
 * @throws Fault REFUSED
 */
export function checkTest(known: readonly TestMessage[], what: Sent | Arrived): void {
  const isKnown = known.some(({ token }) => token === what.token);
  if (what.is === 'sent') {
    if (!isKnown) return;
    throw new Fault('REFUSED', `the test message ${what.token} is recorded already`, {
      fix: 'send another one: each has a mark of its own',
    });
  }
  if (isKnown || known.length === 0 || known.length >= limits.mailTestsKept) return;
  const last = known.slice(-MARKS_TOLD).map(({ token, to }) => `${token} (to ${to})`);
  const marks = [...(known.length > MARKS_TOLD ? ['…'] : []), ...last].join(', ');
  throw new Fault('REFUSED', `no test message with the mark ${what.token} was sent`, {
    fix: `copy the mark from the subject of the message; these were sent: ${marks}`,
  });
}
