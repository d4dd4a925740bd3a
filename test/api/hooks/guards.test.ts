import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { fastify } from 'fastify';
import { Type } from 'typebox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { guardAccess } from '../../../src/api/hooks/access.ts';
import { demandClosedSchemas } from '../../../src/api/hooks/strict.ts';
import { type Server } from '../../../src/api/server-type.ts';
import { makeServer } from '../../../src/api/server.ts';
import { Fault } from '../../../src/errors.ts';
import { openSite } from '../../controller/site.ts';
import { type Api, cookieOf, host, kitOf, openApi } from '../../support/api.ts';

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
  "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'";

const version = '/api/v1/version';

describe('what every answer carries', () => {
  let api: Api;
  beforeAll(async () => {
    api = await openApi();
  });
  afterAll(() => api.server.close());

  it('the headers of security, whatever is answered', async () => {
    const urls = [version, '/nothing', '/livez', '/%zz', `/problems/${'x'.repeat(300)}`, '/'];
    for (const url of urls) {
      const { headers } = await api.as('viewer', { url });
      expect(headers, url).toMatchObject({
        'content-security-policy': policy,
        'x-content-type-options': 'nosniff',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'referrer-policy': 'no-referrer',
        'cache-control': expect.stringContaining('no-store') as string,
      });
      expect(headers).not.toHaveProperty('strict-transport-security');
      expect(headers).not.toHaveProperty('access-control-allow-origin');
    }
  });

  it('and over TLS that nothing else be used', async () => {
    const settings = { ...api.kit.settings, secure: true };
    const secure = await openApi({ settings });
    const { headers } = await secure.as('viewer', { url: version });
    expect(headers['strict-transport-security']).toBe('max-age=31536000; includeSubDomains');
    await secure.server.close();
  });

  it('says what may be done at an address, and never gives another site leave', async () => {
    const url = '/api/v1/tokens';
    const origin = { origin: 'https://evil.example', 'access-control-request-method': 'POST' };
    const options = await api.as('nobody', { method: 'OPTIONS', url, headers: origin });
    expect([options.statusCode, options.headers.allow]).toEqual([204, 'GET, HEAD, OPTIONS, POST']);
    const names = Object.keys(options.headers).filter(name => name.startsWith('access-control'));
    expect(names).toEqual([]);
    const wrong = await api.as('admin', { method: 'PUT', url, payload: {} });
    expect([wrong.statusCode, wrong.headers.allow]).toEqual([405, 'GET, HEAD, OPTIONS, POST']);
    expect(wrong.json()).toMatchObject({ type: '/problems/method-not-allowed' });
    expect((await api.as('nobody', { method: 'OPTIONS', url: '/nothing' })).statusCode).toBe(404);
  });

  it('HEAD is GET without a body', async () => {
    const get = await api.as('viewer', { url: version });
    const head = await api.as('viewer', { method: 'HEAD', url: version });
    expect([head.statusCode, head.body]).toEqual([200, '']);
    expect(head.headers['content-length']).toBe(get.headers['content-length']);
    expect((await api.as('nobody', { method: 'HEAD', url: version })).statusCode).toBe(401);
  });
});

describe('the names of the server', () => {
  it('others are sent away, whoever asks, and only probes come under any', async () => {
    const settings = {
      ...kitOf(openSite()).settings,
      hosts: ['cutover.example.org', '[::1]:8053'],
    };
    const api = await openApi({ settings });
    const asked = async (name: string, url = version) =>
      (await api.as('viewer', { url, headers: { host: name } })).statusCode;
    for (const name of ['cutover.example.org', 'CUTOVER.example.org:8080', '[::1]:8053'])
      expect(await asked(name), name).toBe(200);
    for (const name of ['evil.example', 'cutover.example.org.evil.example', 'localhost', '[::1]:1'])
      expect(await asked(name), name).toBe(421);
    expect(await asked('10.0.0.7:8053', '/livez')).toBe(200);
    const headers = { host: 'evil.example' };
    const { body } = await api.as('nobody', { url: version, headers });
    expect(JSON.parse(body)).toMatchObject({ type: '/problems/misdirected', status: 421 });
    await api.server.close();
  });

  it('a forwarded name counts only from a proxy that is named', async () => {
    const site = openSite();
    const asked = async (proxies: readonly string[]) => {
      const settings = { ...kitOf(site).settings, proxies };
      const api = await openApi({ settings });
      const headers = { host, 'x-forwarded-host': 'evil.example' };
      const { statusCode } = await api.as('viewer', { url: version, headers });
      await api.server.close();
      return statusCode;
    };
    expect(await asked([])).toBe(200);
    expect(await asked(['10.0.0.1'])).toBe(200);
    expect(await asked(['127.0.0.1'])).toBe(421);
  });
});

describe('a session', () => {
  it('acts only for the page of this server', async () => {
    const api = await openApi();
    const login = await api.kit.access.login(await api.tokenOf('admin'));
    const cookie = cookieOf(login?.secret ?? '');
    const payload = { name: 'one', role: 'viewer', expiresInSeconds: 60 };
    const asked = async (headers: Readonly<Record<string, string>>) => {
      const request = { method: 'POST', url: '/api/v1/tokens', payload } as const;
      return api.as('nobody', { ...request, headers: { cookie, ...headers } });
    };
    const good = [{ 'sec-fetch-site': 'same-origin' }, { origin: `http://${host}` }];
    for (const headers of good) expect((await asked(headers)).statusCode).toBe(201);
    const bad = [
      {},
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'none' },
      { 'sec-fetch-site': 'cross-site', origin: `http://${host}` },
      { origin: 'null' },
      { origin: 'https://evil.example' },
      { origin: `https://${host}` },
      { origin: `http://${host}.evil.example` },
    ];
    for (const headers of bad) {
      const { statusCode, body } = await asked(headers);
      expect([headers, statusCode]).toEqual([headers, 403]);
      expect(JSON.parse(body)).toMatchObject({ type: '/problems/cross-site' });
    }
    // A form of another site can send these, even were its origin believed.
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
      const headers = { 'content-type': type, 'sec-fetch-site': 'same-origin' };
      expect((await asked(headers)).statusCode, type).toBe(415);
    }
    const read = await api.as('nobody', { url: version, headers: { cookie } });
    expect(read.statusCode).toBe(200);
    const token = `Bearer ${await api.tokenOf('admin')}`;
    expect((await asked({ authorization: token })).statusCode).toBe(201);
    // Whoever shows a token is judged by it alone.
    expect((await asked({ authorization: 'Bearer wrong' })).statusCode).toBe(401);
    expect((await asked({ authorization: 'Basic eDp5' })).statusCode).toBe(401);
    await api.server.close();
  });

  it('is begun by this site or by a program, and by no other page', async () => {
    const api = await openApi();
    const payload = { secret: await api.tokenOf('viewer') };
    const asked = async (headers: Readonly<Record<string, string>>) =>
      (await api.as('nobody', { method: 'POST', url: '/api/v1/session', payload, headers }))
        .statusCode;
    expect(await asked({})).toBe(201);
    expect(await asked({ 'sec-fetch-site': 'same-origin' })).toBe(201);
    expect(await asked({ 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await asked({ origin: 'https://evil.example' })).toBe(403);
    await api.server.close();
  });
});

describe('what goes wrong inside', () => {
  it('is told by an id that the log has, and never by what was wrong', async () => {
    const lines: string[] = [];
    const site = openSite();
    const failures = [
      [new Error('at /home/kim/secret.ts'), 500, 'bug'],
      [new Fault('STORE', '/var/lib/x.sqlite is full'), 503, 'store'],
    ] as const;
    for (const [failure, status, kind] of failures) {
      const access = { ...kitOf(site).access, identify: () => Promise.reject(failure) };
      const kit = kitOf(site, { access });
      const server = await makeServer(kit, { log: { write: line => void lines.push(line) } });
      const headers = { host, authorization: 'Bearer dnsc_x_y', cookie: 'a=b' };
      const answer = await server.inject({ url: version, headers });
      expect([answer.statusCode, answer.json()]).toMatchObject([
        status,
        { type: `/problems/${kind}` },
      ]);
      expect(answer.body).not.toMatch(/kim|sqlite|\.ts/);
      const { request } = answer.json<{ request: string }>();
      expect(lines.some(line => line.includes(request) && line.includes(failure.message))).toBe(
        true,
      );
      await server.close();
    }
    expect(lines.join('')).not.toMatch(/dnsc_x_y|a=b/);
  });

  it('each request has a line, without a character that a terminal obeys', async () => {
    const lines: string[] = [];
    const server = await makeServer(kitOf(openSite()), {
      log: { write: line => void lines.push(line) },
    });
    await server.inject({ url: '/x\u009b31m?%1b', headers: { host } });
    await server.inject({ url: '/livez', headers: { host } });
    expect(lines).toHaveLength(1);
    const said = JSON.parse(lines[0] ?? '') as object;
    expect(said).toMatchObject({ method: 'GET', status: 404, by: null, address: '127.0.0.1' });
    expect(lines[0]).toMatch(/^[ -~]*\n$/);
    await server.close();
  });
});

describe('a route that does not say who may come, or what it takes', () => {
  it('keeps the server from starting', () => {
    const bare: Server = fastify().withTypeProvider<TypeBoxTypeProvider>();
    guardAccess(bare, kitOf(openSite()));
    demandClosedSchemas(bare);
    expect(() => bare.get('/x', async () => 'x')).toThrow('does not say who may come');
    const body = Type.Object({ dryRun: Type.Boolean() });
    const config = { needs: 'admin' } as const;
    expect(() => bare.post('/y', { config, schema: { body } }, async () => 'y')).toThrow(
      'not name',
    );
  });
});
