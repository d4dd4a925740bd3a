import { isIPv4, isIPv6 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatIpv4, formatIpv6, isAddress, parseIpv4, parseIpv6 } from '../../src/dns/address.ts';

describe('addresses', () => {
  it.each([
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['::ffff:192.0.2.1', '::ffff:192.0.2.1'],
    ['::ffff:c000:0201', '::ffff:192.0.2.1'],
    ['64:ff9b::192.0.2.1', '64:ff9b::c000:201'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
  ])('IPv6 %s is %s (RFC 5952)', (text, canonical) => {
    expect(formatIpv6(parseIpv6(text)!)).toBe(canonical);
  });

  it.each([
    ...['', '1.2.3', '1.2.3.4.5', '256.0.0.1', '01.2.3.4', '1.2.3.4 ', ':', ':::', '1:2', '::1::'],
    ...['1:2:3:4:5:6:7:8:9', '1:2:3:4:5:6:7:8::', '12345::', 'g::', 'fe80::1%eth0', '1.2.3.4::'],
    ...['::1.2.3.4:5', '::1.2.3', '1:2:3:4:5:6:7:1.2.3.4', '[::1]'],
  ])('%j is no address', text => {
    expect(isAddress(text)).toBe(false);
  });

  it('agrees with node:net about what is an address, and gives it back', () => {
    const near = fc.stringMatching(/^[0-9a-f:.]{0,18}$/);
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), near), text => {
        expect(parseIpv4(text) !== null).toBe(isIPv4(text));
        expect(parseIpv6(text) !== null).toBe(isIPv6(text));
      }),
      { numRuns: 3000 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), octets => {
        expect(parseIpv6(formatIpv6(octets))).toEqual(octets);
        expect(parseIpv4(formatIpv4(octets.subarray(4, 8)))).toEqual(octets.slice(4, 8));
      }),
    );
  });
});
