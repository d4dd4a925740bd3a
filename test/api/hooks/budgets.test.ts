import { afterEach, describe, expect, it } from 'vitest';
import { limits } from '../../../src/limits.ts';
import { openSite } from '../../controller/site.ts';
import { type Api, kitOf, openApi } from '../../support/api.ts';

describe('what a caller may ask in a minute', () => {
  let api: Api;
  afterEach(() => api.server.close());
  const url = '/api/v1/version';
  const logout = { method: 'DELETE', url: '/api/v1/session' } as const;

  it('is told with each answer, and its end with when it may go on', async () => {
    api = await openApi({}, { budgets: { reads: 2 } });
    const ask = async () => api.as('viewer', { url });
    const [first, second, third] = [await ask(), await ask(), await ask()];
    expect(first.headers).toMatchObject({
      'ratelimit-policy': '"reads";q=2;w=60',
      ratelimit: '"reads";r=1;t=60',
    });
    expect([first.statusCode, second.statusCode, third.statusCode]).toEqual([200, 200, 429]);
    expect(third.json()).toMatchObject({ type: '/problems/rate-limited', status: 429 });
    const { 'retry-after': after = '', ratelimit } = third.headers;
    expect(Number(after)).toBe(third.json<{ retryAfter: number }>().retryAfter);
    expect(ratelimit).toMatch(/^"reads";r=0;t=\d+$/);
    // Another token, and probes, go by themselves; acts have what reading cannot use up.
    expect((await api.as('operator', { url })).statusCode).toBe(200);
    expect((await api.as('nobody', { url: '/livez' })).statusCode).toBe(200);
    expect((await api.as('viewer', logout)).statusCode).toBe(204);
  });

  it('counts a stream when it begins, whoever asks for it', async () => {
    api = await openApi({}, { budgets: { reads: 2 } });
    const headers = { accept: 'text/event-stream' };
    const ask = async (who: 'viewer' | 'nobody') =>
      (await api.as(who, { url: '/api/v1/events', headers })).statusCode;
    // This test has no streams: each is refused as one too many.
    expect([await ask('viewer'), await ask('viewer'), await ask('viewer')]).toEqual([
      503, 503, 429,
    ]);
    expect([await ask('nobody'), await ask('nobody'), await ask('nobody')]).toEqual([
      401, 401, 429,
    ]);
  });

  it('is one budget for a token and its sessions', async () => {
    api = await openApi({}, { budgets: { acts: 2, reads: 2 } });
    const payload = { secret: await api.tokenOf('viewer') };
    const login = async () => {
      const { cookies } = await api.as('nobody', {
        method: 'POST',
        url: '/api/v1/session',
        payload,
      });
      return { cookie: `${cookies[0]?.name ?? ''}=${cookies[0]?.value ?? ''}` };
    };
    const [one, other] = [await login(), await login()];
    const ask = async (headers: { cookie: string }) =>
      (await api.as('nobody', { url, headers })).statusCode;
    expect([await ask(one), await ask(other), await ask(one)]).toEqual([200, 200, 429]);
  });

  it('logins that fail are few, those that succeed are not counted', async () => {
    api = await openApi();
    const secret = await api.tokenOf('viewer');
    const login = async (payload: object) =>
      (await api.as('nobody', { method: 'POST', url: '/api/v1/session', payload })).statusCode;
    for (let count = 0; count < 2 * limits.apiLoginsPerMinute; count += 1)
      expect(await login({ secret })).toBe(201);
    for (let count = 0; count < limits.apiLoginsPerMinute; count += 1)
      expect(await login({ secret: 'wrong' })).toBe(401);
    expect(await login({ secret: 'wrong' })).toBe(429);
    expect(await login({ secret })).toBe(429);
    expect((await api.as('viewer', { url })).statusCode).toBe(200);
  });

  it('resolvers are asked ten times a minute', async () => {
    api = await openApi();
    const ask = async () =>
      api.as('operator', { method: 'POST', url: '/api/v1/propagation/query', payload: {} });
    for (let count = 0; count < limits.apiQueriesPerMinute; count += 1)
      expect((await ask()).statusCode).toBe(400);
    expect((await ask()).statusCode).toBe(429);
  });
});

describe('when more is under way than can be', () => {
  it('whoever reads is put off, and whoever acts is not', async () => {
    const gate = Promise.withResolvers<null>();
    const { access } = kitOf(openSite());
    const identify: typeof access.identify = ({ bearer }) =>
      bearer === 'slow' ? gate.promise : Promise.resolve(null);
    const api = await openApi({ access: { ...access, identify } }, { budgets: { reads: 1e6 } });
    const url = '/problems/bug';
    const slow = { authorization: 'Bearer slow' };
    const under = Array.from({ length: limits.apiReadsUnderWay }, () =>
      api.as('nobody', { url, headers: slow }),
    );
    const off = await api.as('nobody', { url });
    expect([off.statusCode, off.headers['retry-after']]).toEqual([503, '1']);
    expect(off.json()).toMatchObject({ type: '/problems/overloaded' });
    const act = await api.as('nobody', { method: 'DELETE', url: '/api/v1/session' });
    expect(act.statusCode).toBe(204);
    expect((await api.as('nobody', { url: '/livez' })).statusCode).toBe(200);
    gate.resolve(null);
    for (const answer of await Promise.all(under)) expect(answer.statusCode).toBe(200);
    expect((await api.as('nobody', { url })).statusCode).toBe(200);
    await api.server.close();
  });
});
