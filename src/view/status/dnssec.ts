import { type Cutover } from '../../cutover/cutover.ts';
import { type Security } from '../../cutover/validation.ts';
import { count } from '../words.ts';

/** What validating resolvers make of what was written last. */
export interface DnssecView {
  readonly is: Security;
  /** The RRset or zone at which it was decided. */
  readonly subject: string;
  readonly why: string;
  /** Authoritative addresses of which it holds. */
  readonly servers: number;
}

/** Null as long as it is not known of the last write, and in a zone that nobody validates. */
export function dnssecOf({ validated, written }: Cutover): DnssecView | null {
  if (validated === null || validated.written.up !== written?.up) return null;
  const { is, at, why, servers } = validated;
  return { is, subject: at, why, servers };
}

/** `what was written is secure at 2 authoritative addresses, …`. */
export const dnssecText = ({ is, subject, why, servers }: DnssecView): string =>
  `what was written is ${is} at ${count(servers, 'authoritative address', 'es')}${is === 'secure' ? `, ${why}` : ` (${subject}: ${why})`}`;
