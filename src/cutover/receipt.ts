import { type Json } from '../dns/rrset.ts';

/** What a provider gives for a write: what is needed to ask later whether its servers have it. */
export interface Receipt {
  readonly id: string;
  readonly data: Json;
  /**
   * Where compare-and-swap is `checked`: milliseconds between the look that it compared and the answer to
   * the write. An edit that somebody made meanwhile was overwritten.
   */
  readonly windowMs?: number;
}
