/** The 4 octets of a dotted IPv4 address without leading zeros, or null. */
export function parseIpv4(text: string): Uint8Array | null {
  if (!/^(?:(?:0|[1-9]\d{0,2})\.){3}(?:0|[1-9]\d{0,2})$/.test(text)) return null;
  const octets = text.split('.').map(Number);
  return octets.every(octet => octet < 256) ? Uint8Array.from(octets) : null;
}

/** The 16 octets of an IPv6 address in any form of RFC 4291 2.2 (no zone index), or null. */
export function parseIpv6(text: string): Uint8Array | null {
  const [head = '', tail, ...more] = text.split('::');
  if (more.length > 0 || text.length > 45) return null;
  const left = groups(head, tail === undefined);
  const right = tail === undefined ? [] : groups(tail, true);
  if (left === null || right === null) return null;
  const missing = 8 - left.length - right.length;
  // `::` stands for at least one group.
  if (tail === undefined ? missing !== 0 : missing < 1) return null;
  const all = [...left, ...Array.from({ length: missing }, () => 0), ...right];
  return Uint8Array.from(all.flatMap(group => [group >> 8, group & 255]));
}

/** Groups of 16 bits; an IPv4 address may be the last two where the text ends the address. */
function groups(text: string, last: boolean): number[] | null {
  if (text === '') return [];
  const result: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    if (/^[0-9a-fA-F]{1,4}$/.test(part)) result.push(parseInt(part, 16));
    else {
      const ipv4 = last && index === parts.length - 1 ? parseIpv4(part) : null;
      if (ipv4 === null) return null;
      const [a = 0, b = 0, c = 0, d = 0] = ipv4;
      result.push(a * 256 + b, c * 256 + d);
    }
  }
  return result;
}

/** True for an IPv4 or IPv6 address literal. */
export const isAddress = (text: string): boolean =>
  parseIpv4(text) !== null || parseIpv6(text) !== null;

/** Dotted decimal, from 4 octets. */
export const formatIpv4 = (octets: Uint8Array): string => octets.join('.');

/** The canonical text of RFC 5952, from 16 octets. */
export function formatIpv6(octets: Uint8Array): string {
  const values = Array.from(
    { length: 8 },
    (_, index) => (octets[2 * index] ?? 0) * 256 + (octets[2 * index + 1] ?? 0),
  );
  // RFC 5952 5: addresses that hold an IPv4 address show it.
  if (values.slice(0, 5).every(value => value === 0) && values[5] === 0xffff)
    return `::ffff:${formatIpv4(octets.subarray(12))}`;
  const texts = values.map(value => value.toString(16));
  let start = 0;
  let length = 0;
  for (let from = 0; from < 8; from++) {
    let to = from;
    while (to < 8 && values[to] === 0) to++;
    // The first of the longest runs, and never a single group (RFC 5952 4.2.2 and 4.2.3).
    if (to - from > Math.max(length, 1)) [start, length] = [from, to - from];
  }
  if (length === 0) return texts.join(':');
  return `${texts.slice(0, start).join(':')}::${texts.slice(start + length).join(':')}`;
}
