import { type InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCredential } from '../../../src/access/credential.ts';
import { type Role } from '../../../src/access/principal.ts';
import { type Kit } from '../../../src/api/kit.ts';
import { makeServer } from '../../../src/api/server.ts';
import { type Server } from '../../../src/api/server-type.ts';
import { limits } from '../../../src/limits.ts';
import { openSite, type Site } from '../../controller/site.ts';
import { cookieOf, kitOf } from '../../support/api.ts';

const url = '/api/v1/session';
const here = { host: 'localhost', 'sec-fetch-site': 'same-origin' };
const names = ['localhost', '127.0.0.1', '[::1]'];
const elsewhere = ['dns.example.org', 'localhost.example.org', '127.0.0.1.example.org'];

let site: Site;
let kit: Kit;
let server: Server;
const lines: string[] = [];

beforeAll(async () => {
  site = openSite();
  const plain = kitOf(site);
  kit = { ...plain, settings: { ...plain.settings, hosts: [...names, ...elsewhere] } };
  server = await makeServer(kit, { log: { write: line => lines.push(line) } });
});
afterAll(() => server.close());

const tokenOf = async (role: Role, lastsMs = 86_400_000): Promise<string> => {
  const expiresAt = site.clock.now().wall + lastsMs;
  const order = { name: `a ${role}`, role, cutovers: null, expiresAt, by: 'the test' };
  return (await kit.access.createToken(order)).secret;
};

interface Asked extends Omit<InjectOptions, 'headers'> {
  readonly headers?: Readonly<Record<string, string>>;
}

/** A browser at the page of this server. */
const ask = ({ headers = {}, ...asked }: Asked, of: Server = server) =>
  of.inject({ url, ...asked, headers: { ...here, ...headers } });

const login = (secret: string, asked: Asked = {}, of: Server = server) =>
  ask({ ...asked, method: 'POST', payload: { secret } }, of);

/** The secret in the cookie that an answer sets. */
const sessionIn = ({ headers }: { readonly headers: Readonly<Record<string, unknown>> }): string =>
  /^__Host-dns-cutover=([^;]*);/.exec(String(headers['set-cookie']))?.[1] ?? '';

const withCookie = (session: string) => ({ headers: { cookie: cookieOf(session) } });

const otherEnd = (secret: string): string =>
  secret.slice(0, -1) + (secret.endsWith('0') ? '1' : '0');

describe('logging in', () => {
  it('exchanges a token for a cookie that no script reads and no other site sends', async () => {
    const answer = await login(await tokenOf('operator'));
    expect(answer.statusCode).toBe(201);
    expect(answer.json()).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{16}\.[0-9a-f]{16}$/) as string,
      ...{ kind: 'session', name: 'a operator', role: 'operator', cutovers: null },
      expiresAt: new Date(site.clock.now().wall + limits.sessionMs).toISOString(),
    });
    const [value, ...attributes] = String(answer.headers['set-cookie']).split('; ');
    expect(value).toMatch(/^__Host-dns-cutover=dnss_/);
    const wanted = ['Max-Age=28800', 'Path=/', 'HttpOnly', 'Secure', 'SameSite=Strict'];
    expect(attributes.sort()).toEqual(wanted.sort());
    expect(answer.body).not.toContain(sessionIn(answer));
    const who = await ask(withCookie(sessionIn(answer)));
    expect([who.statusCode, who.json()]).toEqual([200, answer.json()]);
  });

  it('ends the session that was there before, and logging out ends the new one', async () => {
    const secret = await tokenOf('viewer');
    const old = sessionIn(await login(secret));
    const fresh = sessionIn(await login(secret, withCookie(old)));
    const status = async (session: string) => (await ask(withCookie(session))).statusCode;
    expect([await status(old), await status(fresh)]).toEqual([401, 200]);
    const out = await ask({ method: 'DELETE', ...withCookie(fresh) });
    expect([out.statusCode, out.body]).toEqual([204, '']);
    expect(String(out.headers['set-cookie'])).toMatch(
      /^__Host-dns-cutover=; .*Expires=Thu, 01 Jan 1970/,
    );
    expect(await status(fresh)).toBe(401);
    expect((await ask({ method: 'DELETE' })).statusCode).toBe(204);
  });

  it('refuses what is unknown, ended, revoked, or an agent, all in the same words', async () => {
    const [ended, revoked] = [await tokenOf('viewer', 1000), await tokenOf('viewer')];
    await kit.access.revokeToken(readCredential(revoked)!.id);
    site.clock.jump(1000);
    const said = new Set<string>();
    for (const secret of [ended, revoked, await tokenOf('agent'), otherEnd(revoked), 'dnsc_x']) {
      const answer = await login(secret, { remoteAddress: '192.0.2.1' });
      expect([answer.statusCode, answer.headers['set-cookie']]).toEqual([401, undefined]);
      said.add(JSON.stringify({ ...answer.json<object>(), request: null }));
    }
    expect(said.size).toBe(1);
  });

  it('is counted when it fails: after a few a minute must pass, also for a good token', async () => {
    const from = { remoteAddress: '192.0.2.2' };
    for (let failed = 0; failed < limits.apiLoginsPerMinute; failed += 1)
      expect((await login('dnsc_x', from)).statusCode).toBe(401);
    const secret = await tokenOf('viewer');
    const answer = await login(secret, from);
    expect(answer.statusCode).toBe(429);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect((await login(secret)).statusCode).toBe(201);
  });

  it('is for TLS and for this machine, where browsers keep its cookie', async () => {
    const secret = await tokenOf('viewer');
    for (const host of [...names, 'localhost:8053', '[::1]:8053', 'LOCALHOST'])
      expect([host, (await login(secret, { headers: { host } })).statusCode]).toEqual([host, 201]);
    for (const host of elsewhere) {
      const answer = await login(secret, { headers: { host } });
      const { type } = answer.json<{ type: string }>();
      expect([host, answer.statusCode, type]).toEqual([host, 403, '/problems/tls-required']);
      expect(answer.headers['set-cookie']).toBeUndefined();
    }
    const settings = { ...kit.settings, secure: true };
    const tls = await makeServer({ ...kit, settings }, { log: null });
    const [host = ''] = elsewhere;
    const answer = await login(secret, { headers: { host } }, tls);
    await tls.close();
    expect(answer.statusCode).toBe(201);
  });

  it('is refused where the proxy says that the browser came by plain http', async () => {
    const secret = await tokenOf('viewer');
    const settings = { ...kit.settings, secure: true, proxies: ['192.0.2.7'] };
    const behind = await makeServer({ ...kit, settings }, { log: null });
    const [host = ''] = elsewhere;
    const by = async (proto: string | null, from: object = { host }, remoteAddress = '192.0.2.7') =>
      (
        await login(
          secret,
          { remoteAddress, headers: { ...from, ...(proto && { 'x-forwarded-proto': proto }) } },
          behind,
        )
      ).statusCode;
    expect([await by('https'), await by(null), await by('http')]).toEqual([201, 201, 403]);
    expect([await by('https, http'), await by('http', { host: 'localhost' })]).toEqual([403, 201]);
    expect(await by('https', { host }, '192.0.2.8')).toBe(403);
    await behind.close();
  });

  it('refuses a body that is not exactly what it should be, and quotes no secret', async () => {
    const secret = await tokenOf('viewer');
    const post = (payload: string | object, headers = {}) =>
      ask({ method: 'POST', payload, headers });
    const long = { secret: 'x'.repeat(513) };
    const bodies = [
      {},
      { secret: 1 },
      { secret: '' },
      { secret, more: 1 },
      { secret: [secret] },
      long,
    ];
    for (const body of bodies) {
      const answer = await post(body);
      expect([body, answer.statusCode]).toEqual([body, 400]);
      expect(answer.body).not.toContain(secret);
    }
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await post(`secret=${secret}`, form)).statusCode).toBe(415);
    const far = await post({ secret }, { 'sec-fetch-site': 'cross-site' });
    expect([far.statusCode, far.headers['set-cookie']]).toEqual([403, undefined]);
  });
});

it('sessions are listed and ended by those whose token they are of, and all of them by an admin', async () => {
  const roles = ['viewer', 'operator', 'admin'] as const;
  const opened = new Map<string, { readonly id: string; readonly session: string }>();
  for (const role of roles) {
    const answer = await login(await tokenOf(role));
    const { id } = answer.json<{ id: string }>();
    opened.set(role, { id, session: sessionIn(answer) });
  }
  const idOf = (role: string) => opened.get(role)?.id ?? '';
  const as = (role: string, asked: Asked) =>
    ask({ ...asked, ...withCookie(opened.get(role)?.session ?? '') });
  const list = async (role: string) => {
    const answer = await as(role, { url: '/api/v1/sessions?limit=200' });
    const { sessions } = answer.json<{ sessions: { id: string; own: boolean }[] }>();
    expect(sessions.filter(({ own }) => own).map(({ id }) => id)).toEqual([idOf(role)]);
    return sessions.map(({ id }) => id);
  };
  const end = async (role: string, of: string) =>
    (await as(role, { method: 'DELETE', url: `/api/v1/sessions/${idOf(of)}` })).statusCode;
  expect(await list('viewer')).toEqual([idOf('viewer')]);
  expect(await list('admin')).toEqual(expect.arrayContaining(roles.map(idOf)));
  expect(await end('viewer', 'operator')).toBe(404);
  expect([await end('admin', 'operator'), await end('admin', 'operator')]).toEqual([204, 404]);
  expect(await end('viewer', 'viewer')).toBe(204);
  expect(await list('admin')).not.toContain(idOf('viewer'));
});

it('no secret is ever in a line of the log, and a login that failed is', async () => {
  const secret = await tokenOf('admin');
  const wrong = otherEnd(secret);
  const from = { remoteAddress: '192.0.2.3' };
  lines.length = 0;
  const session = sessionIn(await login(secret, from));
  await login(wrong, from);
  const headers = { authorization: `Bearer ${secret}`, cookie: cookieOf(session) };
  const tokens = { url: '/api/v1/tokens', headers };
  const order = { name: 'CI', role: 'viewer', expiresInSeconds: 60 };
  const made = await ask({ ...tokens, method: 'POST', payload: order });
  await ask({ ...tokens, method: 'POST', payload: { ...order, secret } });
  await ask({ ...tokens, headers: { authorization: `Bearer ${wrong}` } });
  await ask({ url: `/api/v1/tokens/${secret}?${secret}`, method: 'DELETE', headers });
  const log = lines.join('');
  for (const one of [secret, wrong, session, made.json<{ secret: string }>().secret])
    expect(log).not.toContain(readCredential(one)!.secret);
  const told = lines.map(line => JSON.parse(line) as Record<string, unknown>);
  expect(told.find(({ msg }) => msg === 'login refused')).toMatchObject({
    ...{ level: 40, address: '192.0.2.3', shown: readCredential(secret)?.id },
  });
  expect(told.filter(({ status }) => status === 401)).toHaveLength(2);
});
