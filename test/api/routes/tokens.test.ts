import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limits } from '../../../src/limits.ts';
import { never, order } from '../../controller/site.ts';
import { type Api, openApi } from '../../support/api.ts';

let api: Api;
const cutover = 'example.org.1';
const tokens = '/api/v1/tokens';
const shares = `/api/v1/cutovers/${cutover}/shares`;

beforeAll(async () => {
  api = await openApi();
  const { app } = api.site;
  const { plan } = await app.plan(order, never);
  const id = await app.start(plan, { accept: [], takeClaim: null, reason: null }, 'kim');
  expect(id).toBe(cutover);
});
afterAll(() => api.server.close());

interface Made {
  readonly secret: string;
  readonly path: string;
  readonly token: { readonly id: string };
  readonly share: { readonly id: string };
}

/** A request with this token. */
const by = (
  secret: string,
  asked: { method?: 'GET' | 'POST' | 'DELETE'; url: string; payload?: object },
) => api.as('nobody', { ...asked, headers: { authorization: `Bearer ${secret}` } });

const post = (secret: string, url: string, payload: object) =>
  by(secret, { method: 'POST', url, payload });

const hour = 3600;
const plain = { name: 'CI', role: 'viewer', expiresInSeconds: hour };

describe('tokens', () => {
  it('are made by an admin, who alone sees the secret, and that once', async () => {
    const admin = await api.tokenOf('admin');
    const answer = await post(admin, tokens, { ...plain, cutovers: ['example.org'] });
    expect(answer.statusCode).toBe(201);
    const { secret, token } = answer.json<Made>();
    const now = api.site.clock.now().wall;
    const view = {
      ...{ id: token.id, name: 'CI', role: 'viewer', cutovers: ['example.org'] },
      ...{ createdBy: 'a admin', createdAt: new Date(now).toISOString() },
      ...{ expiresAt: new Date(now + hour * 1000).toISOString() },
      ...{ lastUsedAt: null, revokedAt: null },
    };
    expect(token).toEqual(view);
    const list = await by(admin, { url: tokens });
    expect(list.json<{ tokens: object[] }>().tokens).toContainEqual(view);
    expect(list.body).not.toMatch(/hash|secret|[0-9a-f]{64}/);
    expect((await by(secret, { url: `/api/v1/cutovers/${cutover}` })).statusCode).toBe(200);
    const revoked = await by(admin, { method: 'DELETE', url: `${tokens}/${token.id}` });
    expect([revoked.statusCode, revoked.body]).toEqual([204, '']);
    expect((await by(secret, { url: `/api/v1/cutovers/${cutover}` })).statusCode).toBe(401);
    const unknown = await by(admin, { method: 'DELETE', url: `${tokens}/0000` });
    expect(unknown.statusCode).toBe(404);
  });

  it('are listed a page at a time', async () => {
    const admin = await api.tokenOf('admin');
    for (const name of ['one', 'two', 'three']) await post(admin, tokens, { ...plain, name });
    interface Page {
      readonly tokens: readonly { readonly id: string }[];
      readonly next: string | null;
    }
    const whole = (await by(admin, { url: `${tokens}?limit=200` })).json<Page>();
    const ids: string[] = [];
    for (let next: string | null = ''; next !== null;) {
      const after = next === '' ? '' : `&after=${next}`;
      const page: Page = (await by(admin, { url: `${tokens}?limit=2${after}` })).json<Page>();
      expect(page.tokens.length).toBeLessThanOrEqual(2);
      ids.push(...page.tokens.map(({ id }) => id));
      ({ next } = page);
    }
    expect(ids).toEqual(whole.tokens.map(({ id }) => id));
    expect([...ids].sort()).toEqual(ids);
  });

  it('hand on nothing that their maker has not', async () => {
    const admin = await api.tokenOf('admin');
    const scope = { ...plain, role: 'admin', cutovers: ['example.com'] };
    const scoped = (await post(admin, tokens, scope)).json<Made>();
    const foreign = (await post(admin, tokens, plain)).json<Made>();
    for (const cutovers of [undefined, null, ['example.net'], ['example.com.1', 'example.net.1']]) {
      const answer = await post(scoped.secret, tokens, { ...plain, cutovers });
      expect([cutovers, answer.statusCode]).toEqual([cutovers, 403]);
    }
    const own = (
      await post(scoped.secret, tokens, { ...scope, cutovers: ['example.com.1'] })
    ).json<Made>();
    const seen = (await by(scoped.secret, { url: tokens })).json<{ tokens: { id: string }[] }>();
    expect(seen.tokens.map(({ id }) => id).sort()).toEqual([scoped.token.id, own.token.id].sort());
    const end = async (id: string) =>
      (await by(scoped.secret, { method: 'DELETE', url: `${tokens}/${id}` })).statusCode;
    expect([await end(foreign.token.id), await end(own.token.id)]).toEqual([404, 204]);
  });

  it('are not made of what is not exactly what it should be', async () => {
    const admin = await api.tokenOf('admin');
    const longest = limits.tokenLongestMs / 1000;
    const bodies: readonly [number, object][] = [
      [201, { ...plain, expiresInSeconds: longest }],
      [400, { ...plain, expiresInSeconds: longest + 1 }],
      [400, { ...plain, expiresInSeconds: 0 }],
      [400, { ...plain, expiresInSeconds: '60' }],
      [400, { name: 'CI', role: 'viewer' }],
      [400, { ...plain, role: 'root' }],
      [400, { ...plain, name: 'a\u202eb' }],
      [400, { ...plain, name: '<b>\n' }],
      [400, { ...plain, cutovers: [] }],
      [400, { ...plain, cutovers: ['a b'] }],
      [400, { ...plain, admin: true }],
    ];
    for (const [status, body] of bodies) {
      const answer = await post(admin, tokens, body);
      expect([body, answer.statusCode]).toEqual([body, status]);
    }
  });
});

describe('share links', () => {
  const browser = { 'sec-fetch-site': 'same-origin' };
  const enter = async (secret: string) => {
    const payload = { secret };
    const asked = { method: 'POST', url: '/api/v1/session', headers: browser, payload } as const;
    return api.as('nobody', asked);
  };

  it('show one cutover to whoever has them, and nothing beside it', async () => {
    const operator = await api.tokenOf('operator');
    const made = await post(operator, shares, { expiresInSeconds: hour });
    expect(made.statusCode).toBe(201);
    const { secret, path, share } = made.json<Made>();
    expect(path).toBe(`/share#${secret}`);
    expect((await by(secret, { url: `/api/v1/cutovers/${cutover}` })).statusCode).toBe(401);
    const session = await enter(secret);
    expect(session.json()).toMatchObject({ kind: 'share', role: 'viewer', cutovers: [cutover] });
    const cookie = String(session.headers['set-cookie']).split(';')[0] ?? '';
    const see = async (url: string, method: 'GET' | 'POST' | 'DELETE' = 'GET') =>
      (await api.as('nobody', { method, url, headers: { ...browser, cookie } })).statusCode;
    expect(await see('/api/v1/session')).toBe(200);
    expect(await see(`/api/v1/cutovers/${cutover}`)).toBe(200);
    expect(await see('/api/v1/cutovers/example.org')).toBe(200);
    expect(await see('/api/v1/cutovers/example.net.1')).toBe(404);
    for (const url of [shares, tokens, '/api/v1/sessions', '/api/v1/version'])
      expect([url, await see(url)]).toEqual([url, 403]);
    expect(await see(`${shares}/${share.id}`, 'DELETE')).toBe(403);
    const list = await by(operator, { url: shares });
    expect(list.json<{ shares: { id: string }[] }>().shares.map(({ id }) => id)).toEqual([
      share.id,
    ]);
    expect(list.body).not.toMatch(/[0-9a-f]{64}/);
    const end = () => by(operator, { method: 'DELETE', url: `${shares}/${share.id}` });
    expect((await end()).statusCode).toBe(204);
    expect(await see('/api/v1/session')).toBe(401);
    expect((await enter(secret)).statusCode).toBe(401);
    const unknown = await by(operator, { method: 'DELETE', url: `${shares}/0000` });
    expect(unknown.statusCode).toBe(404);
  });

  it('are made for a cutover that there is, for a time, by somebody who may see it', async () => {
    const admin = await api.tokenOf('admin');
    const longest = limits.shareLongestMs / 1000;
    const elsewhere = { ...plain, role: 'operator', cutovers: ['example.net'] };
    const { secret } = (await post(admin, tokens, elsewhere)).json<Made>();
    expect((await post(secret, shares, { expiresInSeconds: 1 })).statusCode).toBe(404);
    const viewer = await api.tokenOf('viewer');
    expect((await post(viewer, shares, { expiresInSeconds: 1 })).statusCode).toBe(403);
    const none = shares.replace(cutover, 'example.net.1');
    expect((await post(admin, none, { expiresInSeconds: 1 })).statusCode).toBe(404);
    for (const [status, expiresInSeconds] of [
      [201, 1],
      [201, longest],
      [400, longest + 1],
      [400, 0],
    ])
      expect((await post(admin, shares, { expiresInSeconds })).statusCode).toBe(status);
  });
});
