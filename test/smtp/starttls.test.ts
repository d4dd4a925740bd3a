import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { X509Certificate } from 'node:crypto';
import { parseName } from '../../src/dns/name.ts';
import { systemClock } from '../../src/machine/clock.ts';
import { type Conversation } from '../../src/mail/conversation.ts';
import { smtpConverse } from '../../src/smtp/converse.ts';
import { authority, type Identity, selfSigned } from '../support/certificates.ts';
import { type HostScript, smtpHost, type SmtpHost } from '../support/smtp-host.ts';

const ours = authority();
const right = ours.issue(['DNS:mx.example']);
const never = new AbortController().signal;
const hosts: SmtpHost[] = [];
const stop = async (): Promise<void> => {
  for (const host of hosts.splice(0)) await host.stop();
};
afterEach(stop);
afterAll(stop);

async function talk(
  script: HostScript,
  { trust = [ours.pem], name = 'mx.example' }: { trust?: readonly string[]; name?: string } = {},
): Promise<{ readonly said: Conversation; readonly host: SmtpHost }> {
  const host = await smtpHost(script);
  hosts.push(host);
  const converse = smtpConverse({ clock: systemClock(), trust });
  const { address, port } = host;
  const said = await converse(
    {
      ...{ host: parseName(name), address, port, helo: 'probe.example', message: null },
      recipients: [{ address: 'postmaster@example.org', kind: 'postmaster' }],
    },
    never,
  );
  return { said, host };
}

const certificateOf = ({ tls }: Conversation) => (tls?.is === 'up' ? tls.certificate : null);

describe('STARTTLS', () => {
  it('is taken up, and EHLO is said again over TLS', async () => {
    const { said, host } = await talk({ tls: right });
    expect(said).toMatchObject({
      end: 'complete',
      tls: { is: 'up', protocol: 'TLSv1.3' },
      recipients: [{ rcptTo: { code: 250 } }],
    });
    expect(host.heard.slice(0, 4)).toEqual([
      ...['EHLO probe.example', 'STARTTLS', 'EHLO probe.example', 'MAIL FROM:<>'],
    ]);
    expect(said.ehlo?.lines).not.toContain('STARTTLS');
    expect(certificateOf(said)).toMatchObject({
      ...{ trusted: true, distrust: null, nameMatches: true, names: ['mx.example'] },
    });
    expect(said.discarded).toBeUndefined();
  });

  it('believes nothing that came before the handshake', async () => {
    const injected = '250-evil\r\n250 OK\r\n250 2.1.5 accepted\r\n';
    const { said } = await talk({
      ...{ tls: right, injected },
      answer: (line, secure) => (secure && line.startsWith('RCPT') ? '550 5.1.1 no\r\n' : null),
    });
    expect(said).toMatchObject({
      ...{ end: 'complete', discarded: injected.length },
      recipients: [{ rcptTo: { code: 550 } }],
    });
    expect(said.ehlo?.lines[0]).toBe('mx.example');
  });

  it('a refusal is told, and the rest is asked without it', async () => {
    const { said } = await talk({
      tls: right,
      answer: line => (line === 'STARTTLS' ? '454 4.7.0 TLS not available\r\n' : null),
    });
    expect(said).toMatchObject({
      tls: { is: 'refused', reply: { code: 454 } },
      recipients: [{ rcptTo: { code: 250 } }],
    });
  });

  it('a handshake that fails is told, and the rest is asked over another connection', async () => {
    const { said, host } = await talk({ tls: right, garbled: true });
    expect(said.tls).toMatchObject({ is: 'failed' });
    expect(host.connections()).toBe(2);
    expect(said).toMatchObject({ end: 'complete', recipients: [{ rcptTo: { code: 250 } }] });
  });
});

describe('the certificate is judged apart from the connection', () => {
  it('of another name', async () => {
    const { said } = await talk({ tls: ours.issue(['DNS:other.example']) });
    expect(certificateOf(said)).toMatchObject({ trusted: true, nameMatches: false });
    expect(said.recipients[0]?.rcptTo?.code).toBe(250);
  });

  it.each([
    // A common name is no DNS name, whatever other names stand beside it (RFC 8461 4.2, RFC 6125 6.4).
    [false, ['IP:127.0.0.1'], '/CN=mx.example'],
    [false, ['email:postmaster@mx.example'], '/CN=mx.example'],
    [false, ['DNS:*.example'], '/CN=mx.deep.example'],
    [true, ['DNS:MX.Example'], '/CN=other'],
  ])('its names: %s for %j of %s', async (holds, names, subject) => {
    const { said } = await talk({ tls: ours.issue(names, { subject }) });
    expect(certificateOf(said)).toMatchObject({ trusted: true, nameMatches: holds });
  });

  it.each([
    ['mx.deep.example', 'DNS:*.deep.example', true],
    ['mx.deep.example', 'DNS:m*.deep.example', false],
    ['mx.deep.example', 'DNS:*.example', false],
  ])('%s by %s: %s', async (name, pattern, holds) => {
    const { said } = await talk({ tls: ours.issue([pattern]) }, { name });
    expect(certificateOf(said)).toMatchObject({ nameMatches: holds });
  });

  it('expired: its authority is judged all the same', async () => {
    const tls = ours.issue(['DNS:mx.example'], { expired: true });
    const known = certificateOf((await talk({ tls })).said);
    expect(known).toMatchObject({ trusted: true, nameMatches: true });
    expect(known!.notAfter).toBeLessThan(Date.now());
    const stranger = certificateOf((await talk({ tls }, { trust: [authority().pem] })).said);
    expect(stranger).toMatchObject({ trusted: false });
  });

  it('self-signed', async () => {
    const { said } = await talk({ tls: selfSigned(['DNS:mx.example']) });
    expect(certificateOf(said)).toMatchObject({ trusted: false, distrust: 'it is self-signed' });
  });

  it('the chain is what was presented, the leaf first, without the authority that was not', async () => {
    const chainOf = async (tls: Identity): Promise<readonly string[]> =>
      certificateOf((await talk({ tls })).said)?.chain ?? [];
    const subjects = (chain: readonly string[]): readonly string[] =>
      chain.map(der => new X509Certificate(Buffer.from(der, 'base64')).subject);
    const chain = await chainOf(right);
    expect(subjects(chain)).toEqual(['CN=test']);
    expect(subjects(await chainOf({ ...right, cert: right.cert + ours.pem }))).toEqual([
      ...['CN=test', 'CN=authority of a test'],
    ]);
    expect(subjects(await chainOf(selfSigned(['DNS:mx.example'])))).toEqual(['CN=test']);
    expect(chain[0]).toBe(new X509Certificate(right.cert).raw.toString('base64'));
  });
});
