import { describe, expect, it } from 'vitest';
import { driveWaves, waveCode } from '../../../src/commands/wave/drive.ts';
import { type Order } from '../../../src/cutover/order.ts';
import { type Member, type NextWave, type Waves } from '../../../src/cutover/wave.ts';
import { type Name, parseName } from '../../../src/dns/name.ts';
import { rrset } from '../../../src/dns/rrset.ts';
import { never, openSite, order as example, type Site } from '../../controller/site.ts';

const names = ['a', 'b', 'c', 'd'].map(label => parseName(`${label}.example.org`));

const waves: Waves = {
  ...{ canary: [names[2]!], shares: [50, 100], concurrency: 2 },
  ...{ stopOnFailure: true, wait: 3600, patience: 600 },
};

const orders = names.map((name): Order => ({
  ...example,
  domain: name,
  prepare: [],
  steps: [
    {
      name: 'swap',
      edits: [
        {
          ...{ name, type: 'MX', ttl: null, where: 'c.yaml:1:1' },
          want: { is: 'set', rdata: ['0 mx.newhost.example.'] },
        },
      ],
    },
  ],
  policy: {
    ...example.policy,
    ...{ approval: 'none', attest: [] },
    retire: { after: 7200, old: 'refuses', shared: true },
  },
}));

/** A zone with four domains of one old host. */
const site = (): Site =>
  openSite({
    sets: names.map(name =>
      rrset({ name, type: 'MX', ttl: 600, rdata: ['10 mail.oldhost.example.'] }),
    ),
  });

interface Played {
  readonly started: readonly string[];
  readonly told: readonly NextWave[];
  readonly most: number;
}

/** Runs the waves over a site; what happens is collected, and the promise ends when they do. */
async function drive(of: Site, own: Partial<Waves> = {}, signal: AbortSignal = never) {
  const { app } = of;
  const agreed = new Map<Name, string>();
  for (const order of orders) {
    const known = await app.find(order.domain);
    const plan = known?.plan ?? (await of.finish(app.plan(order, never))).plan;
    agreed.set(order.domain, plan.hash);
  }
  const started: string[] = [];
  const told: NextWave[] = [];
  let members: readonly Member[] = [];
  let most = 0;
  const done = driveWaves(
    {
      ...{ app, orders, agreed, accept: [], by: 'ada', waves: { ...waves, ...own } },
      control: async (id, _since, stop) => {
        started.push(id.slice(0, 1));
        await app.control(id, stop);
      },
      tell: (next, now) => {
        told.push(next);
        members = now;
        most = Math.max(most, now.filter(({ standing }) => standing === 'moving').length);
      },
    },
    signal,
  );
  const played = (): Played => ({ started, told, most });
  return { done, played, members: () => members };
}

const standing = (members: readonly Member[]): string =>
  members.map(({ standing: is }) => is).join(' ');

describe('waves of cutovers in one process', () => {
  it('begin with the canary, wait, keep to how many may move, and let the old host go last', async () => {
    const here = site();
    const { done, played, members } = await drive(here);
    await here.until(() => standing(members()) === 'over over over over', 86_400_000);
    expect(played().started).toEqual(['c', 'a', 'b', 'd']);
    expect(played().most).toBe(2);
    const [canary] = await Promise.all([here.app.find('c.example.org')]);
    const first = await here.app.find('a.example.org');
    expect(first!.startedAt - canary!.swaps[0]!.wall).toBeGreaterThanOrEqual(3_600_000);
    await here.until(() => members().every(({ swapped }) => swapped !== null));
    // As long as one may still go back, the old host is nobody's to close.
    expect((await here.app.find('c.example.org'))!.confirmed).toEqual([]);
    for (const name of names)
      await here.app.act(
        `${name}1`,
        { type: 'confirm', what: 'mail-swept', reason: null },
        { name: 'ada' },
      );
    expect(standing(await here.finish(done, 20 * 86_400_000))).toBe('done done done done');
    for (const name of names)
      expect((await here.app.find(name))!.confirmed).toContain('others-moved');
    expect(waveCode(members())).toBe(0);
  });

  it('stop at a failure, keep what has moved, and go on when it is mended', async () => {
    const here = site();
    const { done, played, members } = await drive(here);
    await here.until(() => played().started.length === 3, 86_400_000);
    const act = { type: 'abandon', reason: 'bounces' } as const;
    await here.app.act('a.example.org.1', act, { name: 'ada' });
    await here.until(() => played().told.at(-1)?.is === 'stopped', 86_400_000);
    expect(standing(members())).toBe('failed moving over to-come');
    await here.until(() => standing(members()) === 'failed over over to-come', 86_400_000);
    expect(await here.app.find('d.example.org')).toBeNull();
    // Nobody is told that the old host is free while one domain still needs it.
    expect((await here.app.find('c.example.org'))!.confirmed).toEqual([]);
    // Whoever moves it by hand mends it: the wave goes on.
    const again = await here.finish(here.app.plan(orders[0]!, never));
    await here.app.start(again.plan, { accept: [], takeClaim: null, reason: null }, 'ada');
    await here.until(() => standing(members()) === 'over over over over', 86_400_000);
    void done;
  });

  it('killed at any moment, and run again, go on where they were', async () => {
    const here = site();
    const stop = new AbortController();
    const first = await drive(here, {}, stop.signal);
    await here.until(() => first.played().started.length === 3, 86_400_000);
    stop.abort();
    await here.finish(first.done);
    const second = await drive(here);
    await here.until(() => standing(second.members()) === 'over over over over', 86_400_000);
    expect([...second.played().started].sort()).toEqual(['a', 'b', 'c', 'd']);
    expect((await here.app.list()).map(({ id }) => id).sort()).toEqual(
      names.map(name => `${name.slice(0, 1)}.example.org.1`),
    );
    void second.done;
  });

  it('start nothing whose zone is not what was planned', async () => {
    const here = site();
    const { done, members } = await drive(here, { canary: [], wait: 0 });
    const mx = { name: names[3]!, type: 'MX' };
    const after = rrset({ ...mx, ttl: 600, rdata: ['5 elsewhere.example.'] });
    here.zone.edit([{ key: mx, after }]);
    await here.until(() => members()[3]?.standing === 'failed', 86_400_000);
    expect(members()[3]?.why).toContain('its plan is');
    expect(waveCode(members())).toBe(3);
    void done;
  });

  it('start nobody else of a wave once one of it could not be started', async () => {
    const here = site();
    const { done, played } = await drive(here, { canary: [], shares: [100], wait: 0 });
    const mx = { name: names[0]!, type: 'MX' };
    const after = rrset({ ...mx, ttl: 600, rdata: ['5 elsewhere.example.'] });
    here.zone.edit([{ key: mx, after }]);
    const members = await here.finish(done, 86_400_000);
    expect(standing(members)).toBe('failed to-come to-come to-come');
    expect(played().started).toEqual([]);
  });

  it('end with the gravest of what has become of them', () => {
    const member = (why: string): Member => ({
      ...{ domain: names[0]!, swapped: null, why },
      standing: why === '' ? 'done' : 'failed',
    });
    const code = (...whys: readonly string[]): number => waveCode(whys.map(member));
    expect(code('', '')).toBe(0);
    expect(code('', '1 blocker: zone-resolves', 'abandoned')).toBe(1);
    expect(code('held: conflict', 'abandoned')).toBe(7);
    expect(code('held: conflict', 'rolled-back')).toBe(6);
    expect(code('its plan is another now')).toBe(3);
  });
});
