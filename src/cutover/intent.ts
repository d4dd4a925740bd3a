import { type Instant } from '../clock.ts';
import { type Change } from '../dns/change.ts';
import { type Receipt } from './receipt.ts';
import { type Stage } from './stage.ts';

export type Purpose =
  | 'claim'
  | 'unclaim'
  | 'prepare'
  | 'low'
  | 'swap'
  | 'rollback'
  | 'undo'
  | 'restore'
  | 'afterwards'
  | 'canary'
  | 'uncanary';

/** A write, recorded before it is sent; ends as confirmed, not applied or in conflict. */
export interface Intent {
  /** Unique within the cutover: `i1`, `i2`, …, those of the canary `c1`, `c2`, … */
  readonly id: string;
  readonly purpose: Purpose;
  /** The stage that made it; in any other stage it is only read back, never sent. */
  readonly stage: Stage;
  readonly changes: readonly Change[];
  /** Position of the path that its RRsets have afterwards; null for claim and canary. */
  readonly position: number | null;
  /** Never sent at or after this instant. */
  readonly by: Instant | null;
}

/** How an intent ended, as the shell found by reading the zone. */
export type Settlement =
  /** The receipt is known to whoever sent it and heard the answer, and to nobody else. */
  | { readonly is: 'confirmed'; readonly receipt?: Receipt }
  | {
      readonly is: 'not-applied';
      readonly code: string;
      readonly message: string;
      /** The provider refused it for good: rights, TTL floor, policy. */
      readonly refused: boolean;
    }
  | { readonly is: 'conflict'; readonly differences: readonly Difference[] };

/** Answers by which a provider said itself that it changed nothing: nothing can come of these. */
export const isRefusal = (code: string): boolean =>
  ['UNAUTHORIZED', 'UNSUPPORTED', 'MALFORMED', 'CONFLICT', 'NOT_FOUND', 'RATE_LIMITED'].includes(
    code,
  );

/** What was expected somewhere, and what was found. */
export interface Difference {
  readonly key: string;
  readonly expected: Change['after'];
  readonly found: Change['after'];
  /** Who showed it: the provider, or an authoritative address. */
  readonly source: string;
}
