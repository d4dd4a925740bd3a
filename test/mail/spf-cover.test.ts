import { expect, it } from 'vitest';
import { parseSpf } from '../../src/mail/spf.ts';
import { coversAddress } from '../../src/mail/spf-cover.ts';

it.each([
  ['ip4:192.0.2.10', '192.0.2.10', true],
  ['ip4:192.0.2.0/24', '192.0.2.255', true],
  ['ip4:192.0.2.0/25', '192.0.2.128', false],
  ['ip4:192.0.2.8/29', '192.0.2.15', true],
  ['ip4:192.0.2.8/29', '192.0.2.16', false],
  ['ip4:0.0.0.0/0', '198.51.100.1', true],
  ['ip6:2001:db8::/33', '2001:db8:7fff::1', true],
  ['ip6:2001:db8::/33', '2001:db8:8000::1', false],
  ['ip6:2001:db8::1', '2001:DB8:0::1', true],
  ['ip4:192.0.2.0/24', '2001:db8::1', false],
  ['-ip4:192.0.2.0/24', '192.0.2.1', false],
  ['a', '192.0.2.1', false],
] as const)('%s lets %s send: %s', (term, address, covers) => {
  const [mechanism] = parseSpf(`v=spf1 ${term}`)?.mechanisms ?? [];
  expect(coversAddress(mechanism!, address)).toBe(covers);
});
