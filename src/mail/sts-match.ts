/** A host name as it is compared: case and a dot at the end say nothing (RFC 1034 3.1). */
const comparable = (name: string): string => name.toLowerCase().replace(/\.$/, '');

/** The name without its leftmost label; null where nothing is left. */
function parentOf(name: string): string | null {
  const dot = name.indexOf('.');
  return dot <= 0 || dot === name.length - 1 ? null : name.slice(dot + 1);
}

/**
 * Does a host of the MX match one `mx:` line of a policy (RFC 8461 4.1)? A wildcard stands for the whole
 * leftmost label and for exactly one (RFC 6125 6.4.3): `*.example.com` is neither `example.com` nor
 * `a.b.example.com`. Senders that compare suffixes take more than that; a policy must not rely on it.
 */
export function matchesPattern(host: string, pattern: string): boolean {
  const [name, wanted] = [comparable(host), comparable(pattern)];
  if (name === '' || wanted === '') return false;
  if (!wanted.startsWith('*.')) return name === wanted;
  const below = wanted.slice(2);
  return below !== '' && !below.includes('*') && parentOf(name) === below;
}

/** True when any of the lines matches. */
export const coveredBy = (host: string, patterns: readonly string[]): boolean =>
  patterns.some(pattern => matchesPattern(host, pattern));

/** A wildcard that a sender would need to stretch over several labels to match this host; null: none. */
export const stretchedBy = (host: string, patterns: readonly string[]): string | null =>
  patterns.find(pattern => {
    const wanted = comparable(pattern);
    if (!wanted.startsWith('*.') || matchesPattern(host, pattern)) return false;
    return comparable(host).endsWith(wanted.slice(1));
  }) ?? null;

/** What to write instead: the host itself says it best, the wildcard of its own parent as well. */
export const oneLabelWildcard = (host: string): string => {
  const parent = parentOf(comparable(host));
  return parent === null ? comparable(host) : `*.${parent}`;
};
