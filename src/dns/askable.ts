import { parseIpv4, parseIpv6 } from './address.ts';

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

/** Networks of no public server (RFC 6890 2.2): address, bits of the prefix, and what it is. */
const reserved: readonly (readonly [network: string, bits: number, what: string])[] = [
  ['0.0.0.0', 8, 'an address of this network (RFC 1122 3.2.1.3)'],
  ['10.0.0.0', 8, 'a private address (RFC 1918 3)'],
  ['100.64.0.0', 10, 'an address behind a carrier’s NAT (RFC 6598)'],
  ['127.0.0.0', 8, 'a loopback address (RFC 1122 3.2.1.3)'],
  ['169.254.0.0', 16, 'a link-local address (RFC 3927)'],
  ['172.16.0.0', 12, 'a private address (RFC 1918 3)'],
  ['192.0.0.0', 24, 'an address for protocols (RFC 6890 2.2.2)'],
  ['192.0.2.0', 24, 'an address for documentation (RFC 5737)'],
  ['192.168.0.0', 16, 'a private address (RFC 1918 3)'],
  ['198.18.0.0', 15, 'an address for benchmarks (RFC 2544)'],
  ['198.51.100.0', 24, 'an address for documentation (RFC 5737)'],
  ['203.0.113.0', 24, 'an address for documentation (RFC 5737)'],
  ['240.0.0.0', 4, 'a reserved address (RFC 1112 4)'],
  ['::1', 128, 'a loopback address (RFC 4291 2.5.3)'],
  ['100::', 64, 'an address that discards (RFC 6666)'],
  ['64:ff9b:1::', 48, 'an address for translation within a network (RFC 8215)'],
  ['2001:db8::', 32, 'an address for documentation (RFC 3849)'],
  ['3fff::', 20, 'an address for documentation (RFC 9637)'],
  ['fc00::', 7, 'a private address (RFC 4193)'],
  ['fe80::', 10, 'a link-local address (RFC 4291 2.5.6)'],
];

/**
 * Why an address is of no public network, as the end of "it is …"; null: it may be one. A closed
 * network has such servers rightly; the world cannot reach them.
 */
export function whyNotPublic(address: string): string | null {
  const six = parseIpv6(address);
  const octets = parseIpv4(address) ?? (six === null ? null : (mappedIpv4(six) ?? six));
  if (octets === null) return null;
  const found = reserved.find(([network, bits]) => {
    const prefix = parseIpv4(network) ?? parseIpv6(network);
    return prefix?.length === octets.length && sharesBits(prefix, octets, bits);
  });
  return found?.[2] ?? null;
}

const sharesBits = (prefix: Uint8Array, octets: Uint8Array, bits: number): boolean =>
  prefix.every((octet, index) => {
    const mask = (0xff00 >> Math.min(8, Math.max(0, bits - 8 * index))) & 0xff;
    return (octet & mask) === ((octets[index] ?? 0) & mask);
  });
