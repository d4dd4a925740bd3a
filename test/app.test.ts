import { describe, expect, it } from 'vitest';
import { cameOf } from '../src/controller/append.ts';
import { type Order } from '../src/cutover/order.ts';
import { parseName } from '../src/dns/name.ts';
import { rrset } from '../src/dns/rrset.ts';
import { isFault } from '../src/errors.ts';
import { exampleOrder } from '../src/rehearsal/example.ts';
import { makeApp, type StartTerms } from '../src/app.ts';
import { verify } from '../src/store/verify.ts';
import { never, openSite, order, type Site } from './controller/site.ts';

const terms: StartTerms = { accept: [], takeClaim: null, reason: null };
const by = { name: 'kim' };

const planned = async ({ app }: Site, one: Order = order) => (await app.plan(one, never)).plan;
const abandon = async (site: Site, id: string): Promise<void> => {
  await site.app.act(id, { type: 'abandon', reason: null }, by);
  await site.finish(site.app.control(id, never));
};

/** The same order with another low TTL: another plan. */
const lower: Order = {
  ...order,
  policy: { ...order.policy, ttl: { ...order.policy.ttl, low: 120 } },
};

describe('plan and start', () => {
  it('a plan changes nothing and stays the same while the zone does', async () => {
    const site = openSite();
    const [first, second] = [await planned(site), await planned(site)];
    expect(second).toEqual(first);
    expect([site.zone.log(), await site.app.list()]).toEqual([[], []]);
    expect((await planned(site, lower)).hash).not.toBe(first.hash);
  });

  it('a start is found by its id and by its domain in any spelling, and its journal read', async () => {
    const site = openSite();
    const id = await site.app.start(await planned(site), terms, 'kim');
    expect(id).toBe('example.org.1');
    for (const name of ['example.org.1', 'example.org', 'Example.ORG.', 'EXAMPLE.org'])
      expect((await site.app.find(name))?.id, name).toBe(id);
    for (const name of ['example.org.2', 'example.net', 'org', '', '..', 'www.example.org'])
      expect(await site.app.find(name), name).toBe(null);
    const [entry] = await site.app.journal(id);
    expect(entry).toMatchObject({ seq: 1, actor: { kind: 'person', name: 'kim' } });
    expect(site.writes()).toBe(0);
  });

  it('a domain in its own script is found by that, too', async () => {
    const domain = parseName('bücher.example');
    const mx = rrset({ name: domain, type: 'MX', ttl: 300, rdata: ['10 mx.old.example.'] });
    const { app } = openSite({ apex: domain, sets: [mx] });
    const [step] = exampleOrder.steps;
    const [edit] = step!.edits;
    const steps = [{ name: 'swap', edits: [{ ...edit!, name: domain }] }];
    const { plan } = await app.plan({ ...order, domain, prepare: [], steps }, never);
    const id = await app.start(plan, terms, 'kim');
    expect(id).toBe('xn--bcher-kva.example.1');
    for (const name of ['bücher.example', 'BÜCHER.example', 'xn--bcher-kva.example', id])
      expect((await app.find(name))?.id, name).toBe(id);
  });

  it('the same plan again attaches, also when both come at once', async () => {
    const site = openSite();
    const plan = await planned(site);
    const ids = await Promise.all([1, 2].map(() => site.app.start(plan, terms, 'kim')));
    expect([...ids, await site.app.start(plan, terms, 'kim')]).toEqual(
      Array.from({ length: 3 }, () => 'example.org.1'),
    );
    expect(await site.app.list()).toHaveLength(1);
    expect(await site.app.journal('example.org.1')).toHaveLength(1);
  });

  it('another plan for the same RRset is refused while the first is open, and counted up after', async () => {
    const site = openSite();
    const first = await site.app.start(await planned(site), terms, 'kim');
    const other = await planned(site, lower);
    await expect(site.app.start(other, terms, 'kim')).rejects.toSatisfy(
      error => isFault(error, 'REFUSED') && error.message.includes(first),
    );
    await abandon(site, first);
    expect(await site.app.start(other, terms, 'kim')).toBe('example.org.2');
    expect((await site.app.find('example.org'))?.id).toBe('example.org.2');
    expect((await site.app.find(first))?.outcome).toBe('abandoned');
    expect((await site.app.list()).map(({ id }) => id)).toEqual(['example.org.1', 'example.org.2']);
  });

  it('an abandoned plan can be started again; the tenth is the newest, not the ninth', async () => {
    const site = openSite();
    const plan = await planned(site);
    for (let count = 1; count <= 10; count += 1) {
      const id = await site.app.start(plan, terms, 'kim');
      expect(id).toBe(`example.org.${count}`);
      await abandon(site, id);
    }
    expect((await site.app.find('example.org'))?.id).toBe('example.org.10');
    // The list is as long as the store is old, and reading it would keep everybody else waiting.
    const list = () => Promise.reject(new Error('all of them were read'));
    const app = makeApp({ ...site.environment, store: { ...site.environment.store, list } });
    expect((await app.find('example.org'))?.id).toBe('example.org.10');
    expect(await app.find('example.net')).toBe(null);
    expect(await app.start(plan, terms, 'kim')).toBe('example.org.11');
  });

  it('a plan that is done is not started again: its id is given', async () => {
    const site = openSite();
    const easy: Order = {
      ...order,
      policy: { ...order.policy, approval: 'none', attest: [], retire: { after: 0, old: 'stays' } },
    };
    const plan = await planned(site, easy);
    const id = await site.app.start(plan, terms, 'kim');
    const doing = site.app.control(id, never);
    await site.until(() => {
      const { stage } = site.backing.cutovers.get(id)!.row.state;
      return stage === 'sweep';
    }, 1e9);
    await site.app.act(id, { type: 'confirm', what: 'mail-swept', reason: null }, by);
    const ended = await site.finish(doing, 1e10);
    expect(ended.is === 'ended' && ended.cutover.outcome).toBe('done');
    expect(await site.app.start(plan, terms, 'kim')).toBe(id);
    expect(await site.app.list()).toHaveLength(1);
  });
});

describe('acts', () => {
  it('name the operation that they came of, under the hash', async () => {
    const site = openSite();
    const plan = await planned(site);
    const id = await site.app.start(plan, terms, { ...by, operation: 'ab12' });
    await site.app.act(id, { type: 'pause', reason: null }, { ...by, operation: 'cd34' });
    const entries = await site.app.journal(id);
    expect(entries.map(({ cause }) => cause)).toEqual([
      'start (operation ab12)',
      'pause (operation cd34)',
    ]);
    expect(entries.map(entry => cameOf(entry, 'cd34'))).toEqual([false, true]);
    expect(await verify(site.environment.store, id)).toMatchObject({ firstBad: null });
  });

  it('are refused on a line that was not seen, and when there is nothing to act on', async () => {
    const site = openSite();
    const id = await site.app.start(await planned(site), terms, 'kim');
    const pause = { type: 'pause', reason: 'wait' } as const;
    expect((await site.app.act(id, pause, by)).paused).toMatchObject({ reason: 'wait' });
    const resume = site.app.act(id, { type: 'resume', reason: null }, { ...by, expect: 1 });
    await expect(resume).rejects.toSatisfy(error => isFault(error, 'STALE'));
    await expect(site.app.act('example.org.9', pause, by)).rejects.toSatisfy(error =>
      isFault(error, 'REFUSED'),
    );
  });
});
