import { afterEach, describe, expect, it, vi } from 'vitest';
import { limits } from '../../src/limits.ts';
import { parseName } from '../../src/dns/name.ts';
import { systemClock } from '../../src/machine/clock.ts';
import { type Approach, type Conversation } from '../../src/mail/conversation.ts';
import { smtpConverse } from '../../src/smtp/converse.ts';
import { deaf } from '../support/deaf.ts';
import { freePort } from '../support/server.ts';
import { type HostScript, smtpHost, type SmtpHost } from '../support/smtp-host.ts';

const converse = smtpConverse({ clock: systemClock() });
const hosts: SmtpHost[] = [];
const never = new AbortController().signal;

afterEach(async () => {
  vi.restoreAllMocks();
  for (const host of hosts.splice(0)) await host.stop();
});

const approachTo = (host: Pick<SmtpHost, 'address' | 'port'>): Approach => ({
  ...{ host: parseName('mx.example'), address: host.address, port: host.port },
  ...{ helo: 'probe.example', message: null },
  recipients: [
    { address: 'postmaster@example.org', kind: 'postmaster' },
    { address: 'anna@example.org', kind: 'listed' },
  ],
});

async function talk(
  script: HostScript,
  change: Partial<Approach> = {},
): Promise<{ readonly said: Conversation; readonly host: SmtpHost }> {
  const host = await smtpHost(script);
  hosts.push(host);
  return { host, said: await converse({ ...approachTo(host), ...change }, never) };
}

/** Runs with a limit made short, so that nobody waits for the real one. */
function shortened(key: 'smtpConnectMs' | 'smtpBannerMs' | 'smtpSessionMs', ms: number): void {
  vi.spyOn(limits, key, 'get').mockReturnValue(ms as never);
}

describe('the dialogue', () => {
  it('asks each recipient in a transaction of its own, and never sends mail', async () => {
    const { said, host } = await talk({});
    expect(host.heard).toEqual([
      'EHLO probe.example',
      ...['MAIL FROM:<>', 'RCPT TO:<postmaster@example.org>', 'RSET'],
      ...['MAIL FROM:<>', 'RCPT TO:<anna@example.org>', 'RSET'],
      'QUIT',
    ]);
    expect(said).toMatchObject({
      ...{ end: 'complete', detail: '', tls: { is: 'not-offered' }, message: null },
      recipients: [{ rcptTo: { code: 250, enhanced: '2.0.0', lines: ['Ok'] } }, {}],
    });
  });

  it('asks for people of other scripts as their hosts know them, and says so where that is understood', async () => {
    const recipients = [{ address: 'jörg@bücher.example', kind: 'listed' }] as const;
    const offers = (command: string) =>
      command.startsWith('EHLO') ? '250-mx.example\r\n250 SMTPUTF8\r\n' : null;
    const rcpt = 'RCPT TO:<jörg@xn--bcher-kva.example>';
    expect((await talk({ answer: offers }, { recipients })).host.heard).toEqual([
      ...['EHLO probe.example', 'MAIL FROM:<> SMTPUTF8', rcpt, 'RSET', 'QUIT'],
    ]);
    expect((await talk({}, { recipients })).host.heard.slice(1, 3)).toEqual(['MAIL FROM:<>', rcpt]);
  });

  it('names itself by its address where it has no name', async () => {
    const { host } = await talk({}, { helo: '' });
    expect(host.heard[0]).toBe('EHLO [127.0.0.1]');
  });

  it('ends with a greeting that refuses, whatever the host would say then', async () => {
    const { said, host } = await talk({ greeting: '554 5.7.1 No service here\r\n' });
    expect(said).toMatchObject({ end: 'complete', banner: { code: 554 }, recipients: [] });
    expect(host.heard).toEqual(['QUIT']);
  });

  it('says HELO to a host that does not know EHLO', async () => {
    const { said, host } = await talk({
      answer: line => (line.startsWith('EHLO') ? '502 What?\r\n' : null),
    });
    expect(host.heard.slice(0, 2)).toEqual(['EHLO probe.example', 'HELO probe.example']);
    expect(said.recipients).toHaveLength(2);
  });

  it('keeps what was heard before the host ended it with 421', async () => {
    const { said } = await talk({
      answer: line => (line.includes('anna') ? '421 4.7.0 Too much\r\n' : null),
    });
    expect(said).toMatchObject({ end: 'closed', recipients: [{}, { rcptTo: { code: 421 } }] });
  });

  it('sends a message only when it is given one, with its dots doubled', async () => {
    const message = { from: 'me@example.net', to: 'anna@example.org', text: 'A: b\n\n.\r\nend' };
    const { said, host } = await talk({}, { recipients: [], message });
    expect(said.message).toMatchObject({ code: 250, lines: ['Queued'] });
    expect(host.heard.slice(1)).toEqual([
      'MAIL FROM:<me@example.net> BODY=8BITMIME',
      ...['RCPT TO:<anna@example.org>', 'DATA', 'A: b', '', '..', 'end', '.', 'QUIT'],
    ]);
  });

  it('refuses what would be a command of its own, before it connects', async () => {
    const host = await smtpHost();
    hosts.push(host);
    const evil = ['a@b.example>\r\nDATA', 'a b@c.example', '@x.example', 'a@b\n.example', 'a'];
    for (const address of evil)
      await expect(
        converse({ ...approachTo(host), recipients: [{ address, kind: 'listed' }] }, never),
      ).rejects.toMatchObject({ code: 'MALFORMED' });
    await expect(converse({ ...approachTo(host), helo: 'x\r\nRSET' }, never)).rejects.toMatchObject(
      { code: 'MALFORMED' },
    );
    expect(host.connections()).toBe(0);
  });
});

describe('hosts that misbehave', () => {
  it('a line of a megabyte is garbage', async () => {
    const { said } = await talk({ greeting: `220 ${'x'.repeat(1_000_000)}\r\n` });
    expect(said).toMatchObject({ end: 'garbage', banner: null });
  });

  it('a reply without an end is garbage', async () => {
    const { said } = await talk({ greeting: '220-more\r\n'.repeat(100_000) });
    expect(said).toMatchObject({ end: 'garbage', detail: 'a reply without an end' });
  });

  it('another protocol is garbage', async () => {
    const { said } = await talk({ greeting: 'SSH-2.0-OpenSSH\r\n' });
    expect(said).toMatchObject({ end: 'garbage', detail: 'no reply code' });
  });

  it('an answer to what nobody asked is not taken for that to the next question', async () => {
    const twice = (verb: string) => (line: string) => {
      if (line.startsWith('RCPT')) return '550 5.7.1 Relay access denied\r\n';
      return line.startsWith(verb) ? '250 Ok\r\n250 Ok\r\n' : null;
    };
    for (const verb of ['EHLO', 'MAIL', 'RSET']) {
      const { said } = await talk({ answer: twice(verb) });
      expect(said, verb).toMatchObject({
        ...{ end: 'garbage', detail: 'the host answered what nobody asked' },
      });
      expect(said.recipients.some(({ rcptTo }) => rcptTo?.code === 250)).toBe(false);
    }
  });

  it('a second greeting makes every answer one too late, and its 250 is not that to RCPT', async () => {
    let owed = '220 mx.example again\r\n';
    const { said } = await talk({
      answer: command => {
        const now = owed;
        owed = command.startsWith('RCPT') ? '554 5.7.1 Relay access denied\r\n' : '250 Ok\r\n';
        return now;
      },
    });
    expect(said).toMatchObject({ end: 'garbage', recipients: [{ mailFrom: null, rcptTo: null }] });
    expect(said.detail).toContain('RSET was answered with 554 5.7.1 Relay access denied');
  });

  it('a host that wants TLS first refuses RSET as it refused MAIL', async () => {
    const answer = (command: string) =>
      /^(?:MAIL|RCPT|RSET)/.test(command)
        ? '530 5.7.0 Must issue a STARTTLS command first\r\n'
        : null;
    const { said } = await talk({ answer });
    expect(said).toMatchObject({ end: 'complete', recipients: [{ mailFrom: { code: 530 } }, {}] });
  });

  it('a host that does not know RSET is heard all the same', async () => {
    const answer = (command: string) => (command === 'RSET' ? '502 Unknown\r\n' : null);
    const { said } = await talk({ answer });
    expect(said.recipients.map(({ rcptTo }) => rcptTo?.code)).toEqual([250, 250]);
  });

  it('a host that goes away says so in between', async () => {
    const { said } = await talk({
      answer: line => (line === 'RSET' ? '250 Ok\r\n421 4.4.2 timeout\r\n' : null),
    });
    expect(said).toMatchObject({ end: 'closed', recipients: [{ rcptTo: { code: 250 } }, {}] });
  });

  it('a reset in the middle of the greeting', async () => {
    const { said } = await talk({
      take: socket => {
        socket.write('220-hal', () => setTimeout(() => socket.resetAndDestroy(), 20));
      },
    });
    expect(said).toMatchObject({ end: 'reset', banner: null });
  });

  it('a close without a word', async () => {
    const { said } = await talk({ take: socket => socket.end() });
    expect(said).toMatchObject({ end: 'closed', banner: null });
  });

  it('silence', async () => {
    shortened('smtpBannerMs', 50);
    const { said } = await talk({ greeting: null });
    expect(said).toMatchObject({ end: 'timeout', banner: null, recipients: [] });
    expect(said.detail).toMatch(/^connected, but not greeted: no answer within/);
  });

  it('a greeting that is held back for a whole minute is no silence', () => {
    expect(limits.smtpBannerMs).toBeGreaterThan(60_000);
  });

  it('a greeting that comes octet by octet is waited for', async () => {
    const { said } = await talk({
      take: socket => {
        const octets = '220 slow\r\n'.split('');
        const drip = setInterval(() => {
          const next = octets.shift();
          if (next === undefined) socket.end();
          else socket.write(next);
        }, 2);
        socket.on('close', () => {
          clearInterval(drip);
        });
      },
    });
    expect(said.banner).toMatchObject({ code: 220, lines: ['slow'] });
  });

  it('answers that never end in time are given up as a whole', async () => {
    shortened('smtpSessionMs', 100);
    const { said } = await talk({ answer: () => '' });
    expect(said).toMatchObject({ end: 'timeout', banner: { code: 220 } });
    expect(said.detail).toContain('took more than');
  });

  it('packets that are dropped on the way', async () => {
    shortened('smtpConnectMs', 200);
    const at = { address: '127.0.0.1', port: await freePort('127.0.0.1') };
    const drops = await deaf(at);
    try {
      const said = await converse(approachTo(at), never);
      expect(said).toMatchObject({ end: 'timeout', banner: null, tls: null });
      expect(said.detail).toContain('no answer to the connection');
    } finally {
      await drops.stop();
    }
  });

  it('a port where nobody listens', async () => {
    const host = await smtpHost();
    await host.stop();
    expect(await converse(approachTo(host), never)).toMatchObject({ end: 'refused', banner: null });
  });

  it('an abort is no conversation', async () => {
    const host = await smtpHost({ greeting: null });
    hosts.push(host);
    const controller = new AbortController();
    const said = converse(approachTo(host), controller.signal);
    controller.abort();
    await expect(said).rejects.toMatchObject({ code: 'ABORTED' });
  });
});
