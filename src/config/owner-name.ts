import { displayName, isWithin, type Name, parseAnyName, relativeTo } from '../dns/name.ts';
import { type Path } from './document.ts';
import { show } from './problem.ts';
import { attempt, type Reading, refuse } from './reading.ts';

/**
 * The name that a record entry means: `@` is the domain, a final dot ends a full name, everything
 * else stands in front of the domain. What looks like both is refused, never guessed.
 */
export function ownerName(
  reading: Reading,
  { path, written, domain }: { path: Path; written: string; domain: Name },
): Name | null {
  if (written === '@') return domain;
  const expected = `a name within ${displayName(domain)}`;
  const alone = attempt(reading, { path, expected }, () => parseAnyName(written));
  if (alone === null) return null;
  if (/(?<!\\)(?:\\\\)*\.$/.test(written)) {
    if (isWithin(alone, domain)) return alone;
    refuse(reading, path, {
      expected,
      fix: `A cutover writes only within its domain; give ${displayName(alone)} a cutover of its own.`,
    });
    return null;
  }
  if (!isWithin(alone, domain))
    return attempt(reading, { path, expected }, () => parseAnyName(`${written}.${domain}`));
  const short = relativeTo(alone, domain);
  refuse(reading, path, {
    found: `${show(written)}, which would mean ${written}.${displayName(domain)}`,
    expected: `a name in front of ${displayName(domain)}, or a full one with a final dot`,
    fix: `Write ${short === '@' ? "'@'" : short} or ${alone}`,
  });
  return null;
}
