import { expect, it } from 'vitest';
import { parseResolvConf, systemLookups } from '../../src/authority/system.ts';
import { isFault } from '../../src/errors.ts';

it('reads the resolvers of resolv.conf', () => {
  const text = `# nameserver 192.0.2.1
nameserver 192.0.2.2
  nameserver 2001:db8::2
nameserver fe80::1%eth0
nameserver not-an-address
search example.org
`;
  expect(parseResolvConf(text)).toEqual([
    { address: '192.0.2.2', port: 53 },
    { address: '2001:db8::2', port: 53 },
  ]);
});

it('says what to configure when there is none', async () => {
  for (const file of ['/nonexistent/resolv.conf', '/dev/null']) {
    const fault = await systemLookups(file).catch((error: unknown) => error);
    expect(isFault(fault, 'CONFIG')).toBe(true);
    expect(fault).toMatchObject({ where: file, fix: 'Name resolvers in authority.lookups.' });
  }
});
