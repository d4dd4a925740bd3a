import { expect, it } from 'vitest';
import { memoryProvider } from '../../providers/memory/memory.ts';
import { memoryZone } from '../../providers/memory/zone.ts';
import { survey } from '../../src/authority/survey.ts';
import { parseName } from '../../src/dns/name.ts';
import { stillClock } from '../support/clock.ts';
import { line, worldAsk } from '../support/world.ts';

it('puts the provider, the servers and the claim side by side', async () => {
  const domain = parseName('example.org');
  const text = [
    'example.org SOA 3600 ns1.example.org. hostmaster.example.org. 4 40 20 86400 900',
    'example.org NS 3600 ns1.example.org.',
    'example.org MX 300 10 mx1.example.net.',
    '_dns-cutover.example.org TXT 60 "somebody"',
  ];
  const zone = memoryZone(domain, text.map(line));
  const claimKey = { name: parseName('_dns-cutover.example.org'), type: 'TXT' };
  const keys = [
    { name: domain, type: 'MX' },
    { name: domain, type: 'TXT' },
  ];
  const result = await survey(
    {
      ...{ domain, keys, claimKey, clock: stillClock(), lookups: [], port: 53 },
      authority: { replace: [{ address: '192.0.2.1', port: 53 }], add: [], trustAnchors: [] },
      above: null,
      provider: memoryProvider({ name: 'memory', zones: [zone] }),
      ask: worldAsk({ '192.0.2.1': { zones: { 'example.org': text } } }).ask,
    },
    new AbortController().signal,
  );
  expect(result).toMatchObject({
    zone: domain,
    delegation: { source: 'configured', zone: domain },
    hosted: { 'example.org. MX': { rrset: line(text[2]!) }, 'example.org. TXT': null },
    claim: line(text[3]!),
    soa: { serial: 4, refresh: 40, minimum: 900, ttl: 3600 },
  });
  expect(result.round.readings[0]?.served[0]?.rrset).toEqual(line(text[2]!));
});
