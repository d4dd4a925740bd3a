import { expect, it } from 'vitest';
import { readTlsReporting, reportDomains } from '../../src/mail/tlsrpt.ts';

it.each([
  [['v=TLSRPTv1; rua=mailto:tls@example.org'], ['mailto:tls@example.org']],
  [
    ['v=TLSRPTv1;rua=mailto:tls@example.org,https://reports.example/v1', 'v=spf1 -all'],
    ['mailto:tls@example.org', 'https://reports.example/v1'],
  ],
])('%j sends reports to %j (RFC 8460 3)', (texts, to) => {
  expect(readTlsReporting(texts)).toEqual({ is: 'record', to });
});

it.each([
  [[], 'none'],
  [['v=TLSRPTv1'], 'none'],
  [['v=TLSRPTv2; rua=mailto:tls@example.org'], 'none'],
  [['v=TLSRPTv1; ruf=mailto:tls@example.org'], 'void'],
  [['v=TLSRPTv1; rua=http://reports.example'], 'void'],
  [['v=TLSRPTv1; rua=mailto:tls\u001b@example.org'], 'void'],
  [['v=TLSRPTv1; rua=mailto:a@b.example', 'v=TLSRPTv1; rua=mailto:c@d.example'], 'void'],
])('%j is %s', (texts, is) => {
  expect(readTlsReporting(texts)).toMatchObject({ is });
});

it('the domains that must take the reports', () => {
  expect(reportDomains(['mailto:a@Example.ORG!10m', 'https://b.example/x'])).toEqual([
    'example.org',
  ]);
});
