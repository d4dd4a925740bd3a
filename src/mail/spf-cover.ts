import { parseIpv4, parseIpv6 } from '../dns/address.ts';
import { type Mechanism } from './spf.ts';

/** True if an `ip4:` or `ip6:` mechanism lets this address send (RFC 7208 5.6). */
export function coversAddress({ name, target, qualifier }: Mechanism, address: string): boolean {
  if (qualifier !== '+' || (name !== 'ip4' && name !== 'ip6')) return false;
  const [network = '', prefix] = (target ?? '').split('/');
  const parse = name === 'ip4' ? parseIpv4 : parseIpv6;
  const [one, other] = [parse(network), parse(address)];
  if (one === null || other === null) return false;
  const bits = Number(prefix ?? one.length * 8);
  return one.every((octet, index) => {
    const left = Math.min(Math.max(bits - index * 8, 0), 8);
    const mask = (0xff << (8 - left)) & 0xff;
    return (octet & mask) === ((other[index] ?? 0) & mask);
  });
}
