import { describe, expect, it } from 'vitest';
import { append, loadCutover, type Terms } from '../../src/controller/append.ts';
import { fold } from '../../src/cutover/apply.ts';
import { type Event } from '../../src/cutover/event.ts';
import { type Plan } from '../../src/cutover/plan.ts';
import { isFault, type Code } from '../../src/errors.ts';
import { limits } from '../../src/limits.ts';
import { type Row, type Saved, type Store } from '../../src/store/store.ts';
import { never, openSite, order, type Site, type SiteOptions } from './site.ts';

const id = 'example.org.1';
const person = { actor: { kind: 'person', name: 'kim' } } as const;
const fails = (code: Code) => (error: unknown) => isFault(error, code);

const start = (plan: Plan, as = id): Event => ({
  ...({ type: 'start', id: as, plan, run: 'r1', host: 'here' } as const),
  ...{ accept: [], takeClaim: null, reason: null },
});
const pause: Event = { type: 'pause', reason: null };
const confirm: Event = { type: 'confirm', what: 'old-host', reason: null };

/** A site with a cutover that was just started. */
async function started(options: SiteOptions = {}): Promise<Site & { readonly plan: Plan }> {
  const site = openSite(options);
  const { plan } = await site.app.plan(order, never);
  await append(site.environment, id, { event: start(plan), terms: person });
  return { ...site, plan };
}

const journal = async ({ environment }: Site): Promise<readonly string[]> =>
  (await environment.store.lines(id, 0, 500)).map(({ line }) => line.type);

/** A store whose saves lose so many races. */
const losing =
  (races: { left: number; saves: number }) =>
  (store: Store): Store => ({
    ...store,
    save: async (save): Promise<Saved> => {
      races.saves += 1;
      if (races.left === 0) return store.save(save);
      races.left -= 1;
      return { is: 'stale' };
    },
  });

describe('append', () => {
  it('stores what follows from an event and gives the state afterwards', async () => {
    const site = await started();
    const after = await append(site.environment, id, { event: pause, terms: person });
    expect(after.paused).not.toBe(null);
    expect(await journal(site)).toEqual(['cutover.created', 'paused']);
    expect(await loadCutover(site.environment.store, id)).toEqual(after);
    const [, entry] = await site.environment.store.lines(id, 0, 9);
    expect(entry).toMatchObject({ seq: 2, actor: person.actor, cause: 'pause' });
  });

  it('stores nothing when nothing follows', async () => {
    const site = await started();
    await append(site.environment, id, { event: pause, terms: person });
    const again = await append(site.environment, id, { event: pause, terms: person });
    expect(again.seq).toBe(2);
    expect(await journal(site)).toHaveLength(2);
  });

  it('refuses an act on a line that the caller has not seen; a pause and a rollback need have seen none', async () => {
    const { environment } = await started();
    const at = (event: Event, expect: number) => {
      const terms: Terms = { ...person, expect };
      return append(environment, id, { event, terms });
    };
    await expect(at(confirm, 0)).rejects.toSatisfy(fails('STALE'));
    await expect(at(confirm, 7)).rejects.toSatisfy(fails('STALE'));
    expect((await at(confirm, 1)).seq).toBe(2);
    await expect(at(pause, 1)).rejects.toSatisfy(fails('STALE'));
    expect((await append(environment, id, { event: pause, terms: person })).paused).not.toBe(null);
    const rollback: Event = { type: 'rollback', to: 'snapshot', reason: null };
    await expect(at(rollback, 1)).rejects.toSatisfy(fails('STALE'));
    const unseen = append(environment, id, { event: rollback, terms: person });
    // Nothing was written yet: it is refused for that, not for what was seen.
    await expect(unseen).rejects.toSatisfy(fails('REFUSED'));
  });

  it('drops a report that the state it meets no longer wants', async () => {
    const site = await started();
    const event: Event = { type: 'troubled', effect: 'survey', code: 'STORE', message: 'm' };
    const terms: Terms = { ...person, wanted: ({ seq }) => seq === 7 };
    expect((await append(site.environment, id, { event, terms })).trouble).toEqual({});
    expect(await journal(site)).toHaveLength(1);
  });

  it('decides again on what another one stored first, until it has lost too many races', async () => {
    const races = { left: 0, saves: 0 };
    const site = await started({ store: losing(races) });
    Object.assign(races, { left: limits.appendAttempts - 1, saves: 0 });
    expect((await append(site.environment, id, { event: confirm, terms: person })).seq).toBe(2);
    expect(races.saves).toBe(limits.appendAttempts);
    Object.assign(races, { left: limits.appendAttempts, saves: 0 });
    const lost = append(site.environment, id, { event: pause, terms: person });
    await expect(lost).rejects.toSatisfy(fails('STALE'));
    expect(races.saves).toBe(limits.appendAttempts);
    expect(await journal(site)).toHaveLength(2);
  });

  it('two at once are both stored, one after the other', async () => {
    const site = await started();
    const [first, second] = await Promise.all([
      append(site.environment, id, { event: pause, terms: person }),
      append(site.environment, id, { event: confirm, terms: person }),
    ]);
    expect([first.seq, second.seq].sort()).toEqual([2, 3]);
    expect(await journal(site)).toEqual(['cutover.created', 'paused', 'confirmed']);
  });

  it('says so when another process owns the cutover, and when another cutover has the RRset', async () => {
    const { environment, plan } = await started();
    const terms: Terms = { ...person, fence: 7 };
    const fenced = append(environment, id, { event: confirm, terms });
    await expect(fenced).rejects.toSatisfy(fails('LEASE_LOST'));
    const other = 'example.org.2';
    const taken = append(environment, other, { event: start(plan, other), terms: person });
    await expect(taken).rejects.toSatisfy(
      error => isFault(error, 'REFUSED') && error.message.includes(id),
    );
  });

  it('says so when there is no such cutover', async () => {
    const { environment } = openSite();
    const asked = (event: Event) => append(environment, id, { event, terms: person });
    await expect(asked({ type: 'woke' })).rejects.toSatisfy(fails('NOT_FOUND'));
    await expect(asked(pause)).rejects.toSatisfy(fails('REFUSED'));
  });

  it('folds the journal again when another version of the code stored the state', async () => {
    let old = false;
    const spoiled = (row: Row): Row => ({ ...row, fold: -1, state: { ...row.state, seq: 999 } });
    const store = (inner: Store): Store => ({
      ...inner,
      load: async name => {
        const row = await inner.load(name);
        return row !== null && old ? spoiled(row) : row;
      },
    });
    const { environment } = await started({ store });
    old = true;
    const after = await append(environment, id, { event: pause, terms: person });
    const lines = (await environment.store.lines(id, 0, 9)).map(({ line }) => line);
    expect(after).toEqual(fold(lines));
    expect(await loadCutover(environment.store, id)).toEqual(after);
  });
});
