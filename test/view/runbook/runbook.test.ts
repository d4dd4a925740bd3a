import { expect, test } from 'vitest';
import { type Now } from '../../../src/clock.ts';
import { runbookMarkdown } from '../../../src/view/runbook/runbook.ts';
import { surveyOf } from '../../support/view-fixture.ts';
import { dawn, planOf, type PlanChoice } from '../../support/view-plan.ts';

const now: Now = { wall: dawn, up: 0, boot: 'b1' };
const mail = {
  ...{ ask: true, recipients: [], port: 25, allowPrivate: false, every: 60, witnesses: [] },
};
const runbook = (type: string, policy: NonNullable<PlanChoice['policy']> = {}): string => {
  const plan = planOf({ policy });
  return runbookMarkdown({ plan, findings: [], now, survey: surveyOf(plan), type });
};

test('the whole night on paper', async () => {
  await expect(runbook('rfc2136', { mail })).toMatchFileSnapshot('../golden/runbook.txt');
});

test('each provider is undone at its own surface, by the values from before', () => {
  expect(runbook('route53')).toContain('Route 53, choose Hosted zones');
  expect(runbook('route53')).toContain('choose Save changes');
  expect(runbook('google')).toContain('On the page Zone details choose Edit');
  expect(runbook('cloudflare')).toContain('First add every MX record of the table');
  expect(runbook('somebody')).toContain('Put back every row of the table, the MX first.');
  for (const type of ['route53', 'google', 'cloudflare', 'somebody']) {
    expect(runbook(type)).toContain('`10 mail.example.org.`<br>`20 mail2.example.org.`');
    expect(runbook(type)).toContain('| `_dns-cutover.example.org. TXT` |  | must not exist');
    expect(runbook(type)).not.toContain('update add');
  }
});

test('nothing is promised of mail hosts that are not asked', () => {
  const text = runbook('rfc2136');
  expect(text).not.toContain('dns-cutover probe');
  expect(text).not.toContain('verify-closed');
  expect(text).toContain('It does not roll back by itself: somebody watches the mail.');
});

test('who can act on the old host is named where the configuration does', () => {
  const retire = { after: 3600, old: 'refuses', contact: 'Ada, +49 30 123456' } as const;
  expect(runbook('rfc2136', { retire })).toContain('| old mail host | Ada, +49 30 123456 |');
});

test('sentences of the configuration are no markup', () => {
  const text = runbook('rfc2136', { attest: ['<b>bold</b> [x](y) \u001b[31m'] });
  expect(text).toContain('- [ ] \\<b\\>bold\\</b\\> \\[x\\](y) \\\\x1b\\[31m');
});
