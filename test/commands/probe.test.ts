import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { readProbeRound } from '../../src/mail/read-round.ts';
import { type ProbeView } from '../../src/view/mail/probe.ts';
import { smtpHost, type HostScript, type SmtpHost } from '../support/smtp-host.ts';
import { selfSigned } from '../support/certificates.ts';
import { said } from './said.ts';

const home = mkdtempSync(join(tmpdir(), 'dns-cutover-probe-'));
const state = ['--state', join(home, 'state')];
afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});

const open: SmtpHost[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map(one => one.stop()));
});

async function serving(script: HostScript = {}): Promise<SmtpHost> {
  const one = await smtpHost(script);
  open.push(one);
  return one;
}

const ask = ({ address, port }: SmtpHost, ...more: readonly string[]) =>
  said(
    ...['probe', `${address}:${String(port)}`, '--domain', 'example.org', '--allow-private'],
    ...[...more, ...state],
  );

const flat = (text: string): string => text.replaceAll(/\s+/g, ' ');
const rcpt = (reply: string) => (command: string) =>
  command.startsWith('RCPT') ? `${reply}\r\n` : null;

describe('probe', () => {
  it('exits 0 where mail is taken, and shows the dialogue', async () => {
    const host = await serving({ tls: selfSigned(['DNS:mx.example']) });
    const { code, out, err } = await ask(host, '--recipient', 'anna@example.org');
    expect(code, err).toBe(0);
    const text = flat(out);
    expect(text).toContain('example.org: it takes mail at every address that was asked');
    expect(text).toContain('greeting: 220 mx.example ESMTP');
    expect(text).toContain('RCPT TO:<postmaster@example.org>: 250 2.0.0 Ok');
    expect(text).toContain('RCPT TO:<anna@example.org>: 250 2.0.0 Ok');
    expect(text).toContain('certificate: mx.example');
    expect(text).toContain('it is self-signed');
    expect(host.heard).not.toContain('DATA');
  });

  it('exits 3 where the domain is not known, in the words of the host, with a remedy', async () => {
    const host = await serving({
      answer: rcpt('550 5.7.64 TenantAttribution; Relay Access Denied'),
    });
    const { code, out } = await ask(host);
    expect(code).toBe(3);
    expect(flat(out)).toContain('550 5.7.64 TenantAttribution; Relay Access Denied');
    expect(flat(out)).toContain('does not know the domain: every message would bounce');
    expect(flat(out)).toContain('Add the domain there, verify it');
  });

  it('exits 69 where nothing can be concluded', async () => {
    const { code, out } = await ask(await serving({ answer: rcpt('450 4.2.0 Greylisted') }));
    expect(code).toBe(69);
    expect(flat(out)).toContain('to be asked again after');
    const host = await serving();
    const unasked = await said('probe', host.address, '--domain', 'example.org', ...state);
    expect(unasked.code).toBe(69);
    expect(host.connections()).toBe(0);
  });

  it('prints what observe --probe reads elsewhere', async () => {
    const { out } = await ask(await serving(), '--json', '--vantage', 'office');
    const view = JSON.parse(out) as ProbeView;
    expect(view).toMatchObject({ verdict: 'ready', domain: 'example.org', vantage: 'office' });
    expect(view.dialogues[0]!.recipients[0]).toMatchObject({ rcptTo: '250 2.0.0 Ok' });
    const round = readProbeRound(out);
    expect(round).toMatchObject({
      ...{ vantage: 'office', egress: 'open' },
      seen: [{ role: 'new', reception: 'accepts', host: '127.0.0.1.' }],
    });
  });

  it('sends a message only when it is told to, and says its mark', async () => {
    const host = await serving();
    const { out, err } = await ask(host, '--send-test-message', '--recipient', 'anna@example.org');
    const mark = /the test message (\S+) was taken for anna@example.org/.exec(flat(err))?.[1];
    expect(mark).toBeDefined();
    expect(flat(err)).toContain(`dns-cutover observe example.org --arrived ${mark!}`);
    expect(host.heard).toContain('MAIL FROM:<postmaster@example.org> BODY=8BITMIME');
    expect(host.heard).toContain(`Subject: Test of the new mail host of example.org (${mark!})`);
    expect(host.heard.filter(line => line === 'DATA')).toHaveLength(1);
    expect(flat(out)).toContain('test message: 250 2.0.0 Queued');
  });

  it('gives the name that it is told to, also with the message', async () => {
    const host = await serving();
    await ask(host, '--send-test-message', '--helo', 'probe.example.net');
    const names = host.heard.filter(line => /^(?:EHLO|HELO)/.test(line));
    expect(names.length).toBeGreaterThan(1);
    expect(new Set(names)).toEqual(new Set(['EHLO probe.example.net']));
    const { code, err } = await ask(host, '--helo', 'a b');
    expect(code).not.toBe(0);
    expect(flat(err)).toContain('Write a whole host name');
  });

  it('sends none to a host that takes nobody', async () => {
    const host = await serving({ answer: rcpt('554 5.7.1 Relay access denied') });
    const { err } = await ask(host, '--send-test-message');
    expect(err).toContain('no test message was sent');
    expect(host.heard).not.toContain('DATA');
  });

  it('what a host says reaches no terminal as it is', async () => {
    const evil = '\x1b]52;c;cm0=\x07\x1b[2J\u202e\x9b31m';
    const host = await serving({
      greeting: `220 ${evil}hi\r\n`,
      answer: command => (command === 'QUIT' ? null : `250-${evil}\r\n250 ${evil}\r\n`),
    });
    for (const more of [[], ['--json']]) {
      const { out } = await ask(host, ...more);
      expect(out.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    }
  });

  it.each([
    [['--recipient', 'a b@example.org']],
    [['--recipient', 'anna@example.org\r\nDATA']],
    [['--port', '0']],
    [['--port', '70000']],
  ])('refuses %j before it asks anybody', async more => {
    const host = await serving();
    expect((await ask(host, ...more)).code).toBe(64);
    expect(host.connections()).toBe(0);
  });
});
