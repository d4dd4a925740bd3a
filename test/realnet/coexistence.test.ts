import { afterAll, beforeAll, expect, test } from 'vitest';
import { judgeCoexistence } from '../../src/checks/smtp/coexistence.ts';
import { strategyFindings } from '../../src/checks/hosts/strategy.ts';
import { type Finding } from '../../src/cutover/finding.ts';
import { type Plan } from '../../src/cutover/plan.ts';
import { parseName } from '../../src/dns/name.ts';
import { systemClock } from '../../src/machine/clock.ts';
import { type HostRole } from '../../src/mail/probe.ts';
import { type Probed } from '../../src/mail/probed.ts';
import { memoryOf } from '../../src/probe/memory.ts';
import { probeRound } from '../../src/probe/round.ts';
import { nobodysRecipients } from '../../src/probe/targets.ts';
import { smtpConverse } from '../../src/smtp/converse.ts';
import { domain, policy as plain } from '../checks/example.ts';
import { mail as policy, mailInput, mailPlan } from '../checks/mail-example.ts';
import { type Takes, takesFor } from '../support/mail-access.ts';
import { type Postfix, postfix } from '../support/postfix.ts';

// Two sides that serve one domain, and a gateway before them: real hosts, which change their minds.

let mail: Postfix<'old' | 'new' | 'gateway'>;
beforeAll(async () => {
  mail = await postfix({
    old: { name: 'mx.old.example', address: '127.0.0.81' },
    new: { name: 'mx.new.example', address: '127.0.0.82' },
    gateway: { name: 'gw.example', address: '127.0.0.83' },
  });
});
afterAll(() => mail.stop());

const everybody = takesFor('example.org', 'everybody');
const listed = takesFor('example.org', ['ada', 'bob']);
const loops: Takes = recipient =>
  recipient.startsWith('ada@') ? '554 5.4.14 Hop count exceeded - possible mail loop ATTR34' : 'OK';

const clock = systemClock();

/** One look at these hosts with a memory of its own, as a gate takes it. */
async function probe(plan: Plan, hosts: Partial<Record<keyof typeof mail.hosts, HostRole>>) {
  const converse = smtpConverse({ clock });
  const targets = (Object.entries(hosts) as [keyof typeof mail.hosts, HostRole][]).map(
    ([key, role]) => {
      const { address, port } = mail.hosts[key];
      const host = parseName(key === 'gateway' ? 'gw.example' : `mx.${key}.example`);
      return { host, role, address, port };
    },
  );
  const recipients = [
    { address: 'ada@example.org', kind: 'listed' },
    { address: 'bob@example.org', kind: 'listed' },
    ...nobodysRecipients(plan, { float: () => 0, hex: () => 'abc' }),
  ] as const;
  const order = { targets, recipients, allowPrivate: true, vantage: 'here', helo: 'probe.example' };
  const inquire = async () => ({ is: 'unanswered', why: 'nobody is asked' }) as const;
  const world = { converse, clock, memory: memoryOf(converse), paceMs: 0, inquire };
  return probeRound(order, world, new AbortController().signal);
}

const together = mailPlan(['0 mx.new.example.'], {
  policy: {
    ...{ ...plain, mail: policy },
    coexistence: {
      authoritative: 'old',
      recipientOnOld: 'ada@example.org',
      recipientOnNew: 'bob@example.org',
    },
  },
});

const facts = (plan: Plan, probed: Probed) => ({
  ...{ plan, probed, gate: true, strict: new Map(), now: clock.now().wall },
});
const said = (findings: readonly Finding[]): readonly string[] => [
  ...new Set(findings.map(({ id, status }) => `${id} ${status}`)),
];

/** What the checks say of two sides that take mail so. */
async function judged(old: Takes, fresh: Takes): Promise<readonly Finding[]> {
  mail.hosts.old.takes = old;
  mail.hosts.new.takes = fresh;
  const probed = await probe(together, { old: 'old', new: 'new' });
  return judgeCoexistence(facts(together, probed));
}

test('both sides take the people of either, and one refuses whom nobody has', async () => {
  expect(said(await judged(listed, everybody))).toEqual([
    ...['coexistence-accepts-both pass', 'coexistence-one-authoritative pass'],
    'coexistence-no-loop pass',
  ]);
});

test('the new side does not hand on, both refuse, none does, or mail goes round in circles', async () => {
  const alone = await judged(listed, takesFor('example.org', ['bob']));
  expect(said(alone)).toEqual([
    ...['coexistence-accepts-both fail', 'coexistence-one-authoritative fail'],
    'coexistence-no-loop pass',
  ]);
  expect(alone[0]!.summary).toContain('550 5.1.1 <ada@example.org>');
  expect(said(await judged(everybody, everybody))).toContain('coexistence-one-authoritative fail');
  const circles = await judged(listed, loops);
  expect(said(circles)).toContain('coexistence-no-loop fail');
  expect(circles.map(({ summary }) => summary).join()).toContain('Hop count exceeded');
});

test('a gateway refuses whom nobody has, or takes mail for everybody', async () => {
  const edit = { name: domain, type: 'MX', ttl: null, where: 'test:1:1' };
  const steps = ['10 gw.example.', '0 mx.new.example.'].map((rdata, step) => ({
    name: `s${String(step)}`,
    edits: [{ ...edit, want: { is: 'set' as const, rdata: [rdata] } }],
  }));
  const plan = mailPlan([], { steps, policy: { ...plain, mail: policy } });
  const asked = async (takes: Takes): Promise<readonly string[]> => {
    mail.hosts.gateway.takes = takes;
    const probed = await probe(plan, { gateway: 'new' });
    const input = mailInput(plan, { gate: true, probed: async () => probed });
    return said(await strategyFindings(input));
  };
  expect(await asked(listed)).toContain('pivot-gateway-refuses-unknown pass');
  expect(await asked(everybody)).toContain('pivot-gateway-refuses-unknown warn');
});
