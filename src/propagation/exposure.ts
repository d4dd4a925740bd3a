import { parseIpv4, parseIpv6 } from '../dns/address.ts';
import { type Over, type Resolver } from './watched.ts';

/**
 * What lies between us and a resolver. `here`: it is on this machine. `sheltered`: the way stays within a
 * private network, or a certificate shows who answers. `open`: anything on the way may answer for it.
 */
export type Exposure = 'here' | 'sheltered' | 'open';

export function exposureOf({
  addresses,
  over,
  otherwise = [],
}: Pick<Resolver, 'addresses' | 'over' | 'otherwise'>): Exposure {
  if (addresses.every(isLoopback)) return 'here';
  if (isCertified({ over }) && otherwise.every(isCertified)) return 'sheltered';
  return addresses.every(one => isLoopback(one) || isPrivate(one)) ? 'sheltered' : 'open';
}

const isCertified = ({ over }: { readonly over?: Over | undefined }): boolean =>
  over?.transport === 'tls' || over?.transport === 'https';

/** Addresses of this machine itself: what is asked there passes no network. */
export const isLoopback = (address: string): boolean =>
  address === '::1' || parseIpv4(address)?.[0] === 127;

/** RFC 1918 3, RFC 3927 and RFC 6598 7; RFC 4193 3.1 and RFC 4291 2.5.6. */
function isPrivate(address: string): boolean {
  const four = parseIpv4(address);
  const [a = 0, b = 0] = four ?? parseIpv6(address) ?? [];
  if (four === null) return (a & 0xfe) === 0xfc || (a === 0xfe && (b & 0xc0) === 0x80);
  if (a === 10) return true;
  if (a === 172) return b >= 16 && b < 32;
  if (a === 100) return b >= 64 && b < 128;
  return (a === 192 && b === 168) || (a === 169 && b === 254);
}
