import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Principal, type Rank, ranks } from '../../src/access/principal.ts';
import { never, openSite, order } from '../controller/site.ts';
import { type Api, cookieOf, openApi } from '../support/api.ts';

/** What each operation needs, by the endpoint list of the API and not by what the routes say of themselves. */
const needs: Readonly<Record<string, Rank | 'anyone'>> = {
  'GET /livez': 'anyone',
  'GET /readyz': 'anyone',
  'GET /startupz': 'anyone',
  'GET /problems/{kind}': 'anyone',
  'POST /api/v1/session': 'anyone',
  'DELETE /api/v1/session': 'anyone',
  'GET /api/v1/session': 'viewer',
  'GET /api/v1/sessions': 'viewer',
  'DELETE /api/v1/sessions/{session}': 'viewer',
  'GET /openapi.json': 'viewer',
  'GET /metrics': 'viewer',
  'GET /api/v1/version': 'viewer',
  'GET /api/v1/cutovers': 'viewer',
  'POST /api/v1/cutovers': 'operator',
  'GET /api/v1/cutovers/{id}': 'viewer',
  'POST /api/v1/cutovers/{id}/actions': 'operator',
  'GET /api/v1/cutovers/{id}/events': 'viewer',
  'GET /api/v1/cutovers/{id}/journal': 'viewer',
  'GET /api/v1/cutovers/{id}/propagation': 'viewer',
  'GET /api/v1/cutovers/{id}/propagation/history': 'viewer',
  'GET /api/v1/cutovers/{id}/report': 'viewer',
  'GET /api/v1/cutovers/{id}/snapshots': 'viewer',
  'GET /api/v1/cutovers/{id}/stragglers': 'viewer',
  'GET /api/v1/cutovers/{id}/watch': 'viewer',
  'GET /api/v1/cutovers/{id}/shares': 'operator',
  'POST /api/v1/cutovers/{id}/shares': 'operator',
  'DELETE /api/v1/cutovers/{id}/shares/{share}': 'operator',
  'GET /api/v1/events': 'viewer',
  'GET /api/v1/operations/{id}': 'viewer',
  'POST /api/v1/plans': 'operator',
  'GET /api/v1/plans/{hash}': 'operator',
  'POST /api/v1/propagation/query': 'operator',
  'GET /api/v1/resolvers': 'viewer',
  'POST /api/v1/resolvers': 'admin',
  'DELETE /api/v1/resolvers/{id}': 'admin',
  'POST /api/v1/resolvers/{id}/test': 'admin',
  'GET /api/v1/tokens': 'admin',
  'POST /api/v1/tokens': 'admin',
  'DELETE /api/v1/tokens/{token}': 'admin',
  'GET /api/v1/webhooks': 'admin',
  'POST /api/v1/webhooks': 'admin',
  'DELETE /api/v1/webhooks/{webhook}': 'admin',
  'POST /api/v1/webhooks/{webhook}/test': 'admin',
  'GET /api/v1/webhooks/{webhook}/deliveries': 'admin',
  'POST /api/v1/webhooks/{webhook}/deliveries/{delivery}/redeliver': 'admin',
};

/** What a share link opens besides what anyone may see: one cutover and what moves on its page. */
const shared = [
  'GET /api/v1/session',
  'GET /api/v1/cutovers/{id}',
  'GET /api/v1/cutovers/{id}/events',
  'GET /api/v1/cutovers/{id}/propagation/history',
];

const aboutCutovers = Object.keys(needs).filter(name => name.includes('/cutovers/{id}'));
const mine = 'example.org.1';

interface Operation {
  readonly responses: object;
}

describe('every operation, whoever asks', () => {
  let api: Api;
  let operations: ReadonlyMap<string, Operation>;
  const all = Object.entries(needs);

  /** A session of a token, or of a share link. */
  const sessionOf = async (secret: string): Promise<string> =>
    cookieOf((await api.kit.access.login(secret))?.secret ?? '');

  const ask = async (name: string, headers: Readonly<Record<string, string>>, id = mine) => {
    const [method = '', path = ''] = name.split(' ');
    const url = path.replace('{id}', id).replaceAll(/\{\w+\}/g, 'none');
    return api.as('nobody', {
      ...{ method: method, url },
      headers: { accept: 'application/json', ...headers },
    });
  };

  /** The kind of problem, or what is past every guard. */
  const verdict = async (
    name: string,
    headers: Readonly<Record<string, string>>,
    id?: string,
  ): Promise<string> => {
    const { statusCode, body } = await ask(name, headers, id);
    const { responses = {} } = operations.get(name) ?? {};
    expect(Object.keys(responses), `${name} does not say that it gives this`).toContain(
      String(statusCode),
    );
    const guards = ['unauthenticated', 'forbidden', 'cross-site', 'misdirected', 'rate-limited'];
    const kind = statusCode < 400 ? '' : (JSON.parse(body) as { type: string }).type.slice(10);
    return guards.includes(kind) ? kind : 'past the guards';
  };

  /** What becomes of each operation. */
  const verdicts = async (headers: Readonly<Record<string, string>>) =>
    Object.fromEntries(
      await Promise.all(all.map(async ([name]) => [name, await verdict(name, headers)] as const)),
    );

  const expected = (judge: (name: string, needed: Rank | 'anyone') => string) =>
    Object.fromEntries(all.map(([name, needed]) => [name, judge(name, needed)]));

  const tokenOf = async (of: Partial<Pick<Principal, 'role' | 'cutovers' | 'expiresAt'>>) => {
    const expiresAt = api.site.clock.now().wall + 60_000;
    const made = await api.kit.access.createToken({
      ...{ name: 'one', by: 'the test', role: 'admin', cutovers: null, expiresAt, ...of },
    });
    return { ...made, bearer: { authorization: `Bearer ${made.secret}` } };
  };

  beforeAll(async () => {
    const site = openSite();
    const budgets = { reads: 1e6, acts: 1e6, queries: 1e6, login: 1e6 };
    api = await openApi({}, { site, budgets });
    const { plan } = await site.app.plan(order, never);
    await site.app.start(plan, { accept: [], takeClaim: null, reason: null }, 'kim');
    const { paths } = (await api.as('viewer', { url: '/openapi.json' })).json<{
      paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
    }>();
    operations = new Map(
      Object.entries(paths).flatMap(([path, item]) =>
        Object.entries(item).map(([method, one]) => [`${method.toUpperCase()} ${path}`, one]),
      ),
    );
  });
  afterAll(() => api.server.close());

  it('has its line in the table above', () => {
    expect([...operations.keys()].sort()).toEqual(Object.keys(needs).sort());
  });

  it('nobody, and whoever shows what is no good', async () => {
    const expiring = await tokenOf({ expiresAt: api.site.clock.now().wall + 1000 });
    const revoked = await tokenOf({});
    const ended = await sessionOf(revoked.secret);
    await api.kit.access.revokeToken(revoked.token.id);
    api.site.clock.jump(2000);
    const strangers = {
      nobody: {},
      expired: expiring.bearer,
      revoked: revoked.bearer,
      unknown: { authorization: `Bearer dnsc_${'0'.repeat(16)}_${'0'.repeat(64)}` },
      'a session of a revoked token': { cookie: ended, 'sec-fetch-site': 'same-origin' },
      'a session as a token': { authorization: `Bearer ${ended.split('=')[1] ?? ''}` },
    };
    const wanted = expected((_, needed) =>
      needed === 'anyone' ? 'past the guards' : 'unauthenticated',
    );
    for (const [who, headers] of Object.entries(strangers))
      expect(await verdicts(headers), who).toEqual(wanted);
  });

  it.each(ranks)('a token of the role %s', async role => {
    const { bearer } = await tokenOf({ role });
    expect(await verdicts(bearer)).toEqual(
      expected((_, needed) =>
        needed === 'anyone' || ranks.indexOf(role) >= ranks.indexOf(needed)
          ? 'past the guards'
          : 'forbidden',
      ),
    );
  });

  it('an agent, which hands in what it sees and reads nothing', async () => {
    const { bearer } = await tokenOf({ role: 'agent' });
    const actions = 'POST /api/v1/cutovers/{id}/actions';
    expect(await verdicts(bearer)).toEqual(
      expected((name, needed) =>
        needed === 'anyone' || name === actions ? 'past the guards' : 'forbidden',
      ),
    );
    const at = new Date(api.site.clock.now().wall).toISOString();
    const round = { vantage: 'berlin', at, seen: [], unresolved: [], egress: 'open', sts: 'none' };
    const answers = async (body: object) => {
      const key = { 'if-match': '*', 'idempotency-key': randomUUID() };
      const url = `/api/v1/cutovers/${mine}/actions`;
      const asked = { method: 'POST', url, payload: body, headers: { ...bearer, ...key } } as const;
      return (await api.as('nobody', asked)).statusCode;
    };
    const forbidden = [
      { type: 'pause' },
      { type: 'resume' },
      { type: 'approve' },
      { type: 'retry' },
      { type: 'confirm', what: 'mail-swept' },
      { type: 'rollback', confirm: 'example.org' },
      { type: 'abandon', confirm: 'example.org' },
      { type: 'take-claim', run: 'f00d', reason: 'why' },
      { type: 'start', planHash: '0000-0000' },
      { type: 'observe', what: { is: 'bounces', count: 9 } },
      { type: 'observe', what: { is: 'accepted', count: 0 } },
    ];
    for (const body of forbidden) expect([body, await answers(body)]).toEqual([body, 403]);
    // By what is asked of mail hosts here, and by no role.
    expect(await answers({ type: 'observe', what: { is: 'probe', round } })).toBe(409);
  });

  it('a session whose browser does not say whence a request comes', async () => {
    const { secret } = await tokenOf({ role: 'admin' });
    const cookie = await sessionOf(secret);
    const wanted = expected(name => (name.startsWith('GET') ? 'past the guards' : 'cross-site'));
    expect(await verdicts({ cookie })).toEqual(wanted);
    expect(await verdicts({ cookie, 'sec-fetch-site': 'cross-site' })).toEqual(wanted);
  });

  it('a share link opens one cutover, and nothing beside it', async () => {
    const by = { ...(await tokenOf({})).token, kind: 'token', token: 'x' } as const;
    const expiresAt = api.site.clock.now().wall + 60_000;
    const principal = { ...by, token: by.id };
    const link = await api.kit.access.createShare({ cutover: mine, by: principal, expiresAt });
    const cookie = await sessionOf(link.secret);
    const wanted = expected((name, needed) =>
      needed === 'anyone' || shared.includes(name) ? 'past the guards' : 'forbidden',
    );
    // Logging out is what it may do as well, and then the others would not be tried.
    const { 'DELETE /api/v1/session': logout, ...others } = wanted;
    const headers = { cookie, 'sec-fetch-site': 'same-origin' };
    for (const [name, kind] of Object.entries(others))
      expect([name, await verdict(name, headers)]).toEqual([name, kind]);
    await api.kit.access.revokeShare(mine, link.share.id);
    expect(await verdict('GET /api/v1/cutovers/{id}', { cookie })).toBe('unauthenticated');
    expect(await verdict('DELETE /api/v1/session', headers)).toBe(logout);
  });

  it('beyond its scope a token cannot tell what there is from what there is not', async () => {
    const { bearer } = await tokenOf({ cutovers: ['example.net', 'example.org.7'] });
    const nameless = (text: string, id: string): unknown => ({
      ...(JSON.parse(text.replaceAll(id, 'ID')) as object),
      request: 'any',
    });
    for (const name of aboutCutovers)
      for (const id of [mine, 'example.org', 'EXAMPLE.org.']) {
        const [there, nothing] = [await ask(name, bearer, id), await ask(name, bearer, 'x.test.1')];
        expect([name, id, there.statusCode]).toEqual([name, id, 404]);
        expect(nameless(there.body, id)).toEqual(nameless(nothing.body, 'x.test.1'));
      }
    const list = await ask('GET /api/v1/cutovers', bearer);
    expect(list.body).not.toContain(mine);
    const { bearer: within } = await tokenOf({ cutovers: ['example.org'] });
    for (const id of [mine, 'example.org', 'EXAMPLE.org.'])
      expect((await ask('GET /api/v1/cutovers/{id}', within, id)).statusCode).toBe(200);
  });
});
