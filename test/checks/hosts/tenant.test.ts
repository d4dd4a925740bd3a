import { expect, it } from 'vitest';
import { findingOf } from '../../../src/checks/check.ts';
import { tenantChecks } from '../../../src/checks/hosts/tenant.ts';
import { type Order } from '../../../src/cutover/order.ts';
import { type Plan } from '../../../src/cutover/plan.ts';
import { line } from '../../support/world.ts';
import { domain, healthy, policy } from '../example.ts';
import { mail, mailPlan } from '../mail-example.ts';

const microsoft = [line('example.org MX 3600 0 example-org.mail.protection.outlook.com.')];
const otherTenant = ['0 other-tenant.mail.protection.outlook.com.'];

const judged = (plan: Plan) =>
  tenantChecks.flatMap(check =>
    check.judge(healthy(0, plan)).map(verdict => findingOf(check, verdict, plan)),
  );

const mx = (...rdata: readonly string[]): Order['steps'][number]['edits'] => [
  { name: domain, type: 'MX', ttl: null, where: 'test:1:1', want: { is: 'set', rdata } },
];

it('blocks a move from one customer of a platform to another', () => {
  const [one] = judged(mailPlan(otherTenant, {}, microsoft));
  expect(one).toMatchObject({ id: 'tenant-to-tenant', status: 'fail', severity: 'blocker' });
  expect(one?.summary).toContain('before the old one releases it');
  expect(one?.remedy).toContain('steps');
});

const google = [1, 2, 3, 4].map(one => `${one < 3 ? 5 : 10} alt${one}.aspmx.l.google.com.`);

it.each([
  ['the new kind of host at Microsoft', microsoft, ['0 example-org.o-v1.mx.microsoft.']],
  [
    'the single host of Google',
    ['1 aspmx.l.google.com.', ...google].map(mx => line(`example.org MX 3600 ${mx}`)),
    ['1 smtp.google.com.'],
  ],
])('warns where the same customer may change to %s', (_what, before, after) => {
  const [first] = before;
  if (first === undefined) throw new Error('nothing stands there');
  const current = { ...first, rdata: before.flatMap(({ rdata }) => rdata) };
  expect(judged(mailPlan(after, {}, [current]))).toMatchObject([
    { id: 'tenant-to-tenant', status: 'warn', severity: 'warning' },
  ]);
});

it('passes between platforms, and hosts of nobody who is known', () => {
  expect(judged(mailPlan(['1 smtp.google.com.'], {}, microsoft))).toMatchObject([
    { status: 'pass' },
  ]);
  expect(judged(mailPlan(['10 mx.new.example.']))).toMatchObject([{ status: 'pass' }]);
});

it('passes where a gateway queues in between, and says what it must do', () => {
  const steps = [
    { name: 'gateway', edits: mx('10 mx.filter.example.') },
    { name: 'move', edits: mx(...otherTenant) },
  ];
  const [one] = judged(mailPlan([], { steps }, microsoft));
  expect(one).toMatchObject({ status: 'pass', severity: 'info' });
  expect(one?.summary).toContain('it must queue');
});

it('passes where both sets are declared to reach the same mailboxes', () => {
  const staged = { policy: { ...policy, mail, strategy: 'staged' as const } };
  expect(judged(mailPlan(otherTenant, staged, microsoft))).toMatchObject([{ status: 'pass' }]);
});
