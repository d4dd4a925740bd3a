import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { never, openSite } from '../controller/site.ts';
import { actions, type Driven, easy, kindOf, openBegun, openDriven, seqOf, tag } from './driven.ts';

const url = actions;
const pause = { type: 'pause', reason: 'lunch' };

describe('what an action needs', () => {
  let api: Driven;
  beforeAll(async () => {
    api = await openBegun();
  });
  afterAll(() => api.close());

  const needs: readonly (readonly [string, Record<string, string>, number, string])[] = [
    ['no key', { 'if-match': '*' }, 400, 'idempotency-key-required'],
    ['an empty key', { 'idempotency-key': '', 'if-match': '*' }, 400, 'malformed'],
    ['a key with spaces', { 'idempotency-key': 'a b', 'if-match': '*' }, 400, 'malformed'],
    [
      'a key that is too long',
      { 'idempotency-key': 'k'.repeat(256), 'if-match': '*' },
      400,
      'malformed',
    ],
    ['no tag', { 'idempotency-key': 'k' }, 428, 'precondition-required'],
    ['a weak tag', { 'idempotency-key': 'k', 'if-match': 'W/"v1"' }, 400, 'malformed'],
    ['a tag without quotes', { 'idempotency-key': 'k', 'if-match': 'v1' }, 400, 'malformed'],
    ['several tags', { 'idempotency-key': 'k', 'if-match': '"v1", "v2"' }, 400, 'malformed'],
    [
      'a huge tag',
      { 'idempotency-key': 'k', 'if-match': `"v${'9'.repeat(40)}"` },
      400,
      'malformed',
    ],
    ['an old tag', { 'idempotency-key': 'k', 'if-match': '"v0"' }, 412, 'stale'],
  ];
  it('is said where it is missing or wrong, and nothing is stored', async () => {
    for (const [what, headers, status, kind] of needs) {
      const answer = await api.ask('operator', { method: 'POST', url, headers, payload: pause });
      const said = [what, answer.statusCode, kindOf(answer)];
      expect(said).toEqual([what, status, `/problems/${kind}`]);
    }
    expect(seqOf(api)).toBe(1);
  });

  const bodies: readonly Record<string, unknown>[] = [
    { type: 'close' },
    {},
    { type: 'pause', dryRun_: true },
    { type: 'pause', reason: 5 },
    { type: 'pause', reason: 'x'.repeat(1001) },
    { type: 'rollback' },
    { type: 'rollback', confirm: 'example.net' },
    { type: 'abandon', confirm: '' },
    { type: 'confirm', what: 'everything' },
    { type: 'observe', what: { is: 'bounces', count: -1 } },
    { type: 'observe', what: { is: 'probe', round: { made: 'nonsense' } } },
    { type: 'retry', swapUntil: '2026-13-45T99:99:99Z' },
    { type: 'take-claim', run: 'abc' },
    { type: 'approve', attest: [-1] },
  ];
  it('is a body without a slip of the pen', async () => {
    for (const body of bodies) {
      const answer = await api.post('admin', { url, body, match: '"v1"' });
      expect([body, answer.statusCode]).toEqual([body, 400]);
    }
    expect(seqOf(api)).toBe(1);
  });

  it('is a state that allows it, and the refusal says the way out', async () => {
    const answer = await api.post('approver', { url, body: { type: 'approve' }, match: '"v1"' });
    expect([answer.statusCode, answer.json()]).toMatchObject([
      409,
      { type: '/problems/refused', remedy: 'approve when the stage is gate' },
    ]);
  });

  it('is a role: only an approver approves', async () => {
    for (const [who, type, status] of [
      ['operator', 'approve', 403],
      ['viewer', 'pause', 403],
      ['agent', 'pause', 403],
      ['nobody', 'pause', 401],
    ] as const) {
      const match = type === 'pause' ? '*' : '"v1"';
      const answer = await api.post(who, { url, body: { type }, match });
      expect([who, type, answer.statusCode]).toEqual([who, type, status]);
    }
  });

  it('is the seq that was looked at, but for pause, rollback and observe', async () => {
    const resume = await api.post('operator', { url, body: { type: 'resume' }, match: '*' });
    expect([resume.statusCode, kindOf(resume)]).toEqual([428, '/problems/precondition-required']);
    const paused = await api.post('operator', { url, body: pause, match: '*' });
    expect([paused.statusCode, paused.headers.etag]).toEqual([202, '"v2"']);
    const stale = await api.post('operator', { url, body: pause, match: '"v1"' });
    expect([stale.statusCode, kindOf(stale)]).toEqual([412, '/problems/stale']);
  });
});

describe('four eyes', () => {
  it('keep whoever started it from approving it, by any token', async () => {
    const settings = {
      ...{ hosts: ['localhost'], secure: false, proxies: [], title: 'test' },
      fourEyes: true,
    };
    const site = openSite();
    const { plan } = await site.app.plan(easy, never);
    const api = await openDriven({ settings }, { site });
    const expiresAt = site.clock.now().wall + 86_400_000;
    const tokenOf = async (name: string) => {
      const order = { name, role: 'admin', cutovers: null, expiresAt, by: 'the test' } as const;
      const created = await api.kit.access.createToken(order);
      return `Bearer ${created.secret}`;
    };
    const [anna, again, ben] = [await tokenOf('anna'), await tokenOf('Anna'), await tokenOf('ben')];
    const send = (authorization: string, path: string, payload: Record<string, unknown>) =>
      api.ask('nobody', {
        ...{ method: 'POST', url: path, payload },
        headers: {
          ...{ authorization, 'idempotency-key': `${authorization}${path}`.replace(' ', '') },
          ...(path === url && { 'if-match': tag(seqOf(api)) }),
        },
      });
    const body = { domain: 'example.org', planHash: plan.hash };
    const started = await send(anna, '/api/v1/cutovers', body);
    expect(started.statusCode).toBe(202);
    await api.until(({ stage, findings }) => stage === 'gate' && findings.length > 0);
    for (const who of [anna, again]) {
      const answer = await send(who, url, { type: 'approve' });
      expect([answer.statusCode, answer.json()]).toMatchObject([
        403,
        { type: '/problems/forbidden', detail: expect.stringMatching(/^anna started/i) as string },
      ]);
    }
    expect((await send(ben, url, { type: 'approve' })).statusCode).toBe(202);
    await api.close();
  });
});
