import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type App } from '../../src/app.ts';
import { type Config } from '../../src/config/config.ts';
import { displayName } from '../../src/dns/name.ts';
import { isFault } from '../../src/errors.ts';
import { systemChance } from '../../src/machine/chance.ts';
import { systemClock } from '../../src/machine/clock.ts';
import { type Desk, openDesk } from '../../src/remote/desk.ts';
import { Secret } from '../../src/secret.ts';
import { type Role } from '../../src/access/principal.ts';
import { domain, never, order } from '../controller/site.ts';
import { type Api, openApi } from '../support/api.ts';

let api: Api;
let url = '';
let stop: AbortController;

/** As much of a configuration as the routes read. */
const config = { orders: [order], refuseOverdue: () => undefined } as unknown as Config;

beforeEach(async () => {
  stop = new AbortController();
  const settings = {
    ...{ hosts: ['127.0.0.1'], secure: false, proxies: [], fourEyes: false, title: 'test' },
  };
  api = await openApi({ config: async () => config, settings });
  url = await api.server.listen({ host: '127.0.0.1', port: 0 });
});
afterEach(async () => {
  stop.abort();
  api.server.server.closeAllConnections();
  await api.server.close();
});

async function desk(role: Role): Promise<Desk> {
  const header = await api.tokenOf(role);
  return openDesk({
    server: new URL(url),
    token: new Secret(Buffer.from(header), 'token'),
    ...{ clock: systemClock(), chance: systemChance, signal: stop.signal },
    tell: () => undefined,
  });
}

const terms = { accept: [], takeClaim: null, reason: null };

async function started(app: App): Promise<string> {
  const { plan } = await app.plan(order, never);
  return app.start(plan, terms, 'kim');
}

/** The code that it fails with. */
const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'done',
    (error: unknown) => (isFault(error) ? error.code : String(error)),
  );

const name = displayName(domain);

describe('the product as a server gives it', () => {
  it('shows the state that the server has, line for line, and what came since', async () => {
    const { app: own } = api.site;
    const there = await (await desk('viewer')).app();
    expect([await there.list(), await there.find(name), await there.find('x')]).toEqual([
      [],
      null,
      null,
    ]);
    const id = await started(own);
    expect(await there.find(name)).toEqual(await own.find(id));
    expect(await there.list()).toEqual(await own.list());
    expect(await there.journal(id)).toEqual(await own.journal(id));
    await own.act(id, { type: 'pause', reason: 'wait' }, { name: 'kim' });
    expect((await there.find(id))?.paused).toEqual((await own.find(id))?.paused);
    expect(await there.journal(id)).toEqual(await own.journal(id));
    const { store } = there.environment;
    expect(store.epoch).toBe(own.environment.store.epoch);
    expect(await store.lines(id, 1, 1)).toEqual((await own.journal(id)).slice(1, 2));
    expect(await store.watchRecord(id)).toEqual(await own.environment.store.watchRecord(id));
    expect(await store.holder(id)).toBe(null);
    // Whatever is shown with a moment counts by the clocks of the server.
    const [now, theirs] = [there.environment.clock.now(), own.environment.clock.now()];
    expect([now.boot, Math.abs(now.wall - theirs.wall) < 60_000]).toEqual([theirs.boot, true]);
  });

  it('acts there, as far as the role and the line that was seen allow', async () => {
    const { app: own } = api.site;
    const id = await started(own);
    const there = await (await desk('operator')).app();
    const by = { name: 'nobody looks at this' };
    const paused = await there.act(id, { type: 'pause', reason: 'coffee' }, by);
    expect(paused).toEqual(await own.find(id));
    const last = (await own.journal(id)).at(-1);
    expect(last?.actor.name).toMatch(/^a operator \(token [0-9a-f]+\)$/);
    const resume = { type: 'resume', reason: null } as const;
    expect(await codeOf(there.act(id, resume, { ...by, expect: 1 }))).toBe('STALE');
    expect(await codeOf(there.act(id, resume, { ...by, expect: paused.seq }))).toBe('done');
    // Who pulls the brake need not have read the last line; whoever names one means it.
    const pause = { type: 'pause', reason: null } as const;
    expect(await codeOf(there.act(id, pause, { ...by, expect: paused.seq }))).toBe('STALE');
    expect(await codeOf(there.act(id, pause, by))).toBe('done');
    const abandon = { type: 'abandon', reason: null } as const;
    const looking = await (await desk('viewer')).app();
    expect(await codeOf(looking.act(id, abandon, by))).toBe('UNAUTHORIZED');
    const approve = { type: 'approve', attest: [], accept: [], reason: null } as const;
    expect(await codeOf(there.act(id, approve, by))).toBe('UNAUTHORIZED');
    expect((await there.act(id, abandon, by)).outcome).toBe('abandoned');
    expect(await codeOf(there.act(id, resume, by))).toBe('REFUSED');
  });

  it('plans and starts by the configuration there, once', async () => {
    const operator = await desk('operator');
    const plan = await operator.plan(name);
    const { plan: own } = await api.site.app.plan(order, never);
    expect([plan.hash, plan.domain]).toEqual([own.hash, name]);
    const start = { ...terms, domain: name, again: false };
    expect(await codeOf(operator.start({ ...start, planHash: '0000-0000' }))).toBe('CONFLICT');
    const id = await operator.start({ ...start, planHash: plan.hash });
    expect(await operator.start({ ...start, planHash: plan.hash })).toBe(id);
    expect((await api.site.app.find(name))?.id).toBe(id);
    expect(await codeOf(operator.plan('other.example'))).toBe('NOT_FOUND');
    expect(await codeOf((await desk('viewer')).plan(name))).toBe('UNAUTHORIZED');
  });

  it('lists the resolvers that it can ask', async () => {
    const resolvers = await (await desk('viewer')).resolvers();
    const ids = resolvers.map(({ id }) => id);
    expect([ids.includes('google'), new Set(ids).size]).toEqual([true, ids.length]);
    expect(ids.length).toBeGreaterThan(100);
  });

  it('says what only the server can do, and that nobody may come with a token that is none', async () => {
    const there = await (await desk('viewer')).app();
    expect(await codeOf(there.plan(order, never))).toBe('UNSUPPORTED');
    expect(await codeOf(there.environment.provider('main'))).toBe('UNSUPPORTED');
    const other = openDesk({
      server: new URL(url),
      token: new Secret(Buffer.from('dnsc_0_0'), 'token'),
      ...{ clock: systemClock(), chance: systemChance, signal: stop.signal },
      tell: () => undefined,
    });
    expect(await codeOf(other.app())).toBe('UNAUTHORIZED');
  });
});
