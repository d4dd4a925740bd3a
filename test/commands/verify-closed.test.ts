import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ClosedView } from '../../src/view/mail/closed.ts';
import { smtpHost, type SmtpHost } from '../support/smtp-host.ts';
import { said } from './said.ts';

const home = mkdtempSync(join(tmpdir(), 'dns-cutover-closed-'));
const state = ['--state', join(home, 'state')];
afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});

const open: SmtpHost[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map(one => one.stop()));
});
async function serving(script: Parameters<typeof smtpHost>[0]): Promise<SmtpHost> {
  const one = await smtpHost(script);
  open.push(one);
  return one;
}

const ask = (port: number, ...more: readonly string[]) =>
  said(
    ...['verify-closed', '127.0.0.1', '--domain', 'example.org', '--allow-private'],
    ...['--port', String(port), ...more, ...state],
  );

/** It knows the domain, and nobody there but those who are named. */
const knowing =
  (...people: readonly string[]) =>
  (command: string): string | null =>
    !command.startsWith('RCPT') || people.some(one => command.includes(one))
      ? null
      : '550 5.1.1 <x>: Recipient address rejected: User unknown\r\n';

describe('verify-closed', () => {
  let port = 0;
  beforeAll(async () => {
    const gone = await smtpHost({});
    ({ port } = gone);
    await gone.stop();
  });

  it('exits 0 where nobody listens, needs no configuration, and makes no store', async () => {
    const { code, out, err } = await ask(port);
    expect(code, err).toBe(0);
    expect(out).toContain('The old host refuses mail for example.org at every address.');
    expect(out).toContain('127.0.0.1: refuses the connection');
    expect(out.replaceAll(/\s+/g, ' ')).toContain('delivered there without any look at the MX');
  });

  it('exits 3 where it takes mail for somebody who lived there, and says for whom', async () => {
    const old = await serving({ answer: knowing('anna@') });
    const named = ['--helo', 'probe.example.net'];
    const { code, out } = await ask(old.port, '--former', 'anna@example.org', '--json', ...named);
    expect(code).toBe(3);
    expect(old.heard).toContain('EHLO probe.example.net');
    const view = JSON.parse(out) as ClosedView;
    expect(view).toMatchObject({ domain: 'example.org', goal: 'refuses', verdict: 'open' });
    expect(view.summary).toBe(
      'The old host still accepts mail for example.org and nobody will read it.',
    );
    expect(view.addresses).toMatchObject([
      { address: '127.0.0.1', verdict: 'open', why: 'accepts', recipient: 'anna@example.org' },
    ]);
    expect(view.recipients).toEqual(['anna@example.org', 'postmaster@example.org']);
  });

  it('exits 69 where postmaster alone is refused, until somebody who lived there is, too', async () => {
    const old = await serving({ answer: knowing() });
    const alone = await ask(old.port);
    expect(alone.code).toBe(69);
    expect(alone.out).toContain('--former');
    expect((await ask(old.port, '--former', 'anna@example.org')).code).toBe(0);
  });

  it('asks no private address unasked', async () => {
    const old = await serving({});
    const { code, out } = await said(
      ...['verify-closed', '127.0.0.1', '--domain', 'example.org'],
      ...['--port', String(old.port), ...state],
    );
    expect(code).toBe(69);
    expect(out).toContain('a loopback address');
    expect(old.connections()).toBe(0);
  });

  it('keeps the words of a server in one line, without what moves a cursor', async () => {
    const evil = '\x1b]52;c;cm0=\x07\x1b[2J';
    const old = await serving({ answer: () => `250 2.1.5 ${evil}${'y'.repeat(1500)}\r\n` });
    for (const json of [[], ['--json']]) {
      const { out } = await ask(old.port, ...json);
      expect(out.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      expect(out).not.toContain('y'.repeat(300));
    }
  });

  it.each([
    [['--domain', 'example.org'], 'which host?'],
    [['mx.old.example', '--domain', 'example.org', '--port', '70000'], '70000 is not a port'],
    [['mx.old.example', '--domain', 'example.org', '--former', 'anna'], 'is not a mail address'],
    [['mx.old.example', 'mx2.old.example'], 'one cutover at a time'],
  ])('refuses %j', async (args, message) => {
    const { code, err } = await said('verify-closed', ...args, ...state);
    expect(code).toBe(64);
    expect(err).toContain(message);
  });
});
