import { describe, expect, it } from 'vitest';
import {
  interferes,
  type ListedResolver,
  networkSentences,
  resolversText,
  type TestedNetwork,
  testedText,
} from '../../../src/view/resolvers/text.ts';
import { columnsOf, type Look, plain } from '../../../src/view/table.ts';

const look: Look = { width: 80, ascii: false, paint: plain, zone: 'UTC', now: 0 };

const resolver = (id: string, change: Partial<ListedResolver> = {}): ListedResolver => ({
  ...{ id, name: id, operator: id, country: 'DE', addresses: ['192.0.2.1'], port: 53 },
  ...{ tier: 'core', weight: 1, filtering: null, ttl: { longest: null, shortest: null } },
  ...{ note: null, flushUrl: null, city: null, place: null, anycast: null },
  transports: ['udp', 'tcp'],
  ...change,
});

const clear: TestedNetwork = {
  ...{ intercepted: null, captive: false, rootless: false, sameNsid: null, lacks: [] },
};

const tested = (['works', 'silent', 'lies', 'refuses'] as const).map((verdict, index) => ({
  ...{ id: `r${index}`, address: `192.0.2.${index}`, verdict, transport: 'udp' as const },
  ...{ rttMs: verdict === 'silent' ? null : 12.4, rcode: 'NOERROR', ede: [] },
  remarks: verdict === 'works' ? [] : [`it ${verdict}`],
  nsid: verdict === 'works' ? 'ams1' : null,
}));

describe('a list', () => {
  const text = resolversText(
    [
      resolver('corp', { country: null, port: 5353, tier: 'regional' }),
      resolver('big', {
        ...{ name: 'Big DNS', operator: 'Big', weight: 15, filtering: 'malware' },
        ttl: { longest: 21_600, shortest: 60 },
        ...{ addresses: ['192.0.2.8', '2001:db8::8'], note: 'Serves stale data.' },
        ...{ anycast: true, city: 'Bonn', place: 'headquarters' },
        ...{ transports: ['udp', 'tls', 'https'], flushUrl: 'https://big.example/flush' },
      }),
      resolver('uni', {
        ...{ city: 'Leipzig', place: 'city', addresses: ['192.0.2.7'] },
        ...{ transports: ['https'], port: 443 },
      }),
      resolver('isp', {
        ...{ city: 'Oslo', place: 'headquarters', addresses: ['192.0.2.6'], country: 'NO' },
      }),
    ],
    [{ what: '192.0.2.9', why: 'its operator asked on 2026-11-20 not to be asked: costs' }],
    look,
  );

  it('tells of each what is known, and who is left out', async () => {
    await expect(`${text}\n`).toMatchFileSnapshot('../golden/resolvers-list.txt');
    for (const line of text.split('\n')) expect(columnsOf(line), line).toBeLessThanOrEqual(80);
  });
});

describe('a test', () => {
  it('shows what is wrong first', async () => {
    const text = testedText({ resolvers: tested, network: clear }, look);
    await expect(`${text}\n`).toMatchFileSnapshot('../golden/resolvers-test.txt');
  });

  it.each([
    { intercepted: '198.51.100.1' },
    { captive: true },
    { rootless: true },
    { sameNsid: 'ams1' },
  ])('says that nothing here can be trusted: %o', change => {
    const network = { ...clear, ...change };
    expect(interferes(network)).toBe(true);
    expect(networkSentences(network)).toHaveLength(1);
    const text = testedText({ resolvers: tested, network }, look).replaceAll(/\s+/g, ' ');
    expect(text).toContain('cannot be trusted');
  });

  it('says once what this machine lacks, which is no interference', () => {
    const network: TestedNetwork = { ...clear, lacks: ['IPv6'] };
    expect(interferes(network)).toBe(false);
    expect(networkSentences(network)).toEqual([expect.stringContaining('no IPv6')]);
  });
});
