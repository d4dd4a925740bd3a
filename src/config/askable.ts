import { parseIpv4, parseIpv6 } from '../dns/address.ts';

/** Why nobody can be asked at an address, as the end of "is …"; null where somebody can. */
export function whyNobody(address: string): string | null {
  const six = parseIpv6(address);
  const four = parseIpv4(address) ?? (six === null ? null : mappedIpv4(six));
  if (four !== null) {
    if (four.every(octet => octet === 0)) return 'the unspecified address (RFC 1122 3.2.1.3)';
    if (four.every(octet => octet === 255)) return 'the broadcast address (RFC 919)';
    return (four[0] ?? 0) >> 4 === 14 ? 'a multicast address (RFC 5771)' : null;
  }
  if (six === null) return null;
  if (six.every(octet => octet === 0)) return 'the unspecified address (RFC 4291 2.5.2)';
  return six[0] === 255 ? 'a multicast address (RFC 4291 2.7)' : null;
}

/** The IPv4 address within `::ffff:0:0/96` (RFC 4291 2.5.5.2). */
function mappedIpv4(six: Uint8Array): Uint8Array | null {
  const mapped = six.subarray(0, 10).every(octet => octet === 0) && six[10] === 255;
  return mapped && six[11] === 255 ? six.subarray(12) : null;
}
