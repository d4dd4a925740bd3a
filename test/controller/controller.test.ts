import { describe, expect, it } from 'vitest';
import { control } from '../../src/controller/controller.ts';
import { type Environment, type Workplace } from '../../src/controller/environment.ts';
import { type Cutover } from '../../src/cutover/cutover.ts';
import { type News } from '../../src/cutover/news.ts';
import { type Order } from '../../src/cutover/order.ts';
import { Fault, isFault } from '../../src/errors.ts';
import { type Store } from '../../src/store/store.ts';
import { never, openSite, order, type Site, type SiteOptions } from './site.ts';
import { noCanary } from '../support/no-canary.ts';

interface Owned extends Site {
  readonly id: string;
  readonly state: () => Cutover;
}

/** A site with a started cutover that nobody owns yet. */
async function started(options: SiteOptions & { order?: Order } = {}): Promise<Owned> {
  const site = openSite(options);
  const { plan } = await site.app.plan(options.order ?? order, never);
  const id = await site.app.start(plan, { accept: [], takeClaim: null, reason: null }, 'kim');
  const state = () => site.backing.cutovers.get(id)!.row.state;
  return { ...site, id, state };
}

/** Without resolvers nothing is watched. */
const workplace = (environment: Environment): Workplace => ({
  ...environment,
  watchWorld: async () => undefined,
  canary: noCanary,
});

/** Owns it until the test is over with it. */
function owns(site: Owned) {
  const stop = new AbortController();
  const doing = control(workplace(site.environment), site.id, stop.signal);
  doing.catch(() => undefined);
  const end = () => {
    stop.abort();
    return site.finish(doing);
  };
  return { doing, end };
}

const by = { name: 'kim' };
const types = async ({ app, id }: Owned): Promise<readonly string[]> =>
  (await app.journal(id)).map(({ line }) => line.type);

describe('an owner', () => {
  it('does what is due, goes through the gate when it may, and ends with the cutover', async () => {
    const site = await started();
    const { doing } = owns(site);
    await site.until(() => site.state().stage === 'gate' && site.state().findings.length > 0, 1e8);
    const [snapshot = '', ...more] = site.files.keys();
    expect([snapshot, ...more]).toEqual([
      expect.stringMatching(/^example\.org\.1\.\d+\.snapshot\.json$/),
      snapshot.replace('snapshot.json', 'undo.txt'),
    ]);
    const approve = { type: 'approve', attest: [0], accept: [], reason: null } as const;
    await site.app.act(site.id, approve, by);
    await site.until(() => site.state().stage === 'sweep', 1e8);
    await site.app.act(site.id, { type: 'confirm', what: 'mail-swept', reason: null }, by);
    const ended = await site.finish(doing, 1e9);
    expect(ended.is === 'ended' && ended.cutover.outcome).toBe('done');
    expect(await site.environment.store.holder(site.id)).toBe(null);
  });

  it('is the only one; another is told who, and takes over when it has died', async () => {
    const site = await started();
    const { end } = owns(site);
    await site.until(() => site.state().owner !== null);
    const second = site.other('second');
    const held = await control(workplace(second), site.id, never);
    expect(held).toMatchObject({ is: 'held', by: { owner: 'first', pid: 1, host: 'here' } });
    expect(await end()).toEqual({ is: 'stopped' });
    const stop = new AbortController();
    const next = control(workplace(second), site.id, stop.signal);
    await site.until(() => site.state().owner?.id === 'second');
    stop.abort();
    expect(await site.finish(next)).toEqual({ is: 'stopped' });
  });

  it('ends as lost, and writes nothing more, once another one owns it', async () => {
    const site = await started();
    const { doing } = owns(site);
    await site.until(() => site.state().stage === 'drain');
    const writes = site.writes();
    await site.environment.store.release(site.id);
    const second = site.other('second');
    const owned = await second.store.own(site.id, 0);
    expect(owned.is).toBe('owned');
    await site.app.act(site.id, { type: 'rollback', to: 'snapshot', reason: null }, by);
    expect(await site.finish(doing)).toEqual({ is: 'lost' });
    expect(site.writes()).toBe(writes);
  });

  it('leaves the cutover as it is when it is stopped: nothing runs on, nobody owns it', async () => {
    const site = await started();
    const { end } = owns(site);
    await site.until(() => site.state().stage === 'drain');
    expect(await end()).toEqual({ is: 'stopped' });
    const { seq } = site.state();
    expect(await site.environment.store.holder(site.id)).toBe(null);
    expect(await site.clock.run(() => false, site.clock.truth() + 1e9)).toBe('idle');
    expect(site.state().seq).toBe(seq);
  });

  it('is stopped promptly even while its provider takes no notice', async () => {
    let asked = false;
    const site = await started({
      provider: inner => ({
        ...inner,
        write: () => {
          asked = true;
          return new Promise(() => undefined);
        },
      }),
    });
    const { end } = owns(site);
    await site.until(() => asked);
    const at = site.clock.truth();
    expect(await end()).toEqual({ is: 'stopped' });
    expect(site.clock.truth()).toBe(at);
  });

  it('has nothing to do for a cutover that has ended', async () => {
    const site = await started();
    await site.app.act(site.id, { type: 'abandon', reason: null }, by);
    const ended = await site.finish(owns(site).doing);
    expect(ended.is === 'ended' && ended.cutover.outcome).toBe('abandoned');
    const { seq } = site.state();
    expect((await site.finish(owns(site).doing)).is).toBe('ended');
    expect(site.state().seq).toBe(seq);
    expect(site.writes()).toBe(0);
  });

  it('throws what waiting cannot mend: there is no such cutover', async () => {
    const { environment } = openSite();
    await expect(control(workplace(environment), 'example.org.7', never)).rejects.toSatisfy(error =>
      isFault(error, 'NOT_FOUND'),
    );
  });
});

describe('while the store fails', () => {
  it('nothing is written to the zone, and all goes on as soon as it works again', async () => {
    let broken = false;
    const broke = async () => {
      throw new Fault('STORE', 'the disk is full');
    };
    const store = (inner: Store): Store => ({
      ...inner,
      save: save => (broken ? broke() : inner.save(save)),
      load: id => (broken ? broke() : inner.load(id)),
    });
    const site = await started({ store });
    const { end } = owns(site);
    await site.until(() => site.state().claim === 'placed');
    broken = true;
    const [writes, seq] = [site.writes(), site.state().seq];
    const until = site.clock.truth() + 600_000;
    expect(await site.clock.run(() => false, until)).toBe('late');
    expect([site.writes(), site.state().seq]).toEqual([writes, seq]);
    broken = false;
    await site.until(() => site.state().stage === 'drain');
    expect(await end()).toEqual({ is: 'stopped' });
  });
});

describe('effects', () => {
  it('are aborted when they are no longer due, and begun again when they are', async () => {
    const asked: AbortSignal[] = [];
    let hangs = false;
    const site = await started({
      provider: inner => ({
        ...inner,
        zone: (name, signal) => {
          if (!hangs) return inner.zone(name, signal);
          hangs = false;
          asked.push(signal);
          return new Promise(() => undefined);
        },
      }),
    });
    hangs = true;
    const { end } = owns(site);
    await site.until(() => asked.length === 1);
    await site.app.act(site.id, { type: 'pause', reason: null }, by);
    await site.until(() => asked[0]?.aborted === true, 1000);
    expect(site.state().stage).toBe('snapshot');
    await site.app.act(site.id, { type: 'resume', reason: null }, by);
    await site.until(() => site.state().stage === 'drain');
    await end();
  });

  it('begin again where nobody saw the pause in which they ended, and were not heard', async () => {
    let deaf = false;
    let pausing: (() => Promise<unknown>) | null = null;
    const site = await started({
      store: inner => {
        const unlessDeaf = (changed: () => void) => () => {
          if (!deaf) changed();
        };
        return { ...inner, watch: changed => inner.watch(unlessDeaf(changed)) };
      },
      provider: inner => ({
        ...inner,
        read: async (...of) => {
          await pausing?.();
          return inner.read(...of);
        },
      }),
    });
    pausing = async () => {
      if (deaf || site.state().stage !== 'gate') return;
      deaf = true;
      await site.app.act(site.id, { type: 'pause', reason: null }, by);
    };
    const { end } = owns(site);
    await site.until(() => site.state().paused !== null, 1e8);
    await site.clock.run(() => false, site.clock.truth() + 1000);
    expect(site.state().findings).toEqual([]);
    [deaf, pausing] = [false, null];
    await site.app.act(site.id, { type: 'resume', reason: null }, by);
    await site.until(() => site.state().findings.length > 0, 60_000);
    await end();
  });

  it('tell what fails once, and when it works again', async () => {
    let down = false;
    const site = await started({
      provider: inner => ({
        ...inner,
        read: async (key, signal) => {
          if (down) throw new Fault('UNAVAILABLE', 'nobody answers');
          return inner.read(key, signal);
        },
      }),
    });
    down = true;
    const { end } = owns(site);
    const until = site.clock.truth() + 300_000;
    expect(await site.clock.run(() => false, until)).toBe('late');
    expect(site.state().trouble['survey']).toMatchObject({ code: 'UNAVAILABLE' });
    down = false;
    await site.until(() => site.state().stage === 'drain');
    const told = (await types(site)).filter(type => type.startsWith('trouble'));
    expect(told).toEqual(['trouble.seen', 'trouble.over']);
    await end();
  });

  it('that watch are no reason to stop: told, and tried again less and less often', async () => {
    const { watch } = order.policy;
    const wanted = { ...watch, resolvers: 'default' };
    const site = await started({ order: { ...order, policy: { ...order.policy, watch: wanted } } });
    const begun: number[] = [];
    let bad = true;
    const news: News = {
      ...{ share: null, ableToTell: null, complete: true, counts: {}, total: 0, flipped: 0 },
      ...{ cold: 0, laggards: [], unexplained: 0, entry: null, forecast: null },
    };
    const watchWorld: Workplace['watchWorld'] = async (_of, hear, signal) => {
      begun.push(site.clock.truth());
      if (bad) throw new TypeError('no such field');
      await hear(news);
      await site.environment.clock.sleep(1e9, signal);
    };
    const stop = new AbortController();
    const doing = control({ ...workplace(site.environment), watchWorld }, site.id, stop.signal);
    await site.until(() => begun.length > 4);
    expect(site.state().trouble['watch']).toMatchObject({ code: 'BUG' });
    const pauses = begun.slice(1, 5).map((at, i) => at - (begun[i] ?? 0));
    expect(pauses.map(ms => Math.round(ms / 1000))).toEqual([1, 2, 4, 8]);
    bad = false;
    await site.until(() => site.state().trouble['watch'] === undefined);
    const told = (await types(site)).filter(type => type.startsWith('trouble'));
    expect(told).toEqual(['trouble.seen', 'trouble.over']);
    stop.abort();
    expect(await site.finish(doing)).toEqual({ is: 'stopped' });
  });

  it('that write tell it, too, and a write that fails for good is held once, not sent again', async () => {
    let sent = 0;
    const site = await started({
      provider: inner => ({
        ...inner,
        write: async () => {
          sent += 1;
          throw new Fault('UNAUTHORIZED', 'the key may not');
        },
      }),
    });
    const { end } = owns(site);
    await site.until(() => site.state().hold !== null);
    expect(site.state().hold).toMatchObject({ why: 'write-refused', code: 'UNAUTHORIZED' });
    expect(await site.clock.run(() => false, site.clock.truth() + 1e7)).not.toBe('done');
    expect([sent, site.writes()]).toEqual([1, 0]);
    await end();
  });
});
