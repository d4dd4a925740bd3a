import { type Instant } from '../clock.ts';
import { type Observation } from './observation.ts';

export type Cause =
  | 'waiting for its TTL'
  | 'raises TTLs'
  | 'does not count down'
  | 'serves stale'
  | 'several caches disagree'
  | 'fetched old again'
  | 'filtered or rewritten'
  | 'silent or refused'
  | 'other';

/** A resolver that is not `new`, and why. */
export interface Straggler {
  readonly resolver: string;
  readonly cause: Cause;
  /** The last moment at which an entry that was seen can be answered; null: nothing seen tells. */
  readonly until: Instant | null;
  /** False while an authoritative server may still hand out old: then `until` may be followed by another. */
  readonly final: boolean;
  /** The observations that show it, oldest first. */
  readonly evidence: readonly Observation[];
}
