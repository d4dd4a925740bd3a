import { expect, it } from 'vitest';
import { ipv6Findings } from '../../../src/checks/hosts/ipv6.ts';
import { parseName } from '../../../src/dns/name.ts';
import { type AddressSeen, type ProbeRound } from '../../../src/mail/probe.ts';
import { plan } from '../example.ts';

const host = parseName('mx.new.example');
const base = { host, said: '', tls: 'good', recipients: [] } as const;

const round = (...all: readonly AddressSeen[]): ProbeRound => ({
  ...{ vantage: 'here', at: 0, seen: all, unresolved: [], egress: 'open', sts: 'none' },
});

const four: AddressSeen = { ...base, address: '192.0.2.1', role: 'new', reception: 'accepts' };
const six = (reception: AddressSeen['reception']): AddressSeen => ({
  ...{ ...base, address: '2001:db8::1', role: 'new', reception },
});
const witness: AddressSeen = {
  ...{ ...four, host: parseName('mx.third.example'), address: '2001:db8::9', role: 'witness' },
};

it.each([
  ['answers', round(four, six('accepts')), 'pass'],
  [
    'answers with a refusal, which other checks judge',
    round(four, six('greeting-refuses')),
    'pass',
  ],
  ['has no IPv6', round(four), 'skipped'],
  ['refuses the connection', round(four, six('closed')), 'warn'],
  ['is silent while others are heard over IPv6', round(four, six('silent'), witness), 'warn'],
  ['is silent, and nobody is heard over IPv6', round(four, six('silent')), 'could-not-test'],
  [
    'is closed where port 25 is blocked',
    { ...round(four, six('closed')), egress: 'blocked' as const },
    'could-not-test',
  ],
])('new-mx-ipv6-works: a host that %s', (_, looked, status) => {
  const findings = ipv6Findings(plan, looked);
  expect(findings.map(one => `${one.id} ${one.subject} ${one.status}`)).toEqual([
    `new-mx-ipv6-works mx.new.example ${status}`,
  ]);
});
