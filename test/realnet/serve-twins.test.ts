import { randomUUID } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { type Event, patient } from '../support/cli.ts';
import { dig } from '../support/dig.ts';
import { bindAlone, isSwap, knotAlone, type OnEnd, type Scene, zone } from '../support/scene.ts';
import { serving } from '../support/serving.ts';
import { type Site } from '../support/site.ts';
import { type Client, client, path } from './orchestrator.ts';

/** Two servers over one store and a cutover that was ordered at the second, sorted by who carries it. */
async function twins(site: Site, onEnd: OnEnd) {
  const one = await serving(site, onEnd);
  const two = await serving(site, onEnd);
  const asks = client(one);
  const planned = await asks.post<{ hash: string }>(two, 'plans', { domain: zone });
  const order = { domain: zone, planHash: planned.body.hash, key: randomUUID() };
  const ordered = await asks.post<{ id: string }>(two, 'cutovers', order);
  const pid = await vi.waitFor(
    async () => {
      const known = (await asks.status(one)).controller?.pid;
      expect([one.pid, two.pid]).toContain(known);
      return known;
    },
    { timeout: 30_000, interval: 100 },
  );
  // The other one knows of it, and begins nothing when it is asked again by the same key.
  const again = await asks.post<{ id: string }>(one, 'cutovers', order);
  expect([again.body.id, again.code]).toEqual([ordered.body.id, ordered.code]);
  const [carrier, other] = one.pid === pid ? [one, two] : [two, one];
  return { asks, carrier, other };
}

/** The journal is whole, what was heard is its end, and each write was applied once. */
async function holds(scene: Scene, site: Site, asks: Client): Promise<readonly Event[]> {
  const journal = await site.journal();
  expect(journal.map(({ seq }) => seq)).toEqual(journal.map((_one, index) => index + 1));
  const check = await site.run('store', 'check');
  expect(check.code, check.err).toBe(0);
  const ids = journal.map(({ id }) => id);
  await vi.waitFor(() => {
    expect(asks.lines().map(({ id }) => id)).toContain(ids.at(-1));
  }, 30_000);
  const heard = asks.lines().map(({ id }) => id);
  const until = heard.indexOf(ids.at(-1) ?? '') + 1;
  expect(heard.slice(0, until)).toEqual(ids.slice(ids.indexOf(heard[0] ?? '')));
  const confirmed = journal.filter(({ type }) => type === 'write.confirmed');
  expect([...scene.front.applied().values()]).toEqual(confirmed.map(() => 1));
  expect(journal.filter(({ type }) => type === 'write.intended')).toHaveLength(confirmed.length);
  return journal;
}

describe.concurrent('servers over one store', patient, () => {
  it('all take acts and one carries; when it ends or is killed the next goes on, and so do streams', async ({
    onTestFinished,
  }) => {
    const scene = await knotAlone(onTestFinished);
    const site = scene.site('site', { more: { approval: 'required' } });
    const { asks, carrier, other } = await twins(site, onTestFinished);
    const first = await asks.follow(carrier);
    await asks.seen('stage.entered', { stage: 'gate' });
    await asks.act(other, { type: 'pause' });
    // Two decide on the same line at the same moment: one of them has to look again.
    let codes: readonly number[] = [];
    while (!codes.includes(202)) {
      const resume = { type: 'resume', seq: (await asks.status(other)).seq };
      const both = [carrier, other].map(at => asks.post(at, `${path}/actions`, resume));
      codes = (await Promise.all(both)).map(({ code }) => code).toSorted();
    }
    expect(codes).toEqual([202, 412]);
    await vi.waitFor(
      async () => {
        expect((await asks.status(other)).next.who).toBe('person');
      },
      { timeout: 30_000, interval: 100 },
    );
    await asks.act(other, { type: 'approve' });
    await asks.seen('stage.entered', { stage: 'propagate' });
    expect((await asks.status(other)).controller?.pid).toBe(carrier.pid);

    carrier.kill('SIGTERM');
    expect((await carrier.ended).code).toBe(143);
    expect(first.heard.at(-1)?.event).toBe('goodbye');
    await asks.follow(other);
    await asks.seen('owner.changed', { fence: 2 });
    const [third] = await Promise.all([
      serving(site, onTestFinished),
      asks.seen('stage.entered', { stage: 'sweep' }),
    ]);
    const token = third.tokenFile;
    expect([token, (await asks.status(third)).controller?.pid]).toEqual(['', other.pid]);
    other.kill('SIGKILL');
    await other.ended;
    await asks.follow(third);
    await asks.seen('owner.changed', { fence: 3 });
    expect((await site.run('confirm', zone, 'mail-swept')).code).toBe(0);
    await asks.seen('ended', { outcome: 'done' });

    const journal = await holds(scene, site, asks);
    const carried = journal.filter(({ type }) => type === 'owner.changed');
    expect(carried).toHaveLength(3);
    expect(dig(scene.primary, zone, 'MX')).toEqual([`${zone}. 3 IN MX 0 mx.newhost.example.`]);
    third.kill('SIGTERM');
    expect((await third.ended).code).toBe(143);
  });

  it('SIGTERM amid a write leaves its intent, and the next finds out by reading what became of it', async ({
    onTestFinished,
  }) => {
    const scene = await bindAlone(onTestFinished);
    const site = scene.site('site');
    const [sent, answered] = [Promise.withResolvers<null>(), Promise.withResolvers<null>()];
    scene.front.hooks = {
      beforeUpdate: async update => {
        if (!isSwap(update)) return undefined;
        sent.resolve(null);
        await answered.promise;
        return 'forward';
      },
    };
    const { asks, carrier, other } = await twins(site, onTestFinished);
    const first = await asks.follow(carrier);
    await sent.promise;
    carrier.kill('SIGTERM');
    expect((await carrier.ended).code).toBe(143);
    expect(first.heard.at(-1)?.event).toBe('goodbye');
    await asks.follow(other);
    const taken = await asks.seen('owner.changed', { fence: 2 });
    // It has looked at the servers, and at the provider, before the write arrives there after all.
    await asks.seen('authority.seen', {}, taken);
    answered.resolve(null);
    await asks.seen('stage.entered', { stage: 'propagate' });

    const journal = await holds(scene, site, asks);
    const swap = journal.find(
      ({ type, data }) =>
        type === 'write.intended' && (data['intent'] as { purpose: string }).purpose === 'swap',
    );
    expect(swap?.seq).toBe(taken.seq - 1);
    expect(scene.front.writes().filter(isSwap)).toHaveLength(1);
    expect(dig(scene.primary, zone, 'MX')).toEqual([`${zone}. 2 IN MX 0 mx.newhost.example.`]);
    other.kill('SIGTERM');
    expect((await other.ended).code).toBe(143);
  });
});
