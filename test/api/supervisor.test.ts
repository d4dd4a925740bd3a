import { describe, expect, it } from 'vitest';
import { makeApp } from '../../src/app.ts';
import { makeSupervisor } from '../../src/api/supervisor.ts';
import { type Order } from '../../src/cutover/order.ts';
import { Fault } from '../../src/errors.ts';
import { memoryStore } from '../../src/store/memory.ts';
import { type Store } from '../../src/store/store.ts';
import { never, openSite, order, type Site } from '../controller/site.ts';

const terms = { accept: [], takeClaim: null, reason: null };

/** Goes through to its sweep without a person. */
const easy: Order = {
  ...order,
  policy: { ...order.policy, approval: 'none', attest: [], retire: { after: 0, old: 'stays' } },
};

const begin = async ({ app }: Site): Promise<string> =>
  app.start((await app.plan(easy, never)).plan, terms, 'kim');

const stageOf = ({ backing }: Site, id: string) => backing.cutovers.get(id)!.row.state.stage;
const holderOf = (site: Site, id: string) => site.environment.store.holder(id);

describe('the supervisor', () => {
  it('runs what is open, whatever begins later, and ends with all of them', async () => {
    const site = openSite();
    const stop = new AbortController();
    const running = makeSupervisor(site.app).run(stop.signal);
    // Begun by another process, as by the command line.
    const id = await begin({ ...site, app: makeApp(site.other('cli')) });
    await site.until(() => stageOf(site, id) === 'sweep', 1e9);
    await site.app.act(id, { type: 'confirm', what: 'mail-swept', reason: null }, { name: 'kim' });
    await site.until(() => site.backing.cutovers.get(id)!.row.state.outcome === 'done', 1e10);
    stop.abort();
    await site.finish(running);
    expect(await holderOf(site, id)).toBe(null);
  });

  it('stands by while another process runs it, and takes over when that dies', async () => {
    const site = openSite();
    const id = await begin(site);
    const other = makeApp(site.other('other'));
    void other.control(id, never).catch(() => undefined);
    await site.until(() => stageOf(site, id) === 'lower', 1e7);
    const stop = new AbortController();
    const running = makeSupervisor(site.app).run(stop.signal);
    await site.until(() => stageOf(site, id) === 'drain', 1e7);
    expect(await holderOf(site, id)).toMatchObject({ owner: 'other' });
    const died = site.clock.truth();
    site.backing.kill('other');
    await site.until(() => site.backing.cutovers.get(id)!.row.owner === 'first', 1e7);
    expect(site.clock.truth() - died).toBeLessThanOrEqual(2000);
    stop.abort();
    await site.finish(running);
  });

  it('tells of one that fails, tries it again later, and runs the others meanwhile', async () => {
    const told: string[] = [];
    let broken = true;
    const failing = (store: Store): Store => ({
      ...store,
      own: (id, at) =>
        id === 'bad.example.1' && broken
          ? Promise.reject(new Fault('MALFORMED', 'its state cannot be read'))
          : store.own(id, at),
    });
    const site = openSite({ store: failing });
    const id = await begin(site);
    const stop = new AbortController();
    const supervisor = makeSupervisor(site.app, (which, { code }) => told.push(`${which} ${code}`));
    supervisor.take('bad.example.1');
    const running = supervisor.run(stop.signal);
    await site.until(() => stageOf(site, id) === 'sweep', 1e9);
    expect(new Set(told)).toEqual(new Set(['bad.example.1 MALFORMED']));
    expect(told.length).toBeGreaterThan(3);
    broken = false;
    // It is let go for good once there turns out to be none.
    await site.until(() => told.at(-1) === 'bad.example.1 NOT_FOUND', 1e6);
    stop.abort();
    await site.finish(running);
  });

  it('takes a cutover up once, however often it is told to', async () => {
    const site = openSite();
    const id = await begin(site);
    const owned: string[] = [];
    const counted: Store = {
      ...site.environment.store,
      own: (which, at) => (owned.push(which), site.environment.store.own(which, at)),
    };
    const app = makeApp({ ...site.environment, store: counted });
    const stop = new AbortController();
    const supervisor = makeSupervisor(app);
    const running = supervisor.run(stop.signal);
    for (let times = 0; times < 10; times += 1) supervisor.take(id);
    await site.until(() => stageOf(site, id) === 'drain', 1e7);
    expect(owned).toEqual([id]);
    stop.abort();
    await site.finish(running);
  });

  it('waits for a store that fails at first', async () => {
    const site = openSite();
    const id = await begin(site);
    let times = 0;
    const store: Store = {
      ...memoryStore(site.backing, { id: 'late', pid: 2, host: 'here' }),
      list: async () => {
        if (++times < 3) throw new Fault('STORE', 'the disk is away');
        return site.environment.store.list();
      },
    };
    const stop = new AbortController();
    const running = makeSupervisor(makeApp({ ...site.environment, store })).run(stop.signal);
    await site.until(() => stageOf(site, id) === 'drain', 1e7);
    expect(times).toBe(3);
    stop.abort();
    await site.finish(running);
  });
});
