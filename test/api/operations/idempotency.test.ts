import { afterEach, describe, expect, it } from 'vitest';
import { makeApp } from '../../../src/app.ts';
import { Fault } from '../../../src/errors.ts';
import { limits } from '../../../src/limits.ts';
import { type Store } from '../../../src/store/store.ts';
import { never, openSite, type Site } from '../../controller/site.ts';
import {
  actions,
  type Driven,
  easy,
  id,
  kindOf,
  openBegun,
  openDriven,
  seqOf,
  tag,
} from '../driven.ts';

const url = actions;
const pause = { type: 'pause', reason: 'lunch' };
const terms = { accept: [], takeClaim: null, reason: null };

const opened: Driven[] = [];
afterEach(async () => {
  for (const api of opened.splice(0)) await api.close();
});

const begun = async (...of: Parameters<typeof openBegun>): Promise<Driven> => {
  const api = await openBegun(...of);
  opened.push(api);
  return api;
};

/** The same, run by the server, and at the gate. */
async function atGate(): Promise<Driven> {
  const site = openSite();
  await site.app.start((await site.app.plan(easy, never)).plan, terms, 'kim');
  const api = await openDriven({}, { site });
  opened.push(api);
  await api.until(({ stage, findings }) => stage === 'gate' && findings.length > 0);
  return api;
}

const linesOf = async ({ site }: Driven, type: string) =>
  (await site.app.journal(id)).filter(({ line }) => line.type === type);

describe('a request that comes twice', () => {
  it('is carried out once, and answered the same', async () => {
    const api = await begun();
    const asked = { url, body: pause, key: 'k1', match: '*' };
    const first = await api.post('operator', asked);
    const second = await api.post('operator', asked);
    const reordered = { reason: 'lunch', type: 'pause' };
    const third = await api.post('operator', { ...asked, body: reordered });
    expect([second.statusCode, second.body, second.headers.location, second.headers.etag]).toEqual([
      ...[first.statusCode, first.body, first.headers.location, first.headers.etag],
    ]);
    expect(third.body).toBe(first.body);
    expect(await linesOf(api, 'paused')).toHaveLength(1);
  });

  it('is another one where body or tag differ, and that of somebody else where they are', async () => {
    const api = await begun();
    await api.post('operator', { url, body: pause, key: 'k1', match: '*' });
    for (const [body, match] of [
      [{ type: 'pause' }, '*'],
      [pause, '"v2"'],
    ] as const) {
      const answer = await api.post('operator', { url, body, key: 'k1', match });
      expect([answer.statusCode, kindOf(answer)]).toEqual([422, '/problems/key-reused']);
    }
    const admin = await api.post('admin', { url, body: { type: 'pause' }, key: 'k1', match: '*' });
    expect(admin.statusCode).toBe(202);
  });

  it('is answered with the same refusal', async () => {
    const api = await begun();
    const asked = { url, body: { type: 'resume' }, key: 'k1', match: '"v7"' };
    const [first, second] = [await api.post('operator', asked), await api.post('operator', asked)];
    expect([first.statusCode, second.body]).toEqual([412, first.body]);
    const operation = await api.ask('viewer', { url: String(first.headers.location) });
    expect(operation.json()).toMatchObject({
      state: 'failed',
      again: false,
      problem: { status: 412 },
    });
  });

  it('is stored once when a hundred come at the same time', async () => {
    const api = await begun();
    await api.tokenOf('operator');
    const observe = { type: 'observe', what: { is: 'accepted', count: 3 } };
    const asked = { url, body: observe, key: 'k1', match: '*' };
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => api.post('operator', asked)),
    );
    const statuses = new Set(answers.map(({ statusCode }) => statusCode));
    expect([...statuses].every(status => status === 202 || status === 409)).toBe(true);
    expect(statuses.has(202)).toBe(true);
    for (const answer of answers.filter(({ statusCode }) => statusCode === 409))
      expect(kindOf(answer)).toBe('/problems/still-running');
    expect(await linesOf(api, 'mail.observed')).toHaveLength(1);
  });
});

describe('a hundred that look at the same line', () => {
  it('are one that wins and 99 that have to look again', async () => {
    const api = await atGate();
    const match = tag(seqOf(api));
    await api.tokenOf('approver');
    const answers = await Promise.all(
      Array.from({ length: 100 }, () =>
        api.post('approver', { url, body: { type: 'approve' }, match }),
      ),
    );
    const counts = Map.groupBy(answers, ({ statusCode }) => statusCode);
    expect([...counts].map(([status, list]) => [status, list.length]).sort()).toEqual([
      [202, 1],
      [412, 99],
    ]);
    expect(await linesOf(api, 'approved')).toHaveLength(1);
  });
});

it('what a store took before it failed is done, and not sent again', async () => {
  let broken = false;
  const breaking = (store: Store): Store => ({
    ...store,
    save: async save => {
      const saved = await store.save(save);
      if (broken || !save.lines.some(({ cause }) => cause.includes('(operation '))) return saved;
      broken = true;
      throw new Fault('STORE', 'the disk did not answer');
    },
  });
  const api = await begun({}, { store: breaking });
  const asked = { url, body: pause, key: 'k1', match: '*' };
  for (const answer of [await api.post('admin', asked), await api.post('admin', asked)])
    expect([answer.statusCode, answer.json()]).toMatchObject([202, { state: 'done', seq: 2 }]);
  expect([broken, await linesOf(api, 'paused')]).toMatchObject([true, [{ seq: 2 }]]);
});

describe('after a crash', () => {
  /** The first process appends and dies before it records that it did. */
  const dying = (when: 'before' | 'after', site: { dead: boolean }) => (store: Store) => ({
    ...store,
    save: async (save: Parameters<Store['save']>[0]) => {
      const acts = save.lines.some(({ cause }) => cause.includes('(operation '));
      if (!acts || site.dead) return store.save(save);
      if (when === 'after') await store.save(save);
      site.dead = true;
      throw new Fault('STORE', 'killed');
    },
    documents: {
      ...store.documents,
      put: (document: Parameters<Store['documents']['put']>[0]) =>
        site.dead ? Promise.reject(new Fault('STORE', 'killed')) : store.documents.put(document),
    },
    lines: (...of: Parameters<Store['lines']>) =>
      site.dead ? Promise.reject(new Fault('STORE', 'killed')) : store.lines(...of),
  });

  async function crashed(when: 'before' | 'after') {
    const death = { dead: false };
    const first = await begun({}, { store: dying(when, death) });
    const asked = { url, body: pause, key: 'k1', match: '*' };
    const answer = await first.post('admin', asked);
    expect([answer.statusCode, kindOf(answer)]).toEqual([503, '/problems/store']);
    const app = makeApp(first.site.other('second'));
    const site: Site = { ...first.site, environment: app.environment, app };
    const { access } = first.kit;
    const second = await openDriven({ access }, { site, supervised: false });
    opened.push(second);
    const authorization = `Bearer ${await first.tokenOf('admin')}`;
    const repeat = () =>
      second.ask('nobody', {
        ...{ method: 'POST', url, payload: pause },
        headers: {
          ...{ authorization, 'idempotency-key': 'k1', 'if-match': '*' },
        },
      });
    return { second, repeat, authorization };
  }

  it('what was stored is found in the journal, and not stored again', async () => {
    const { second, repeat } = await crashed('after');
    // Whoever recorded it may live still.
    expect((await repeat()).statusCode).toBe(409);
    second.site.clock.after(limits.operationLeaseMs, () => undefined);
    await second.site.clock.run(() => false, second.site.clock.truth() + limits.operationLeaseMs);
    const answer = await repeat();
    expect([answer.statusCode, answer.json()]).toMatchObject([202, { state: 'done', seq: 2 }]);
    expect(await linesOf(second, 'paused')).toHaveLength(1);
  });

  it('what was not stored is told to be sent again, and carried out then', async () => {
    const { second, repeat, authorization } = await crashed('before');
    expect((await repeat()).statusCode).toBe(409);
    second.site.clock.after(limits.operationLeaseMs, () => undefined);
    await second.site.clock.run(() => false, second.site.clock.truth() + limits.operationLeaseMs);
    const [document] = await second.site.environment.store.documents.list('operation', {
      limit: 9,
    });
    const place = { url: `/api/v1/operations/${document?.id ?? ''}`, headers: { authorization } };
    expect((await second.ask('nobody', place)).json()).toMatchObject({
      ...{ state: 'failed', again: true },
      problem: { type: '/problems/interrupted', status: 503 },
    });
    const answer = await repeat();
    expect([answer.statusCode, answer.json()]).toMatchObject([202, { state: 'done', seq: 2 }]);
    expect((await repeat()).body).toBe(answer.body);
    expect(await linesOf(second, 'paused')).toHaveLength(1);
  });
});
