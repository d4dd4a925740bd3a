import { describe, expect, it } from 'vitest';
import { type Finding } from '../../src/cutover/finding.ts';
import { alike, findingsText, tally } from '../../src/view/findings.ts';
import { finding } from '../support/view-fixture.ts';
import { look } from '../support/view-plan.ts';

const findings = [
  finding({}),
  finding({ subject: 'ns1' }),
  finding({ id: 'dnssec-state', status: 'skipped', summary: 'the zone is not signed' }),
  finding({
    id: 'ttl-history-unknown',
    status: 'could-not-test',
    summary: 'nobody said which TTL was served lately',
    observed: 'ttl.history is absent',
    expected: 'the longest TTL and when it was last served',
    remedy: 'give ttl.history, or accept it with a reason',
  }),
  finding({
    id: 'smtp-domain-accepted',
    status: 'fail',
    subject: 'mx1.new.example (192.0.2.5:25)',
    summary: 'the new host refuses mail for example.org',
    observed: '550 5.7.64 TenantAttribution; Relay Access Denied',
    expected: '250 for postmaster@example.org',
    consequence: 'the new host does not know example.org; every message would bounce',
    remedy: 'add and verify the domain at the new host, wait 15 min, check again',
    refs: ['RFC 5321 4.2.1', 'RFC 3463 3.8'],
  }),
  finding({ id: 'authority-lag', status: 'warn', severity: 'warning', summary: 'one lags' }),
];

it('says what is wrong first and in full, then what was skipped, and passes in a line', async () => {
  await expect(findingsText(findings, look)).toMatchFileSnapshot('golden/findings.txt');
});

it('needs nothing but ASCII, and names what was accepted', async () => {
  const accepted = [{ id: 'smtp-domain-accepted', subject: null, reason: 'closed until Monday' }];
  const text = findingsText(findings, { ...look, ascii: true }, accepted);
  expect(text).toMatch(/^[\x20-\x7e\n]+$/);
  await expect(text).toMatchFileSnapshot('golden/findings-accepted.txt');
});

it('tells what is no fault and worth knowing, with what could be done, and does not count it as passed', () => {
  const text = findingsText(
    [
      finding({
        ...{ id: 'tlsrpt-present', severity: 'info', status: 'pass', subject: '_smtp._tls' },
        ...{ summary: 'nobody is asked for reports', remedy: 'publish the record', told: true },
      }),
      finding({ id: 'smtp-banner', status: 'pass' }),
    ],
    look,
  );
  expect(text).toMatch(
    /note {2}tlsrpt-present {2}_smtp\._tls: nobody is asked for reports\n +do: /,
  );
  expect(text).toMatch(/1 check passed: smtp-banner$/);
});

it('says that nothing was checked', () => {
  expect(findingsText([], look)).toBe('nothing was checked');
});

it('names the zone and the account that credentials are good for', () => {
  const hosted = { id: 'provider-credentials', subject: 'cloud', observed: 'zone Z1, account kim' };
  expect(findingsText([finding({ ...hosted, status: 'pass' })], look)).toMatch(
    /1 check passed[^\n]*\n {4}at cloud: zone Z1, account kim$/,
  );
});

describe('findings that are alike', () => {
  const refused = (subject: string, more: Partial<Finding> = {}) =>
    finding({
      ...{ id: 'provider-write-dry-run', status: 'fail', subject, summary: 'denied' },
      ...more,
    });
  const three = [refused('claim: a TXT'), refused('low TTL: b MX'), refused('swap: b MX')];

  it('are told once, with all that they are about', () => {
    const text = findingsText(three, look);
    expect(text.match(/denied/g)).toHaveLength(1);
    expect(text.replaceAll(/\s+/g, ' ')).toContain('claim: a TXT; low TTL: b MX; swap: b MX');
    expect(alike([...three, refused('swap: c MX', { observed: 'another' })])).toHaveLength(2);
    expect(tally(three)).toBe('provider-write-dry-run (3)');
  });

  it('are accepted one by one: all of them have to be', () => {
    const accept = (subject: string) => ({
      id: 'provider-write-dry-run',
      subject,
      reason: 'known',
    });
    const [one, two, last] = three.map(({ subject }) => accept(subject));
    const some = findingsText(three, look, [one!, two!]);
    expect(some).toContain('accepted: known');
    expect(some).toContain('blocks:');
    expect(findingsText(three, look, [one!, two!, last!])).not.toContain('blocks:');
  });
});
