import { describe, expect, it } from 'vitest';
import { makeApp } from '../../src/app.ts';
import { waitFor, type Wait } from '../../src/commands/wait.ts';
import { wantedOf } from '../../src/commands/wait-for.ts';
import { looking } from '../../src/commands/looking.ts';
import { control } from '../../src/controller/controller.ts';
import { type WatchWorld } from '../../src/controller/environment.ts';
import { never, openSite, order, type Site } from '../controller/site.ts';
import { noCanary } from '../support/no-canary.ts';

const by = { name: 'kim' };

/** No resolver is heard, as long as somebody wants to. */
const unheard: WatchWorld = (_, __, signal) =>
  new Promise(resolve => {
    signal.addEventListener('abort', () => {
      resolve();
    });
  });

/** A cutover that one process owns, and another one that only looks. */
async function pair(site: Site = openSite()) {
  const { plan } = await site.app.plan(order, never);
  const id = await site.app.start(plan, { accept: [], takeClaim: null, reason: null }, 'kim');
  const reader = makeApp(site.other('reader'));
  const told: string[] = [];
  const wait = (wanted: string, more: Partial<Wait> = {}) =>
    waitFor(reader, id, {
      ...{ wanted: wantedOf([wanted]), timeoutMs: null, everyMs: 600_000, signal: never },
      tell: text => told.push(text),
      ...more,
    });
  const own = () => {
    const stop = new AbortController();
    const workplace = { ...site.environment, watchWorld: unheard, canary: noCanary };
    const doing = control(workplace, id, stop.signal);
    doing.catch(() => undefined);
    return async () => {
      stop.abort();
      await site.finish(doing);
    };
  };
  return { ...site, id, reader, told, wait, own };
}

describe('a wait in another process than the owner', () => {
  it('ends when the stage is there, or a person is needed', async () => {
    const { wait, own, finish, app, id } = await pair();
    const end = own();
    const drain = await finish(wait('stage=drain'), 1e7);
    expect(drain.waited).toMatchObject({ code: 0 });
    const swap = await finish(wait('stage=swap'), 1e8);
    expect(swap.waited?.code).toBe(7);
    expect(swap.sight.status).toMatchObject({ stage: 'gate', next: { who: 'person' } });
    const sweep = wait('stage=propagate');
    await app.act(id, { type: 'approve', attest: [0], accept: [], reason: null }, by);
    expect((await finish(sweep, 1e8)).waited?.code).toBeOneOf([0, 7]);
    await end();
  });

  it('is over at its timeout, and says what it still waits for', async () => {
    const { wait, own, finish } = await pair();
    const end = own();
    const { waited } = await finish(wait('stage=gate', { timeoutMs: 90_000 }), 1e7);
    expect(waited?.code).toBe(8);
    expect(waited?.text).toMatch(/^not yet after 1 min 30 s: Waits until no honest cache/);
    await end();
  });

  it('says once that nobody is there to do anything, and not when somebody is', async () => {
    const { wait, own, finish, told, id } = await pair();
    const alone = await finish(wait('stage=gate', { timeoutMs: 60_000 }), 1e7);
    expect(alone.waited?.code).toBe(8);
    expect(told).toEqual([`no controller runs ${id}: nothing will change before one is started`]);
    const end = own();
    await finish(wait('stage=gate', { timeoutMs: 60_000 }), 1e7);
    expect(told).toHaveLength(1);
    await end();
  });

  it('says so when the owner dies while it waits', async () => {
    const { wait, own, finish, told, id, backing, reader } = await pair();
    const end = own();
    await finish(wait('stage=drain'), 1e7);
    const waiting = wait('stage=gate', { timeoutMs: 60_000, everyMs: 1000 });
    await finish(wait('hold', { timeoutMs: 15_000 }), 1e7);
    expect(told).toEqual([]);
    backing.kill('first');
    const { waited, sight } = await finish(waiting, 1e7);
    expect(waited?.code).toBe(8);
    expect(told).toEqual([`no controller runs ${id}: nothing will change before one is started`]);
    expect(sight.status.controller).toMatchObject({ running: false });
    const seen = await looking(reader, id, {
      ...{ since: 0, restMs: 0, everyMs: 1000, signal: never, onSight: () => true },
    });
    expect(seen.status.next.command).toMatch(/^dns-cutover start /);
    await end().catch(() => undefined);
  });

  it('leaves at once when it is interrupted', async () => {
    const { wait, finish } = await pair();
    const stop = new AbortController();
    const waiting = wait('stage=gate', { signal: stop.signal });
    stop.abort();
    expect((await finish(waiting)).waited).toBeNull();
  });

  it('hears of a rollback, an abandon and the end', async () => {
    const { wait, own, finish, app, id } = await pair();
    const end = own();
    await finish(wait('stage=drain'), 1e7);
    const swap = wait('stage=swap');
    await app.act(id, { type: 'abandon', reason: 'another day' }, by);
    expect((await finish(swap, 1e7)).waited?.code).toBe(1);
    expect((await finish(wait('stage=abandoned'), 1e7)).waited?.code).toBe(0);
    await end();
  });
});

describe('looking', () => {
  it('gives every line once, in order, and rests between two looks', async () => {
    const { own, finish, reader, id, clock } = await pair();
    const end = own();
    const seqs: number[] = [];
    const times: number[] = [];
    const watching = looking(reader, id, {
      ...{ since: 0, restMs: 1000, everyMs: 600_000, signal: never },
      onSight: ({ cutover, entries }) => {
        seqs.push(...entries.map(({ seq }) => seq));
        times.push(clock.truth());
        return cutover.stage === 'drain';
      },
    });
    const { cutover } = await finish(watching, 1e7);
    expect(seqs).toEqual(seqs.map((_, index) => index + 1));
    expect(seqs.length).toBe(cutover.seq);
    const rests = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(Math.min(...rests)).toBeGreaterThanOrEqual(1000);
    await end();
  });

  it('is NOT_FOUND where there is none', async () => {
    const { reader } = await pair();
    const how = { since: 0, restMs: 0, everyMs: 1000, signal: never, onSight: () => true };
    await expect(looking(reader, 'example.net.7', how)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});
