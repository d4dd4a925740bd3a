import { afterEach, describe, expect, it } from 'vitest';
import { judgeSmtp } from '../../../src/checks/smtp/smtp.ts';
import { type Finding } from '../../../src/cutover/finding.ts';
import { parseName } from '../../../src/dns/name.ts';
import { systemClock } from '../../../src/machine/clock.ts';
import { type Recipient } from '../../../src/mail/conversation.ts';
import { type Probed } from '../../../src/mail/probed.ts';
import { addressSeen } from '../../../src/mail/reception.ts';
import { smtpConverse } from '../../../src/smtp/converse.ts';
import { type HostScript, smtpHost } from '../../support/smtp-host.ts';
import { mail, mailPlan } from '../mail-example.ts';
import { policy } from '../example.ts';

const open: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map(one => one.stop()));
});

const listed = ['anna@example.org', 'bert@example.org', 'cleo@example.org'];
const recipients: readonly Recipient[] = [
  { address: 'postmaster@example.org', kind: 'postmaster' },
  ...listed.map((address): Recipient => ({ address, kind: 'listed' })),
  { address: 'nobody@example.org', kind: 'random' },
  { address: 'dns-cutover@open-relay-test.invalid', kind: 'foreign' },
];
const plan = mailPlan(['10 mx.new.example.'], {
  policy: { ...policy, mail: { ...mail, recipients: listed } },
});

/** What the checks make of one session with a host. */
async function found(script: HostScript, about = plan): Promise<Readonly<Record<string, Finding>>> {
  const host = await smtpHost(script);
  open.push(host);
  const { address, port } = host;
  const approach = { host: parseName('mx.new.example'), address, port, helo: 'probe.example' };
  const conversation = await smtpConverse({ clock: systemClock() })(
    { ...approach, recipients, message: null },
    new AbortController().signal,
  );
  const probed: Probed = {
    ...{ addresses: [{ role: 'new', conversation, again: null, kept: false }], selfTest: [] },
    round: {
      ...{ vantage: 'here', at: 0, egress: 'open', unresolved: [], sts: 'unknown' },
      seen: [addressSeen(conversation, 'new')],
    },
  };
  const findings = judgeSmtp({ plan: about, probed, gate: true, now: 0, strict: new Map() });
  return Object.fromEntries(findings.map(one => [one.id, one]));
}

const after = (count: number, reply: string) => {
  let resets = 0;
  return (command: string) => (command === 'RSET' && ++resets > count ? reply : null);
};

describe('recipients that a host was not asked for after all', () => {
  it.each([
    ['closes after RSET', 'CLOSE'],
    ['resets the connection', 'RESET'],
    ['ends the session', '421 4.7.0 Too many transactions\r\n'],
  ])('are not said to be accepted, where it %s', async (_, reply) => {
    const findings = await found({ answer: after(1, reply) });
    expect(findings['smtp-domain-accepted']!.status).toBe('pass');
    expect(findings['smtp-postmaster']!.status).toBe('pass');
    expect(findings['smtp-recipients-exist']).toMatchObject({ status: 'could-not-test' });
    expect(findings['smtp-unknown-rejected']).toMatchObject({ status: 'could-not-test' });
    expect(findings['smtp-open-relay']).toMatchObject({ status: 'could-not-test' });
  });

  it('are all accepted where all were asked for', async () => {
    const findings = await found({});
    expect(findings['smtp-recipients-exist']).toMatchObject({ status: 'pass' });
    expect(findings['smtp-recipients-exist']!.summary).toContain('3 of 3');
  });

  it('postmaster may be missing where others are there', async () => {
    const answer = (command: string) =>
      command.includes('<postmaster') ? '550 5.1.1 User unknown\r\n' : null;
    const findings = await found({ answer });
    expect(findings['smtp-domain-accepted']!.status).toBe('pass');
    expect(findings['smtp-postmaster']!.status).toBe('warn');
    expect(findings['smtp-recipients-exist']!.status).toBe('pass');
  });
});

describe('a host that knows nobody', () => {
  const unknown = '550 5.1.1 No such user\r\n';

  it('and says the same of a domain that cannot exist, says nothing of this one', async () => {
    const answer = (command: string) => (command.startsWith('RCPT') ? unknown : null);
    const domain = (await found({ answer }))['smtp-domain-accepted']!;
    expect(domain).toMatchObject({ status: 'could-not-test', severity: 'blocker' });
    expect(domain.summary).toContain('a domain that cannot exist. It said: 550 5.1.1 No such user');
  });

  it('is told of before the start, when somebody can still be named', async () => {
    const nobody = mailPlan(['10 mx.new.example.'], { policy: { ...policy, mail } });
    const answer = (command: string) => (command.startsWith('RCPT') ? unknown : null);
    const { 'smtp-postmaster': postmaster } = await found({ answer }, nobody);
    expect(postmaster).toMatchObject({ status: 'warn' });
    expect(postmaster!.remedy).toContain(
      'name somebody in checks.smtp.recipients before the start',
    );
  });

  it('and refuses to relay, knows the domain', async () => {
    const answer = (command: string) => {
      if (command.includes('open-relay-test')) return '554 5.7.1 Relay access denied\r\n';
      return command.startsWith('RCPT') ? unknown : null;
    };
    expect((await found({ answer }))['smtp-domain-accepted']!.status).toBe('pass');
  });
});
