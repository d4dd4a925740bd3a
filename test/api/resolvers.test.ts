import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Questions } from '../../src/api/kit.ts';
import { Fault } from '../../src/errors.ts';
import { questionsOf } from '../../src/commands/serve/questions.ts';
import { openSite } from '../controller/site.ts';
import { type Driven, openDriven } from './driven.ts';

const list = '/api/v1/resolvers';

interface Listed {
  readonly resolvers: readonly { readonly id: string; readonly origin: string }[];
  readonly next: string | null;
}

describe('resolvers', () => {
  let directory = '';
  let api: Driven;
  const asked: string[][] = [];
  const questions: Questions = {
    look: async () => {
      throw new Fault('UNAVAILABLE', 'nobody answers');
    },
    test: async resolvers => {
      asked.push(resolvers.map(({ id }) => id));
      const network = {
        ...{ intercepted: null, captive: false, rootless: false, sameNsid: null },
        lacks: ['IPv6' as const],
      };
      return { network, resolvers: [] };
    },
  };
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'own-list-'));
    api = await openDriven({ ownList: join(directory, 'resolvers.json'), questions });
  });
  afterAll(async () => {
    await api.close();
    await rm(directory, { recursive: true });
  });
  const add = (payload: Record<string, unknown>) =>
    api.ask('admin', { method: 'POST', url: list, payload });

  it('are those that came along, a page at a time, each once', async () => {
    const ids: string[] = [];
    for (let after: string | null = ''; after !== null;) {
      const query: string = after === '' ? '' : `&after=${after}`;
      const page: Listed = (await api.ask('viewer', { url: `${list}?limit=60${query}` })).json();
      ids.push(...page.resolvers.map(({ id }) => id));
      after = page.next;
    }
    expect(ids.length).toBeGreaterThan(100);
    expect(ids).toEqual([...new Set(ids)].sort());
  });

  it('are not for an admin to change who may see only some cutovers', async () => {
    const { access, app } = api.kit;
    const { secret } = await access.createToken({
      ...{ name: 'scoped', role: 'admin', cutovers: ['example.org'], by: 'the test' },
      expiresAt: app.environment.clock.now().wall + 60_000,
    });
    const headers = { host: 'localhost', authorization: `Bearer ${secret}` };
    const payload = { id: 'corp', addresses: ['192.0.2.53'] };
    for (const request of [
      { method: 'POST', url: list, payload },
      { method: 'DELETE', url: `${list}/google` },
    ] as const) {
      const { statusCode, body } = await api.server.inject({ ...request, headers });
      expect([statusCode, body]).toEqual([403, expect.stringContaining('only some')]);
    }
    expect((await api.server.inject({ url: list, headers })).statusCode).toBe(200);
  });

  it('are added to the list of the server, in a file that a configuration can name, and removed', async () => {
    const added = await add({ id: 'corp', addresses: ['192.0.2.53'], operator: 'us' });
    expect([added.statusCode, added.headers.location]).toEqual([201, `${list}/corp`]);
    expect(added.json()).toMatchObject({ id: 'corp', origin: 'own', port: 53, tier: 'core' });
    expect(JSON.parse(await readFile(join(directory, 'resolvers.json'), 'utf8'))).toEqual([
      { id: 'corp', addresses: ['192.0.2.53'], operator: 'us' },
    ]);
    expect((await add({ id: 'corp', addresses: ['192.0.2.54'] })).statusCode).toBe(409);
    const shown: Listed = (await api.ask('viewer', { url: `${list}?after=corn&limit=1` })).json();
    expect(shown.resolvers).toMatchObject([{ id: 'corp', origin: 'own' }]);
    const test = await api.ask('admin', { method: 'POST', url: `${list}/corp/test` });
    expect(test.json()).toMatchObject({
      network: { sentences: ['This machine has no IPv6; such addresses were not asked.'] },
    });
    expect(asked).toEqual([['corp']]);
    const remove = () => api.ask('admin', { method: 'DELETE', url: `${list}/corp` });
    expect((await remove()).statusCode).toBe(204);
    expect((await remove()).statusCode).toBe(404);
  });

  it('are all added when several come at once', async () => {
    const ids = ['a1', 'a2', 'a3', 'a4', 'a5'];
    const answers = await Promise.all(ids.map(id => add({ id, addresses: ['192.0.2.7'] })));
    // An address belongs to one row: the first of them has it.
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([201, 400, 400, 400, 400]);
    for (const [at, id] of ids.entries())
      expect((await add({ id: `b${id}`, addresses: [`192.0.2.${100 + at}`] })).statusCode).toBe(
        201,
      );
  });

  const bad: readonly (readonly [string, Record<string, unknown>, string])[] = [
    ['nobody is there', { id: 'x', addresses: ['0.0.0.0'] }, '/body/addresses/0'],
    ['many are there', { id: 'x', addresses: ['224.0.0.1'] }, '/body/addresses/0'],
    ['no address', { id: 'x', addresses: ['dns.example'] }, '/body'],
    ['a path', { id: 'x', addresses: ['192.0.2.1'], file: '/etc/passwd' }, '/body'],
    ['an id that is a path', { id: '../x', addresses: ['192.0.2.1'] }, '/body/id'],
    ['no addresses', { id: 'x' }, '/body'],
    [
      'HTTPS within this network',
      { id: 'x', addresses: ['169.254.169.254'], dohTemplate: 'https://dns.example/{?dns}' },
      '/body/addresses/0',
    ],
  ];
  it.each(bad)('is refused: %s', async (_, payload, path) => {
    const answer = await add(payload);
    const problem = answer.json<{ errors: { path: string }[] }>();
    expect([answer.statusCode, problem.errors[0]?.path]).toEqual([400, path]);
    expect(answer.body).not.toContain(directory);
  });

  it('that came along stay', async () => {
    const answer = await api.ask('admin', { method: 'DELETE', url: `${list}/google` });
    expect([answer.statusCode, answer.json()]).toMatchObject([409, { type: '/problems/refused' }]);
  });

  it('are changed by an admin alone', async () => {
    const answer = await api.ask('approver', { method: 'DELETE', url: `${list}/corp` });
    expect(answer.statusCode).toBe(403);
  });

  it('say nothing of a list that is damaged but that it is', async () => {
    await writeFile(join(directory, 'resolvers.json'), '{');
    const answer = await api.ask('viewer', { url: list });
    expect([answer.statusCode, answer.json()]).toMatchObject([
      500,
      { type: '/problems/misconfigured' },
    ]);
    expect(answer.body).not.toContain(directory);
  });
});

describe('a query of any name', () => {
  const query = '/api/v1/propagation/query';
  const payload = { name: 'example.org', type: 'MX', resolvers: 'own' };

  it('shows what propagation shows, and is asked of who looks up names alone', async () => {
    const site = openSite();
    const api = await openDriven({ questions: questionsOf(site.app) }, { site });
    const answer = await api.ask('operator', { method: 'POST', url: query, payload });
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({ domain: 'example.org', type: 'MX', resolvers: [] });
    expect((await api.ask('viewer', { method: 'POST', url: query, payload })).statusCode).toBe(403);
    await api.close();
  });

  it('is understood before anybody is asked, and counted', async () => {
    const api = await openDriven();
    const bad: readonly (readonly [Record<string, unknown>, string])[] = [
      [{ ...payload, name: 'a..b' }, '/body/name'],
      [{ ...payload, type: 'AXFR' }, '/body/type'],
      [{ ...payload, type: 'NONSENSE' }, '/body/type'],
      [{ ...payload, expect: ['ten mx'] }, '/body/expect'],
      [{ ...payload, server: '192.0.2.1' }, '/body'],
      [{ ...payload, resolvers: '/etc/passwd' }, '/body/resolvers'],
    ];
    for (const [one, path] of bad) {
      const answer = await api.ask('operator', { method: 'POST', url: query, payload: one });
      const problem = answer.json<{ errors: { path: string }[] }>();
      expect([one, answer.statusCode, problem.errors[0]?.path]).toEqual([one, 400, path]);
    }
    const statuses: number[] = [];
    for (let times = 0; times < 5; times += 1)
      statuses.push(
        (await api.ask('operator', { method: 'POST', url: query, payload })).statusCode,
      );
    expect(statuses.at(-1)).toBe(429);
    await api.close();
  });
});
