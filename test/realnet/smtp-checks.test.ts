import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Clock } from '../../src/clock.ts';
import { judgeSmtp } from '../../src/checks/smtp/smtp.ts';
import { ipv6Findings } from '../../src/checks/hosts/ipv6.ts';
import { type Finding } from '../../src/cutover/finding.ts';
import { parseName } from '../../src/dns/name.ts';
import { limits } from '../../src/limits.ts';
import { systemClock } from '../../src/machine/clock.ts';
import { type HostRole } from '../../src/mail/probe.ts';
import { type Probed } from '../../src/mail/probed.ts';
import { memoryOf } from '../../src/probe/memory.ts';
import { probeRound } from '../../src/probe/round.ts';
import { nobodysRecipients } from '../../src/probe/targets.ts';
import { smtpConverse } from '../../src/smtp/converse.ts';
import { mail as policy, mailPlan } from '../checks/mail-example.ts';
import { policy as plain } from '../checks/example.ts';
import { authority, selfSigned } from '../support/certificates.ts';
import { takesFor } from '../support/mail-access.ts';
import { type MailHostSetup, type Postfix, postfix } from '../support/postfix.ts';

// Each check of mail hosts passes and fails against real ones: one Postfix is all of them.

const ca = authority();
const all = takesFor('example.org', 'everybody');
const named = (name: string) => ({ name, tls: ca.issue([`DNS:${name}`], { days: 90 }) });

const setups = {
  right: { ...named('right.example'), address: '127.0.0.61', takes: all },
  expired: {
    ...{ name: 'expired.example', address: '127.0.0.62', takes: all },
    tls: ca.issue(['DNS:expired.example'], { expired: true }),
  },
  wrong: { ...named('other.example'), name: 'wrong.example', address: '127.0.0.63', takes: all },
  self: {
    ...{ name: 'self.example', address: '127.0.0.64', takes: all },
    tls: selfSigned(['DNS:self.example']),
  },
  bare: { name: 'bare.example', address: '127.0.0.65', takes: () => 'OK' },
  foreign: { ...named('foreign.example'), address: '127.0.0.66' },
  grey: { ...named('grey.example'), address: '127.0.0.67', takes: all, greylistSeconds: 1 },
  refuses: { name: 'refuses.example', address: '127.0.0.68', greeting: 'refuses' },
  slow: { ...named('slow.example'), address: '127.0.0.69', takes: all, greeting: 1 },
  few: {
    ...{ ...named('few.example'), address: '127.0.0.70' },
    takes: takesFor('example.org', ['bert']),
  },
  six: { ...named('six.example'), address: '::1', takes: all },
  shut: { name: 'shut.example', address: '127.0.0.71', takes: all },
} as const satisfies Readonly<Record<string, MailHostSetup>>;
type Key = keyof typeof setups;

let mail: Postfix<Key>;
beforeAll(async () => {
  mail = await postfix<Key>(setups);
  await mail.hosts.shut.close();
});
afterAll(() => mail.stop());

/** The machine's clock, which the test may put forward. */
let ahead = 0;
const machine = systemClock();
const clock: Clock = {
  ...machine,
  now: () => {
    const { wall, up, boot } = machine.now();
    return { wall: wall + ahead, up: up + ahead, boot };
  },
};
const converse = smtpConverse({ clock, trust: [ca.pem] });
const never = new AbortController().signal;

const plan = mailPlan(['10 mx.new.example.'], {
  policy: { ...plain, mail: { ...policy, recipients: ['anna@example.org'] } },
});
const recipients = [
  { address: 'postmaster@example.org', kind: 'postmaster' },
  { address: 'anna@example.org', kind: 'listed' },
  ...nobodysRecipients(plan, { float: () => 0, hex: () => 'abc' }),
] as const;

async function probe(hosts: Partial<Record<Key, HostRole>>): Promise<Probed> {
  const targets = (Object.entries(hosts) as [Key, HostRole][]).map(([key, role]) => {
    const { address, port } = mail.hosts[key];
    return { host: parseName(setups[key].name), role, port, address };
  });
  const world = {
    ...{ converse, clock, memory: memoryOf(converse), paceMs: limits.probeHostMs },
    inquire: async () => ({ is: 'unanswered', why: 'nobody is asked' }) as const,
  };
  const order = { targets, recipients, allowPrivate: true, vantage: 'here', helo: 'probe.example' };
  return probeRound(order, world, never);
}

type Strict = readonly ('sts' | 'dane')[];

/** The findings of one new host, beside one that is right and that mail goes to now. */
async function judged(key: Key, strict: Strict = [], others: Partial<Record<Key, HostRole>> = {}) {
  const probed = await probe({ [key]: 'new', ...others });
  const by = new Map([[parseName(setups[key].name), strict]]);
  const facts = { plan, probed, gate: true, now: clock.now().wall, strict: by };
  const findings = [...judgeSmtp(facts), ...ipv6Findings(plan, probed.round)];
  return Object.fromEntries(findings.map(one => [one.id, one])) as Record<string, Finding>;
}

const statuses = (findings: Record<string, Finding>): Record<string, string> =>
  Object.fromEntries(Object.entries(findings).map(([id, { status }]) => [id, status]));

const well = {
  'probe-egress-25': 'pass',
  'smtp-port-open': 'pass',
  'smtp-banner': 'pass',
  'smtp-starttls': 'pass',
  'smtp-cert': 'pass',
  'smtp-domain-accepted': 'pass',
  'smtp-recipients-exist': 'pass',
  'smtp-postmaster': 'pass',
  'smtp-unknown-rejected': 'pass',
  'smtp-open-relay': 'pass',
  'old-mx-still-accepts': 'skipped',
  'new-mx-ipv6-works': 'skipped',
};

test('a host that takes everybody is well but for that; so is the one that is left', async () => {
  const findings = await judged('right', ['sts', 'dane'], { few: 'old' });
  expect(statuses(findings)).toEqual({ ...well, 'old-mx-still-accepts': 'pass' });
  expect(findings['smtp-unknown-rejected']!.summary).toContain('catch-all');
  expect(findings['smtp-domain-accepted']!.observed).toContain('250 2.1.5 Ok');
});

test('who wants unknown recipients refused is warned of a host that takes everybody', async () => {
  const severity = { 'smtp-unknown-rejected': 'warning' } as const;
  const strict = { ...plan, policy: { ...plan.policy, severity } };
  for (const [key, status] of [
    ['right', 'warn'],
    ['few', 'pass'],
  ] as const) {
    const probed = await probe({ [key]: 'new' });
    const facts = { plan: strict, probed, gate: true, now: clock.now().wall, strict: new Map() };
    const found = judgeSmtp(facts).find(({ id }) => id === 'smtp-unknown-rejected');
    expect(found!.status, key).toBe(status);
  }
});

test('a host that was not provisioned: in its own words', async () => {
  const findings = await judged('foreign', [], { foreign: 'new' });
  expect(findings['smtp-domain-accepted']).toMatchObject({ status: 'fail', severity: 'blocker' });
  expect(findings['smtp-domain-accepted']!.summary).toContain(
    '554 5.7.1 <postmaster@example.org>: Relay access denied',
  );
  const old = await judged('right', [], { foreign: 'old' });
  expect(old['old-mx-still-accepts']).toMatchObject({ status: 'warn' });
});

test('a recipient that is not there says nothing against the domain', async () => {
  expect(statuses(await judged('few'))).toEqual({
    ...well,
    'smtp-recipients-exist': 'warn',
    'smtp-postmaster': 'warn',
  });
});

test('certificates: expired, of another name, of nobody; graver where a policy enforces', async () => {
  for (const [key, words] of [
    ['expired', 'it expired at'],
    ['wrong', 'it is for other.example, not for this host'],
    ['self', 'it is self-signed'],
  ] as const) {
    const lax = await judged(key, ['dane']);
    expect(lax['smtp-cert'], key).toMatchObject({ status: 'warn', severity: 'warning' });
    expect(lax['smtp-cert']!.summary).toContain(words);
    expect(lax['smtp-domain-accepted']!.status).toBe('pass');
    const strict = await judged(key, ['sts']);
    expect(strict['smtp-cert'], key).toMatchObject({ status: 'fail', severity: 'blocker' });
  }
});

test('no STARTTLS, and a host that relays for everybody', async () => {
  const lax = await judged('bare');
  expect(lax['smtp-starttls']).toMatchObject({ status: 'warn' });
  expect(lax['smtp-cert']!.status).toBe('could-not-test');
  expect(lax['smtp-open-relay']).toMatchObject({ status: 'warn' });
  for (const by of ['sts', 'dane'] as const)
    expect((await judged('bare', [by]))['smtp-starttls']).toMatchObject({ status: 'fail' });
});

test('a greeting that refuses, and a port where nobody listens', async () => {
  const refused = await judged('refuses');
  expect(refused['smtp-banner']).toMatchObject({ status: 'fail', severity: 'blocker' });
  expect(refused['smtp-banner']!.summary).toMatch(/554 5\.7\.1 .*Access denied/);
  expect(refused['smtp-domain-accepted']!.status).toBe('could-not-test');
  const shut = await judged('shut', [], { right: 'witness' });
  expect(shut['smtp-port-open']).toMatchObject({ status: 'fail', severity: 'blocker' });
  expect(shut['smtp-domain-accepted']!.status).toBe('could-not-test');
  expect((await judged('right', [], { shut: 'old' }))['old-mx-still-accepts']!.status).toBe('warn');
});

test('IPv6 alone, and a greeting that is held back', async () => {
  expect(statuses(await judged('six'))).toEqual({ ...well, 'new-mx-ipv6-works': 'pass' });
  expect(statuses(await judged('slow'))).toEqual(well);
});

test('greylisting is no verdict; after its pause it is over, and nobody is bothered before', async () => {
  const first = await judged('grey');
  expect(first['smtp-domain-accepted']!.status).toBe('could-not-test');
  expect(first['smtp-domain-accepted']!.summary).toContain('Greylisted');
  const kept = await probe({ grey: 'new' });
  expect(kept.addresses[0]).toMatchObject({ kept: true });
  await new Promise(resolve => setTimeout(resolve, 1100));
  ahead += limits.probeGreylistMs + 1000;
  const then = await judged('grey');
  expect(then['smtp-domain-accepted']!.status).toBe('pass');
});
