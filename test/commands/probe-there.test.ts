import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Role } from '../../src/access/principal.ts';
import { never, order } from '../controller/site.ts';
import { type Api, openApi } from '../support/api.ts';
import { smtpHost, type SmtpHost } from '../support/smtp-host.ts';
import { said } from './said.ts';

const home = mkdtempSync(join(tmpdir(), 'dns-cutover-probe-there-'));
let api: Api;
let host: SmtpHost;
let url = '';

beforeAll(async () => {
  api = await openApi();
  const { plan } = await api.site.app.plan(order, never);
  await api.site.app.start(plan, { accept: [], takeClaim: null, reason: null }, 'kim');
  const address = await api.server.listen({ host: '127.0.0.1', port: 0 });
  url = address.replace('127.0.0.1', 'localhost');
  host = await smtpHost({});
});
afterAll(async () => {
  await host.stop();
  await api.server.close();
  rmSync(home, { recursive: true, force: true });
});

async function there(role: Role): Promise<readonly string[]> {
  const tokenFile = join(home, role);
  writeFileSync(tokenFile, await api.tokenOf(role), { mode: 0o600 });
  return ['--server', url, '--token-file', tokenFile];
}

/** A probe of this host from here, by somebody of that role at the server. */
async function sending(role: Role, domain = 'example.org') {
  const place = `${host.address}:${String(host.port)}`;
  const about = ['--domain', domain, '--allow-private', '--send-test-message'];
  return said('probe', place, ...about, ...(await there(role)));
}

const recorded = async () =>
  (await api.site.app.journal('example.org.1')).flatMap(({ line }) =>
    line.type === 'mail.observed' ? [line.data.what] : [],
  );

it('a test message is recorded in the journal of the server that moves the domain', async () => {
  const { code, err } = await sending('operator');
  expect(code, err).toBe(0);
  const token = /the test message (\S+) was taken/.exec(err)?.[1];
  expect(await recorded()).toEqual([
    {
      ...{ is: 'sent', token, host: '127.0.0.1.', address: '127.0.0.1' },
      ...{ to: 'postmaster@example.org', taken: true, said: '250 2.0.0 Queued' },
    },
  ]);
});

it('who may only look is told that it is not recorded, and sees what was sent', async () => {
  const before = await recorded();
  const { code, err, out } = await sending('viewer');
  expect(code, err).toBe(0);
  expect(err.replaceAll(/\s+/g, ' ')).toContain(
    'it is not recorded in the journal of example.org.1',
  );
  expect(out).toContain('250 2.0.0 Queued');
  expect(await recorded()).toEqual(before);
});

it('of a domain that nobody moves there nothing is recorded', async () => {
  const { code, err } = await sending('operator', 'example.net');
  expect(code, err).toBe(0);
  expect(err).toContain('no cutover of example.net is open there');
});

it('the hosts of a plan there are those of a cutover that is there', async () => {
  const missing = await said('probe', 'example.net', ...(await there('viewer')));
  expect([missing.code, missing.err]).toEqual([64, expect.stringContaining('example.org.1')]);
  const which = await said('probe', ...(await there('viewer')));
  expect([which.code, which.err]).toEqual([64, expect.stringContaining('which cutover?')]);
});

const sent = {
  ...{ is: 'sent', token: 'dns-cutover-0123456789ab', host: 'MX.New.example' },
  ...{ address: '192.0.2.25', to: 'anna@example.org', taken: true, said: '250 \u202eOk' },
};
const post = (role: Role, what: Record<string, unknown>) =>
  api.as(role, {
    ...{ method: 'POST', url: '/api/v1/cutovers/example.org.1/actions' },
    headers: { 'idempotency-key': crypto.randomUUID(), 'if-match': '*' },
    payload: { type: 'observe', what },
  });

it.each([
  { host: 'a b' },
  { host: `${'a.'.repeat(127)}example` },
  { address: 'mx.example' },
  { to: 'anna' },
  { to: 'anna@example.org\r\nQUIT' },
  { to: 'anna@ex\u202eample.org' },
  { token: 'mine' },
  { taken: 'yes' },
  { said: 'x'.repeat(201) },
])('the API refuses %j', async wrong => {
  expect((await post('operator', { ...sent, ...wrong })).statusCode).toBe(400);
});

it('the API takes one in any spelling and keeps it in one, from operators alone', async () => {
  expect((await post('agent', sent)).statusCode).toBe(403);
  const taken = await post('operator', sent);
  expect(taken.statusCode, taken.body).toBeLessThan(300);
  expect((await recorded()).at(-1)).toEqual({ ...sent, host: 'mx.new.example.', said: '250 Ok' });
});
