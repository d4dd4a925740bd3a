import { type RRset } from './rrset.ts';

/** One RRset before and after; null before creates, null after deletes. */
export interface Change {
  readonly before: RRset | null;
  readonly after: RRset | null;
}
