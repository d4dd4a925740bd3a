import { expect, it } from 'vitest';
import { clockFindings } from '../../src/checks/clock-sync.ts';
import { type Skew } from '../../src/provider.ts';
import { policy } from './example.ts';
import { mailInput, mailPlan } from './mail-example.ts';

const plan = mailPlan(['0 mx.new.example.']);
const seen = (aheadMs: number): Skew => ({ aheadMs, unsureMs: 600, by: 'Date' });

it.each([
  ['agrees', seen(1900), 'blocker pass'],
  ['is as far away as cannot be told from agreement', seen(-2600), 'blocker pass'],
  ['is ahead', seen(2700), 'blocker fail'],
  ['is behind', seen(-60_000), 'blocker fail'],
  ['did not tell', null, 'warning could-not-test'],
])('clock-sync: a provider whose clock %s', async (_, skew, says) => {
  const { provider, ...rest } = mailInput(plan);
  const findings = await clockFindings({ ...rest, provider: { ...provider, skew: () => skew } });
  expect(findings.map(one => `${one.id} ${one.severity} ${one.status}`)).toEqual([
    `clock-sync ${says}`,
  ]);
});

it('clock-sync: a provider that tells no time only warns, and plans without mail are left alone', async () => {
  const input = mailInput(plan);
  expect(await clockFindings(input)).toMatchObject([
    { status: 'could-not-test', severity: 'warning' },
  ]);
  expect(await clockFindings({ ...input, plan: { ...plan, policy } })).toEqual([]);
});
