import { describe, expect, it } from 'vitest';
import { type MailInput } from '../../../src/checks/input.ts';
import { judgeSmtp, smtpFindings } from '../../../src/checks/smtp/smtp.ts';
import { type Finding } from '../../../src/cutover/finding.ts';
import { parseName } from '../../../src/dns/name.ts';
import { type Conversation, type RecipientAsked } from '../../../src/mail/conversation.ts';
import { type FetchPolicy, type HostRole, type ProbeRound } from '../../../src/mail/probe.ts';
import { type Probed } from '../../../src/mail/probed.ts';
import { addressSeen } from '../../../src/mail/reception.ts';
import { takeReply } from '../../../src/mail/reply.ts';
import { policy as plain } from '../example.ts';
import { known, mail, mailInput, mailPlan } from '../mail-example.ts';

const reply = (text: string) => {
  const taken = takeReply(`${text}\r\n`);
  if (taken.is !== 'reply') throw new Error(text);
  return taken.reply;
};

const plan = mailPlan(['10 mx.new.example.']);
const at = Date.UTC(2026, 10, 21);

interface Say {
  readonly end?: Conversation['end'];
  readonly banner?: string;
  readonly rcpt?: string;
  readonly random?: string;
  readonly role?: HostRole;
  readonly address?: string;
}

/** One conversation; it goes well unless something else is said. */
function said({ end, banner, rcpt = '250 2.1.5 Ok', random, role = 'new', address }: Say = {}) {
  const met = end === undefined;
  const one = (text: string, kind: RecipientAsked['kind']): RecipientAsked => ({
    ...{ address: `${kind}@example.org`, kind, mailFrom: reply('250 Ok'), rcptTo: reply(text) },
  });
  const well = met && banner === undefined;
  const conversation: Conversation = {
    ...{ host: parseName(`mx.${role}.example`), address: address ?? '192.0.2.1', port: 25, at },
    ...{ end: end ?? 'complete', detail: end ?? '', tookMs: 1, message: null },
    banner: met ? reply(banner ?? '220 hi') : null,
    ehlo: well ? reply('250 hi') : null,
    tls: well ? { is: 'not-offered' } : null,
    recipients: well
      ? [one(rcpt, 'postmaster'), ...(random === undefined ? [] : [one(random, 'random')])]
      : [],
  };
  return { role, conversation, again: null, kept: false } as const;
}

/** What is found of these, with the egress that is said. */
function found(
  addresses: readonly ReturnType<typeof said>[],
  { egress = 'open', unresolved = [], of = plan }: Partial<ProbeRound> & { of?: typeof plan } = {},
): Readonly<Record<string, Finding>> {
  const probed: Probed = {
    ...{ addresses, selfTest: [] },
    round: {
      ...{ vantage: 'here', at, egress, unresolved, sts: 'unknown' },
      seen: addresses.map(({ conversation, role }) => addressSeen(conversation, role)),
    },
  };
  const findings = judgeSmtp({ plan: of, probed, gate: true, now: at, strict: new Map() });
  return Object.fromEntries(findings.map(one => [one.id, one]));
}

const asks = [
  ...['smtp-port-open', 'smtp-banner', 'smtp-starttls', 'smtp-cert'],
  ...['smtp-domain-accepted', 'smtp-postmaster'],
];

describe('a plan that names no host', () => {
  it('a null MX takes no mail, which is meant or is not; nobody is sent to look for a host', () => {
    const findings = found([said({ role: 'old' })], { of: mailPlan(['0 .']) });
    expect(findings['smtp-domain-accepted']).toMatchObject({ status: 'fail', severity: 'blocker' });
    expect(findings['smtp-domain-accepted']!.summary).toContain('takes no mail at all');
    for (const id of ['smtp-port-open', 'smtp-banner', 'smtp-starttls', 'smtp-cert'])
      expect(findings[id]!.status, id).toBe('skipped');
    expect(findings['smtp-postmaster']!.status).toBe('skipped');
  });
});

it('one host accepts, at however many addresses; several accept', () => {
  const one = [said(), said({ address: '2001:db8::1' })];
  expect(found(one)['smtp-postmaster']!.summary).toContain(' accepts postmaster');
  const other = said({ address: '192.0.2.2' });
  const host = parseName('mx2.new.example');
  const two = [...one, { ...other, conversation: { ...other.conversation, host } }];
  expect(found(two)['smtp-postmaster']!.summary).toContain('mx2.new.example accept postmaster');
});

describe('what could not be tested is neither good nor bad', () => {
  it('an end without a greeting, where nobody at all greeted', () => {
    for (const end of ['reset', 'closed', 'garbage'] as const) {
      const findings = found([said({ end })], { egress: 'unknown' });
      expect(findings['smtp-banner']!.status, end).toBe('could-not-test');
      expect(found([said({ end })], { egress: 'blocked' })['smtp-port-open']!.status).toBe(
        'could-not-test',
      );
    }
  });

  it('port 25 does not get out of this machine: nothing is said of any host', () => {
    const findings = found([said({ end: 'timeout' }), said({ end: 'timeout', role: 'old' })], {
      egress: 'blocked',
    });
    for (const id of [...asks, 'probe-egress-25', 'old-mx-still-accepts'])
      expect(findings[id]!.status, id).toBe('could-not-test');
    expect(findings['probe-egress-25']!.remedy).toContain('dns-cutover probe');
  });

  it('a firewall of ours that refuses is no refusal of the host', () => {
    const findings = found([said({ end: 'refused' })], { egress: 'blocked' });
    expect(findings['smtp-port-open']!.status).toBe('could-not-test');
  });

  it('silence is a failure only where others were reached', () => {
    const heard = said({ role: 'witness', address: '192.0.2.9' });
    const silent = said({ end: 'timeout' });
    expect(found([silent, heard])['smtp-port-open']!.status).toBe('fail');
    const six = said({ end: 'timeout', address: '2001:db8::1' });
    expect(found([six, heard])['smtp-port-open']!.status).toBe('could-not-test');
    const old = said({ end: 'timeout', address: '2001:db8::1', role: 'old' });
    expect(found([said(), old])['old-mx-still-accepts']!.status).toBe('could-not-test');
    const unsure = found([said({ end: 'timeout' })], { egress: 'unknown' });
    expect(unsure['smtp-port-open']!.status).toBe('could-not-test');
    expect(found([said({ end: 'refused' })])['smtp-port-open']!.status).toBe('fail');
  });

  it.each([
    ['550 5.7.606 Access denied, banned sending IP', 'our address'],
    ['550 5.7.51 TenantInboundAttribution; partner connector', 'a gateway'],
    ['451 4.7.1 Greylisted', 'greylisting'],
    ['421 4.3.2 later', 'a temporary trouble'],
    ['252 2.1.5 perhaps', 'no verification'],
    ['530 5.7.0 Must issue a STARTTLS command first', 'TLS'],
  ])('%s', rcpt => {
    const finding = found([said({ rcpt })])['smtp-domain-accepted']!;
    expect(finding).toMatchObject({ status: 'could-not-test', severity: 'blocker' });
    expect(finding.summary).toContain(rcpt);
    expect(finding.remedy).toBeDefined();
  });

  it('a host without addresses that may be asked', () => {
    const why = 'it has no address';
    const unresolved = [{ host: parseName('mx.new.example'), role: 'new', why }] as const;
    for (const id of ['smtp-port-open', 'smtp-domain-accepted'])
      expect(found([], { unresolved })[id]).toMatchObject({
        ...{ status: 'could-not-test', subject: 'mx.new.example' },
      });
  });

  it('a host is judged by the address that was reached, though another is not known', () => {
    const why = 'its addresses could not be looked up: 192.0.2.9 is silent';
    const unresolved = [{ host: parseName('mx.new.example'), role: 'new', why }] as const;
    for (const id of ['smtp-port-open', 'smtp-domain-accepted'])
      expect(found([said()], { unresolved })[id]!.status).toBe('pass');
  });

  it('an IPv6 address out of reach leaves the verdict to the IPv4 one', () => {
    const six = said({ end: 'no-family', address: '2001:db8::1' });
    const both = found([said(), six]);
    expect(both['smtp-port-open']!.status).toBe('pass');
    expect(both['smtp-domain-accepted']!.status).toBe('pass');
    expect(found([six])['smtp-port-open']!.status).toBe('could-not-test');
  });
});

describe('what is certain', () => {
  it.each([
    '550 5.7.64 TenantAttribution; Relay Access Denied',
    '550 4.4.4 hosted tenant which has no mail-enabled subscriptions. ATTR5',
    '451 4.4.62 Mail sent to the wrong Office 365 region. ATTR35',
    '550 5.4.6 Routing loop detected',
    '550 5.7.1 Message rejected',
  ])('%s stops the swap', rcpt => {
    const finding = found([said({ rcpt })])['smtp-domain-accepted']!;
    expect(finding).toMatchObject({ status: 'fail', severity: 'blocker' });
    expect(finding.summary).toContain(`It said: ${rcpt}`);
    expect(finding.subject).toBe('mx.new.example (192.0.2.1:25)');
  });

  it('one address of several is enough to fail', () => {
    const denied = said({ rcpt: '550 5.7.1 Unable to relay', address: '192.0.2.2' });
    expect(found([said(), denied])['smtp-domain-accepted']!.status).toBe('fail');
  });

  it('a greeting for nobody, and one for everybody but us', () => {
    const refused = found([said({ banner: '554 No service' })])['smtp-banner']!;
    expect(refused.status).toBe('fail');
    const banned = found([said({ banner: '554 blocked using zen.spamhaus.org' })])['smtp-banner']!;
    expect(banned.status).toBe('could-not-test');
    expect(found([said({ end: 'reset' })])['smtp-banner']!.status).toBe('fail');
  });

  it('the old host that takes nothing any more', () => {
    const old = (one: Say) =>
      found([said(), said({ ...one, role: 'old' })])['old-mx-still-accepts']!;
    expect(old({}).status).toBe('pass');
    expect(old({ rcpt: '550 5.1.1 User unknown' }).status).toBe('pass');
    expect(old({ rcpt: '554 5.7.1 Relay access denied' }).status).toBe('warn');
    expect(old({ end: 'refused' }).status).toBe('warn');
    expect(old({ rcpt: '450 4.2.0 Greylisted' }).status).toBe('could-not-test');
  });

  it('recipients are asked for, and a catch-all is told', () => {
    const findings = found([said({ rcpt: '550 5.1.1 no', random: '250 Ok' })]);
    expect(findings['smtp-postmaster']!.status).toBe('warn');
    expect(findings['smtp-recipients-exist']!.status).toBe('skipped');
    expect(findings['smtp-unknown-rejected']!.summary).toContain('catch-all');
  });
});

describe('the family', () => {
  it('says once that nobody is asked, and nothing for plans from before', async () => {
    const off = mailPlan(['10 mx.new.example.'], {
      policy: { ...plain, mail: { ...mail, ask: false } },
    });
    const findings = await smtpFindings(mailInput(off));
    expect(findings.map(({ id, status }) => [id, status])).toEqual([
      ['smtp-domain-accepted', 'skipped'],
    ]);
    const before = mailPlan(['10 mx.new.example.'], { policy: plain });
    expect(await smtpFindings(mailInput(before))).toEqual([]);
  });

  it('STARTTLS must be where a policy enforces it, or TLSA records stand', async () => {
    const addresses = [said()];
    const seen = addresses.map(({ conversation, role }) => addressSeen(conversation, role));
    const round = { vantage: 'here', at, egress: 'open', unresolved: [], sts: 'unknown' } as const;
    const probed = async () => ({ addresses, selfTest: [], round: { ...round, seen } });
    const status = async (change: Parameters<typeof mailInput>[1]) =>
      (await smtpFindings(mailInput(plan, { probed, ...change }))).find(
        ({ id }) => id === 'smtp-starttls',
      )!.status;
    expect(await status({})).toBe('warn');
    const world = known(
      'mx.new.example A 300 198.51.100.1',
      `_25._tcp.mx.new.example TLSA 300 3 1 1 ${'00'.repeat(32)}`,
    );
    const signed = (security: 'secure' | 'insecure'): Partial<MailInput> => ({
      prove: async (name, type) => {
        const said = await world(name, type);
        return said.is === 'unanswered' ? said : { ...said, security, why: '' };
      },
    });
    expect(await status(signed('secure'))).toBe('fail');
    // Without DNSSEC nobody believes TLSA records (RFC 7672 2.2.2).
    expect(await status(signed('insecure'))).toBe('warn');
    const policy = known(
      '_mta-sts.example.org TXT 300 "v=STSv1; id=1;"',
      'mta-sts.example.org A 300 8.8.4.4',
    );
    const body = (mode: string) =>
      `version: STSv1\nmode: ${mode}\nmx: *.new.example\nmax_age: 86400\n`;
    const fetched =
      (mode: string): FetchPolicy =>
      async () => ({
        ...{ is: 'fetched', address: '8.8.4.4', status: 200, contentType: 'text/plain' },
        body: body(mode),
      });
    expect(await status({ inquire: policy, fetchPolicy: fetched('enforce') })).toBe('fail');
    expect(await status({ inquire: policy, fetchPolicy: fetched('testing') })).toBe('warn');
  });
});
