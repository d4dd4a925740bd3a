import { afterEach, describe, expect, it } from 'vitest';
import { type LightMyRequestResponse as Response } from 'fastify';
import { makeApp } from '../../src/app.ts';
import { type Order } from '../../src/cutover/order.ts';
import { claimKey } from '../../src/cutover/write.ts';
import { rrset } from '../../src/dns/rrset.ts';
import { Fault } from '../../src/errors.ts';
import { limits } from '../../src/limits.ts';
import { type Save } from '../../src/store/store.ts';
import { never, openSite, type Site } from '../controller/site.ts';
import { actions, type Driven, easy, id, kindOf, openDriven, seqOf, tag } from './driven.ts';

const cutovers = '/api/v1/cutovers';
const one = `${cutovers}/${id}`;

const noTerms = { accept: [], takeClaim: null, reason: null };

const opened: Driven[] = [];
afterEach(async () => {
  for (const api of opened.splice(0)) await api.close();
});

const open = async (...of: Parameters<typeof openDriven>): Promise<Driven> => {
  const api = await openDriven(...of);
  opened.push(api);
  return api;
};

const hashOf = async ({ app }: Site, order: Order = easy): Promise<string> =>
  (await app.plan(order, never)).plan.hash;

const startOf = (planHash: string, more = {}) => ({
  ...{ url: cutovers, body: { domain: 'example.org', planHash, ...more } },
});

/** It has no history of the TTL, which blocks a start until somebody accepts that. */
const blocked: Order = {
  ...easy,
  policy: { ...easy.policy, ttl: { ...easy.policy.ttl, history: null } },
};

describe('a plan', () => {
  it('is made from the configuration, changes nothing, and is kept under its hash', async () => {
    const api = await open();
    const payload = { domain: 'Example.ORG.' };
    const made = await api.ask('operator', { method: 'POST', url: '/api/v1/plans', payload });
    const { hash } = made.json<{ hash: string }>();
    expect([made.statusCode, made.headers.location, hash]).toEqual([
      ...[201, `/api/v1/plans/${hash}`, await hashOf(api.site)],
    ]);
    const again = await api.ask('operator', { url: `/api/v1/plans/${hash}` });
    expect(again.body).toBe(made.body);
    expect([api.site.writes(), await api.site.app.list()]).toEqual([0, []]);
    const unknown = await api.ask('operator', { url: '/api/v1/plans/0000-0000-0000-0000' });
    expect([unknown.statusCode, kindOf(unknown)]).toEqual([404, '/problems/not-found']);
  });

  it('is made of domains of the configuration alone', async () => {
    const api = await open();
    for (const [payload, status] of [
      [{ domain: 'example.net' }, 404],
      [{ domain: 'a..b' }, 400],
      [{ domain: 'example.org', config: '/etc/passwd' }, 400],
      [{}, 400],
    ] as const) {
      const answer = await api.ask('operator', { method: 'POST', url: '/api/v1/plans', payload });
      expect([payload, answer.statusCode]).toEqual([payload, status]);
    }
  });
});

describe('an order that does not fit the zone', () => {
  it('is told to whoever plans or starts, without the file that it stands in', async () => {
    const want = { is: 'edit', remove: ['10 gone.example.'], add: [] } as const;
    const misfit: Order = {
      ...easy,
      steps: easy.steps.map(step => ({
        ...step,
        edits: step.edits.map(edit => ({ ...edit, want, where: '/etc/x.yaml:3:1' })),
      })),
    };
    const api = await open({}, { orders: [misfit], supervised: false });
    const payload = { domain: 'example.org' };
    const plan = await api.ask('operator', { method: 'POST', url: '/api/v1/plans', payload });
    const problem = {
      ...{ type: '/problems/refused', status: 409 },
      detail: 'example.org. TXT has no record 10 gone.example. that could be removed',
      remedy: expect.stringContaining('it holds "v=spf1 mx -all"') as string,
    };
    expect(plan.json()).toMatchObject(problem);
    const started = await api.ended(await api.post('operator', startOf('0000-0000-0000-0000')));
    expect(started).toMatchObject({ state: 'failed', problem });
    expect(JSON.stringify([plan.json(), started])).not.toContain('yaml');
  });
});

describe('a start', () => {
  it('that checks stand in the way of names them, and records nothing', async () => {
    const api = await open({}, { orders: [blocked], supervised: false });
    const planHash = await hashOf(api.site, blocked);
    const operation = await api.ended(await api.post('operator', startOf(planHash)));
    expect(operation).toMatchObject({
      ...{ state: 'failed', again: false, cutover: null },
      problem: {
        ...{ type: '/problems/check-failed', status: 409 },
        findings: [{ id: 'ttl-history-unknown', severity: 'blocker' }],
      },
    });
    expect(await api.site.app.list()).toEqual([]);
    const accept = [{ id: 'ttl-history-unknown', reason: 'nobody touched it for years' }];
    const accepted = await api.post('operator', startOf(planHash, { accept }));
    expect(await api.ended(accepted)).toMatchObject({ state: 'done', cutover: id, seq: 1 });
  });

  it('takes over the claim of the run that it names, and of no other', async () => {
    const api = await open({}, { supervised: false });
    const planHash = await hashOf(api.site);
    const [key, text] = [claimKey(easy.domain), '"dns-cutover run=0b0b host=elsewhere"'];
    api.site.zone.edit([{ key, after: rrset({ ...key, ttl: 60, rdata: [text] }) }]);
    const started = async (takeClaim: string) =>
      api.ended(await api.post('operator', startOf(planHash, { takeClaim, reason: 'it is dead' })));
    expect(await started('0c0c')).toMatchObject({
      problem: { type: '/problems/check-failed', findings: [{ id: 'concurrent-run-lock' }] },
    });
    expect(await api.site.app.list()).toEqual([]);
    expect(await started('0b0b')).toMatchObject({ state: 'done', cutover: id });
  });

  it('of another plan than the one that was looked at is refused', async () => {
    const api = await open();
    const answer = await api.post('operator', startOf('0000-0000-0000-0000'));
    expect(await api.ended(answer)).toMatchObject({
      state: 'failed',
      problem: { type: '/problems/conflict', details: { planHash: await hashOf(api.site) } },
    });
  });

  it('comes once, however often it is sent, and finds what is under way', async () => {
    const api = await open({}, { supervised: false });
    await api.tokenOf('operator');
    const start = { ...startOf(await hashOf(api.site)), key: 'k1' };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => api.post('operator', start)),
    );
    const first = answers.find(({ statusCode }) => statusCode === 202);
    if (first === undefined) throw new Error('nobody was first');
    expect(await api.ended(first)).toMatchObject({ state: 'done', cutover: id });
    expect((await api.post('operator', start)).json()).toMatchObject({ state: 'done', seq: 1 });
    const other = await api.ended(await api.post('admin', start));
    expect(other).toMatchObject({ state: 'done', cutover: id, seq: 1 });
    const body = { type: 'start', planHash: start.body.planHash };
    const goOn = await api.post('operator', { url: actions, body, match: '"v1"' });
    expect(await api.ended(goOn)).toMatchObject({ state: 'done', cutover: id, seq: 1 });
    const stale = await api.post('operator', { url: actions, body, match: '"v9"' });
    expect(await api.ended(stale)).toMatchObject({ problem: { type: '/problems/stale' } });
    expect(await api.site.app.list()).toHaveLength(1);
  });

  it('is put off while as many are under way as may be, and an act is not', async () => {
    const site = openSite();
    const api = await open({}, { site, supervised: false });
    await site.app.start((await site.app.plan(easy, never)).plan, noTerms, 'kim');
    let letGo: () => void = () => undefined;
    const stuck = new Promise<void>(resolve => (letGo = resolve));
    const app = { ...site.app };
    Object.assign(site.app, { find: async (name: string) => (await stuck, app.find(name)) });
    const answers = [];
    for (let times = 0; times <= limits.operationsBegun; times += 1)
      answers.push((await api.post('operator', startOf('0000-0000-0000-0000'))).statusCode);
    expect(answers).toEqual([...Array<number>(limits.operationsBegun).fill(202), 503]);
    letGo();
    const act = { url: actions, body: { type: 'pause' }, match: '*' };
    expect((await api.post('operator', act)).statusCode).toBe(202);
    const late = await api.post('operator', startOf('0000-0000-0000-0000'));
    expect(await api.ended(late)).toMatchObject({ problem: { type: '/problems/conflict' } });
  });

  it('whose server dies is found in the journal, or told to be sent again', async () => {
    for (const stored of [true, false]) {
      const site = openSite();
      const first = await open({}, { site, supervised: false });
      const start = { ...startOf(await hashOf(site)), key: 'k1' };
      // The process ends in the middle of its work, just before or just after the start is stored.
      const living = { ...site.environment.store };
      const dying = {
        save: async (of: Save) => {
          if (stored) await living.save(of);
          site.backing.kill('first');
          throw new Fault('STORE', 'killed');
        },
      };
      Object.assign(site.environment.store, dying);
      const answer = await first.post('operator', start);
      expect(answer.statusCode).toBe(202);
      const app = makeApp(site.other('second'));
      const second = await open(
        {},
        {
          site: { ...site, environment: app.environment, app },
          supervised: false,
        },
      );
      const url = String(answer.headers.location);
      const state = async () => (await second.ask('viewer', { url })).json<{ state: string }>();
      for (let left = 1000; (await site.app.list().catch(() => null)) !== null; left -= 1)
        if (left === 0) throw new Error('the first process lives');
      expect(await state()).toMatchObject({ state: 'running' });
      site.clock.after(limits.operationLeaseMs, () => undefined);
      await site.clock.run(() => false, site.clock.truth() + limits.operationLeaseMs);
      expect(await state()).toMatchObject(
        stored
          ? { state: 'done', cutover: id, seq: 1 }
          : { state: 'failed', again: true, problem: { type: '/problems/interrupted' } },
      );
    }
  });

  it('is for who may act on that domain', async () => {
    const api = await open();
    const expiresAt = api.site.clock.now().wall + 86_400_000;
    const bound = async (cutovers_: readonly string[]) => {
      const order = { name: 'bound', role: 'operator', cutovers: cutovers_, expiresAt } as const;
      const { secret } = await api.kit.access.createToken({ ...order, by: 'the test' });
      const headers = { authorization: `Bearer ${secret}`, 'idempotency-key': 'k1' };
      const payload = startOf(await hashOf(api.site)).body;
      return api.ask('nobody', { method: 'POST', url: cutovers, headers, payload });
    };
    expect((await bound(['example.net'])).statusCode).toBe(403);
    expect((await bound(['example.org'])).statusCode).toBe(202);
    expect((await api.post('viewer', startOf('0000-0000'))).statusCode).toBe(403);
  });
});

describe('a cutover that is taken back by the API', () => {
  const etag = (api: Driven): string => tag(seqOf(api));
  const act = (api: Driven, body: Record<string, unknown>, match = etag(api)): Promise<Response> =>
    api.post('admin', { url: actions, body, match });

  it('goes back to what was there, and is made anew only when somebody says so', async () => {
    const api = await open();
    const before = api.site.zone.all();
    const start = startOf(await hashOf(api.site));
    await api.ended(await api.post('operator', start));
    await api.until(({ stage, findings }) => stage === 'gate' && findings.length > 0);
    expect((await act(api, { type: 'approve' })).statusCode).toBe(202);
    await api.until(({ swaps }) => swaps.length > 0);
    const body = { type: 'rollback', to: 'snapshot', confirm: 'EXAMPLE.org', reason: 'bounces' };
    const back = { url: `${cutovers}/example.org/actions`, body, match: '*', key: 'back' };
    const asked = await api.post('admin', back);
    expect(asked.statusCode).toBe(202);
    await api.until(({ outcome }) => outcome === 'rolled-back');
    const sets = (list: typeof before) => list.filter(({ type }) => type !== 'SOA');
    expect(sets(api.site.zone.all())).toEqual(sets(before));
    const refused = await api.ended(await api.post('operator', start));
    expect(refused).toMatchObject({ problem: { type: '/problems/refused' } });
    const anew = await api.ended(
      await api.post('operator', startOf(start.body.planHash, { again: true })),
    );
    expect(anew).toMatchObject({ state: 'done', cutover: 'example.org.2' });
    // The domain means another cutover now, and the repetition is still the old request.
    expect((await api.post('admin', back)).body).toBe(asked.body);
    expect((await api.ask('viewer', { url: one })).json()).toMatchObject({
      outcome: 'rolled-back',
    });
  });
});
