import { afterEach, describe, expect, it } from 'vitest';
import { type Inquired } from '../../src/dns/inquiry.ts';
import { parseName } from '../../src/dns/name.ts';
import { systemClock } from '../../src/machine/clock.ts';
import { readReply } from '../../src/mail/classify.ts';
import { type Recipient } from '../../src/mail/conversation.ts';
import { askOldHosts, type OldHostAsking } from '../../src/probe/old-host.ts';
import { smtpConverse } from '../../src/smtp/converse.ts';
import { smtpHost, type SmtpHost } from '../support/smtp-host.ts';

const host = parseName('mx.old.example');
const signal = AbortSignal.timeout(20_000);
const recipients: readonly Recipient[] = [
  { address: 'anna@example.org', kind: 'former' },
  { address: 'postmaster@example.org', kind: 'postmaster' },
];

const open: SmtpHost[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map(one => one.stop()));
});

async function serving(script: Parameters<typeof smtpHost>[0]): Promise<SmtpHost> {
  const one = await smtpHost(script);
  open.push(one);
  return one;
}

const found = (...rdata: readonly string[]): Inquired => ({
  ...{ is: 'found', rdata, ttl: 300, at: host, aliases: [], server: 'ns1' },
});
const absent: Inquired = {
  ...{ is: 'absent', rcode: 'NXDOMAIN', at: host, aliases: [], server: 'ns1' },
};

const asking = (port: number, own: Partial<OldHostAsking> = {}): OldHostAsking => ({
  ...{ goal: 'refuses', recipients, port, allowPrivate: true, helo: '', read: readReply },
  hosts: [{ host, role: 'old', known: [] }],
  inquire: async (_name, type) => (type === 'A' ? found('127.0.0.1') : absent),
  converse: smtpConverse({ clock: systemClock() }),
  ...own,
});

describe('asking the hosts that are left', () => {
  it('hears whom it still takes mail for, and sends none', async () => {
    const old = await serving({
      answer: command =>
        command.startsWith('RCPT TO:<postmaster')
          ? '554 5.7.1 <postmaster@example.org>: Relay access denied\r\n'
          : null,
    });
    const look = await askOldHosts(asking(old.port), signal);
    expect(look).toMatchObject({
      holds: false,
      addresses: [{ address: '127.0.0.1', why: 'accepts', recipient: 'anna@example.org' }],
    });
    expect(old.heard).not.toContain('DATA');
  });

  it('is content when every recipient is refused, over IPv4 and IPv6', async () => {
    const refuses = (command: string) =>
      command.startsWith('RCPT') ? '550 5.1.1 User unknown\r\n' : null;
    const old = await serving({ answer: refuses });
    // On the other family nobody listens at that port.
    const inquire: OldHostAsking['inquire'] = async (_name, type) =>
      type === 'A' ? found('127.0.0.1') : found('::1');
    const look = await askOldHosts(asking(old.port, { inquire }), signal);
    expect(look.holds).toBe(true);
    expect(look.addresses.map(({ why }) => why)).toEqual(['recipients-refused', 'refused']);
  });

  it('takes a closed port for closed, and the address it had where the name is gone', async () => {
    const old = await serving({});
    await old.stop();
    const gone = asking(old.port, {
      inquire: async () => absent,
      hosts: [{ host, role: 'old', known: ['127.0.0.1'] }],
    });
    expect(await askOldHosts(gone, signal)).toMatchObject({
      holds: true,
      addresses: [{ why: 'refused' }],
    });
    const nowhere = { ...gone, hosts: [{ host, role: 'old' as const, known: [] }] };
    expect(await askOldHosts(nowhere, signal)).toMatchObject({ holds: null, addresses: [] });
  });

  it('is not content while an address family could not be looked up', async () => {
    const old = await serving({ greeting: '554 No service here\r\n' });
    const inquire: OldHostAsking['inquire'] = async (_name, type) =>
      type === 'A' ? found('127.0.0.1') : { is: 'unanswered', why: 'ns1 is silent' };
    const look = await askOldHosts(asking(old.port, { inquire }), signal);
    expect(look.addresses).toMatchObject([{ holds: true, why: 'greeting' }]);
    expect(look.holds).toBeNull();
    expect(look.unresolved[0]?.why).toContain('ns1 is silent');
  });

  it('a refusal proves nothing where this machine refuses every connection to port 25', async () => {
    const far = parseName('far.example');
    const look = (others: 'refused' | 'timeout') =>
      askOldHosts(
        asking(25, {
          wellKnown: [far],
          inquire: async (_name, type) => (type === 'A' ? found('9.9.9.9') : absent),
          converse: async ({ host: name, address, port }) => ({
            ...{ host: name, address, port, at: 0, tookMs: 1, detail: '', message: null },
            ...{ end: name === far ? others : 'refused', banner: null, ehlo: null, tls: null },
            recipients: [],
          }),
        }),
        signal,
      );
    expect(await look('refused')).toMatchObject({
      holds: null,
      addresses: [{ holds: null, why: 'unreachable' }],
    });
    // A closed network reaches nobody else, and a refusal of its own host is one.
    expect(await look('timeout')).toMatchObject({ holds: true });
  });

  it('asks no private address unless that is allowed', async () => {
    const old = await serving({});
    const look = await askOldHosts(asking(old.port, { allowPrivate: false }), signal);
    expect(look).toMatchObject({ holds: null, addresses: [] });
    expect(look.unresolved[0]?.why).toContain('a loopback address');
    expect(old.connections()).toBe(0);
  });

  it('tests forwarding at both sides', async () => {
    const both = await serving({});
    const forward = asking(both.port, {
      goal: 'forwards',
      recipients: [{ address: 'test@example.org', kind: 'listed' }],
      hosts: [
        { host, role: 'old', known: [] },
        { host: parseName('mx.new.example'), role: 'new', known: [] },
      ],
    });
    expect((await askOldHosts(forward, signal)).holds).toBe(true);
    expect(both.heard.filter(line => line.startsWith('RCPT'))).toHaveLength(2);
  });
});
