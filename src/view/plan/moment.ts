import { type Instant } from '../../clock.ts';
import { isoText } from '../words.ts';

/** One moment of a cutover that would be started now. */
export interface Moment {
  /** ISO 8601. */
  readonly at: string;
  /** `planned`: then, by the clock. `earliest`: then, if nobody and nothing is waited for. */
  readonly when: 'planned' | 'earliest';
  readonly what: string;
  /** Which rule makes it that instant. */
  readonly rule: string;
}

/** A moment at the instant `at`; the rest says what it is and why then. */
export const moment = (at: Instant, when: Moment['when'], ...[what, rule]: Words): Moment => ({
  at: isoText(at),
  when,
  what,
  rule,
});

type Words = readonly [what: string, rule: string];
