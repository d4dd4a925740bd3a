import { compareNames } from './dnssec-denial.ts';
import { isWithin, type Name, parseAnyName } from './name.ts';
import { type WireRecord } from './records.ts';

/**
 * Whether a resolver that keeps this denial may answer from it for one of the names, without asking again.
 * A validating resolver may use an NSEC for every name that it matches or covers (RFC 8198 5.1), in the
 * canonical order of RFC 4034 6.1, for as long as it keeps it: who asks for a name that does not exist in
 * a signed zone denies its neighbours as well, those that are created later included. The owner counts
 * as covered: its list of types denies a type that is to be created there.
 * Of NSEC3 (RFC 8198 5.2) every name counts: whose hash lies in between nobody can see from the outside.
 */
export function reaches(denial: readonly WireRecord[], names: readonly Name[]): boolean {
  if (names.length === 0) return false;
  if (denial.some(({ type }) => type === 'NSEC3')) return true;
  return denial
    .filter(({ type }) => type === 'NSEC')
    .some(({ name: owner, rdata }) => {
      const next = parseAnyName(rdata.split(' ')[0] ?? '.');
      return names.some(name => lies(name, owner, next));
    });
}

/** From the owner on and before the next name; the last NSEC of a zone leads back to its first name. */
function lies(name: Name, owner: Name, next: Name): boolean {
  const after = compareNames(owner, name) <= 0;
  const before = compareNames(name, next) < 0;
  // Back at the apex: whatever lies behind the owner, as far as it is within the zone.
  return compareNames(owner, next) < 0 ? after && before : after && isWithin(name, next);
}
