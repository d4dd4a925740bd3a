import { afterEach, expect, it } from 'vitest';
import { judgeSmtp } from '../../../src/checks/smtp/smtp.ts';
import { mailRecipients, movedOwners } from '../../../src/cutover/mail/hosts.ts';
import { type Finding } from '../../../src/cutover/finding.ts';
import { parseName } from '../../../src/dns/name.ts';
import { systemClock } from '../../../src/machine/clock.ts';
import { memoryOf } from '../../../src/probe/memory.ts';
import { probeRound } from '../../../src/probe/round.ts';
import { comingTargets, nobodysRecipients } from '../../../src/probe/targets.ts';
import { smtpConverse } from '../../../src/smtp/converse.ts';
import { smtpHost } from '../../support/smtp-host.ts';
import { line } from '../../support/world.ts';
import { policy } from '../example.ts';
import { known, mail, mailPlan } from '../mail-example.ts';

// The MX of a domain and of a name below it move together, to the same host.

const open: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map(one => one.stop()));
});

const owners = ['example.org', 'lists.example.org'];
const now = owners.map(owner => line(`${owner} MX 3600 10 mx.old.example.`));
const edits = owners.map(owner => ({
  ...{ name: parseName(owner), type: 'MX', ttl: null, where: 'test:1:1' },
  want: { is: 'set' as const, rdata: ['10 mx.new.example.'] },
}));

/** What the gate finds at a new host that refuses to relay for these. */
async function found(refused: string): Promise<readonly Finding[]> {
  const answer = (command: string) =>
    command.startsWith('RCPT') && command.includes(refused) ? '554 Relay access denied\r\n' : null;
  const host = await smtpHost({ answer });
  open.push(host);
  const asking = { ...mail, port: host.port, recipients: ['anna@example.org'] };
  const steps = [{ name: 'move', edits }];
  const plan = mailPlan([], { steps, policy: { ...policy, mail: asking } }, now);
  const clock = systemClock();
  const converse = smtpConverse({ clock });
  const chance = { float: () => 0, hex: () => 'abc' };
  const probed = await probeRound(
    {
      targets: comingTargets(plan, { step: 0, gate: true }).filter(({ role }) => role === 'new'),
      recipients: [...mailRecipients(plan, movedOwners(plan)), ...nobodysRecipients(plan, chance)],
      ...{ allowPrivate: true, vantage: 'here', helo: 'probe.example' },
    },
    {
      ...{ converse, clock, memory: memoryOf(converse), paceMs: 0 },
      inquire: known(`mx.new.example A 60 ${host.address}`),
    },
    new AbortController().signal,
  );
  return judgeSmtp({ plan, probed, gate: true, now: clock.now().wall, strict: new Map() });
}

const of = (findings: readonly Finding[], id: string) =>
  findings.filter(one => one.id === id).map(({ status, subject }) => [status, subject]);

it('a new host is asked for the mail of each', async () => {
  const findings = await found('open-relay-test.invalid');
  expect(of(findings, 'smtp-domain-accepted')).toEqual([['pass', 'mx.new.example']]);
  expect(of(findings, 'smtp-recipients-exist')).toEqual([['pass', 'mx.new.example']]);
});

it('one that knows the domain and not the name below it would bounce mail for that', async () => {
  const findings = await found('@lists.example.org');
  const subject = expect.stringMatching(/^mx\.new\.example .* for lists\.example\.org$/) as unknown;
  expect(of(findings, 'smtp-domain-accepted')).toEqual([['fail', subject]]);
  expect(of(findings, 'smtp-postmaster')).toEqual([['warn', 'postmaster@lists.example.org']]);
});
