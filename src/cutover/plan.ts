import { type Name } from '../dns/name.ts';
import { type AuthorityOrder, type Policy } from './order.ts';
import { type Track } from './path.ts';

/** What will be done, as a value that can be printed, stored and inverted. */
export interface Plan {
  readonly v: 1;
  /** Covers the configuration and the path; never tokens, serials or times. */
  readonly hash: string;
  readonly domain: Name;
  readonly zone: Name;
  readonly provider: string;
  /** A label for every position: `snapshot`, `low`, the steps' names, (`restored`,) `final`. */
  readonly positions: readonly string[];
  /** The names of the steps, each with a gate of its own. */
  readonly steps: readonly string[];
  readonly tracks: readonly Track[];
  readonly policy: Policy;
  readonly authority: AuthorityOrder;
}
