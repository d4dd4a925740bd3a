import { describe, expect, it, vi } from 'vitest';
import { patient } from '../support/cli.ts';
import { dig, zoneDump } from '../support/dig.ts';
import { bindAlone, bindAndNsd, zone } from '../support/scene.ts';
import { nsd, nsdTransfer } from '../support/servers.ts';
import { addrPort } from '../support/site.ts';
import { type RunningServer } from '../support/server.ts';

const oldLow = [`${zone}. 2 IN MX 10 mx1.oldhost.example.`];
const oldLong = [`${zone}. 3 IN MX 10 mx1.oldhost.example.`];
const final = [`${zone}. 3 IN MX 0 mx.newhost.example.`];
const mx = (server: RunningServer): string[] => dig(server, zone, 'MX');
const ttl = { lag: '3s' };

describe.concurrent('a secondary', patient, () => {
  it('that lags holds the cutover by name, and is waited for after the swap', async ({
    onTestFinished,
  }) => {
    const scene = await bindAndNsd(onTestFinished, { notify: false });
    const [primary, secondary] = scene.servers;
    if (primary === undefined || secondary === undefined) throw new Error('two servers');
    const desk = scene.site('desk', { ttl });
    const start = desk.start(await desk.hash());
    const hold = await start.held('authority-behind');
    expect(hold.servers?.map(({ server }) => server)).toEqual([addrPort(secondary)]);
    expect(hold.servers?.[0]?.problem).toContain('3 IN MX 10 mx1.oldhost');
    expect([mx(primary), mx(secondary)]).toEqual([oldLow, oldLong]);
    const held = await desk.json('status', zone);
    expect(held).toMatchObject({ stage: 'lower', hold: { why: 'authority-behind' } });
    expect(JSON.stringify(held['hold'])).toContain(addrPort(secondary));

    nsdTransfer(secondary, zone);
    const lifted = await start.seen('the end of the hold', ({ type }) => type === 'hold.lifted');
    expect(lifted.data).toMatchObject({ by: 'cause gone' });
    const swapped = await start.entered('propagate');
    expect(mx(secondary)).toEqual(oldLow);
    expect((await desk.run('confirm', zone, 'mail-swept')).code).toBe(0);
    const late = await desk.json('status', zone);
    expect(late).toMatchObject({ stage: 'propagate', propagation: { there: 1, total: 2 } });

    nsdTransfer(secondary, zone);
    await start.entered('settle', swapped);
    expect((await start.ended).code).toBe(0);
    nsdTransfer(secondary, zone);
    await vi.waitFor(() => {
      expect(mx(secondary)).toEqual(final);
    }, 8000);
  });

  it('that goes away is named, and its return is enough', async ({ onTestFinished }) => {
    const scene = await bindAndNsd(onTestFinished);
    const { primary } = scene;
    const secondary = scene.servers[1] ?? primary;
    const desk = scene.site('desk', { ttl });
    const hash = await desk.hash();
    scene.front.hooks = {
      afterUpdate: async () => {
        scene.front.hooks = {};
        await secondary.stop();
        return undefined;
      },
    };
    const start = desk.start(hash);
    const hold = await start.held('authority-unreachable');
    expect(hold.servers).toMatchObject([{ server: addrPort(secondary) }]);
    expect(mx(primary)).toEqual(oldLow);
    const back = await nsd(zone, { primary, port: secondary.port });
    onTestFinished(() => back.stop());
    const lifted = await start.seen('the end of the hold', ({ type }) => type === 'hold.lifted');
    expect(lifted.data).toMatchObject({ by: 'cause gone' });
    await start.entered('drain', lifted);
    start.kill('SIGINT');
    expect((await start.ended).code).toBe(130);
  });

  it('that stays away is accepted by id, with a reason, and stands in the report', async ({
    onTestFinished,
  }) => {
    const scene = await bindAndNsd(onTestFinished);
    const { primary } = scene;
    const secondary = scene.servers[1] ?? primary;
    const desk = scene.site('desk', { ttl });
    const start = desk.start(await desk.hash());
    await start.entered('drain');
    await secondary.stop();
    const found = await start.seen(
      'the finding',
      ({ type, data }) =>
        type === 'findings.changed' &&
        /"auth-servers-all-answer","severity":"blocker","status":"(fail|could-not-test)"/.test(
          JSON.stringify(data).replaceAll(/"family":"[a-z]*",/g, ''),
        ),
    );
    expect(JSON.stringify(found.data)).toContain(addrPort(secondary));
    expect(mx(primary)).toEqual(oldLow);
    const accept = ['--accept', `auth-servers-all-answer:${addrPort(secondary)}`];
    const silent = await desk.run('approve', zone, ...accept);
    expect([silent.code, silent.err]).toEqual([64, expect.stringContaining('--reason')]);
    const spoken = await desk.run('approve', zone, ...accept, '--reason', 'it is being replaced');
    expect(spoken.code, spoken.err).toBe(0);
    await start.entered('sweep');
    expect((await desk.run('confirm', zone, 'mail-swept')).code).toBe(0);
    expect((await start.ended).code, start.err()).toBe(0);
    expect(mx(primary)).toEqual(final);
    expect((await desk.run('report', zone)).out).toContain('it is being replaced');
  });
});

it(
  'a server that was never heard stops the start, unless it is accepted',
  patient,
  async ({ onTestFinished }) => {
    const scene = await bindAlone(onTestFinished);
    // The port of discard (RFC 863): a free one might be taken by a server of another test meanwhile.
    const silence = { address: '127.0.0.1', port: 9 };
    const before = zoneDump(scene.primary, zone);
    const desk = scene.site('desk', { servers: [scene.primary, silence], ttl });
    const hash = await desk.hash();
    const start = ['start', zone, '--plan-hash', hash];
    const stopped = await desk.run(...start);
    expect(stopped.code).toBe(3);
    expect(stopped.err).toContain('auth-servers-all-answer');
    expect(stopped.err).toContain(addrPort(silence));
    expect(scene.front.writes()).toEqual([]);
    expect(zoneDump(scene.primary, zone)).toEqual(before);
    expect((await desk.run('check', zone)).code).toBe(3);

    const accept = ['--accept', 'auth-servers-all-answer', '--reason', 'it is being replaced'];
    const going = desk.start(hash, ...accept);
    await going.entered('gate');
    await going.entered('propagate');
    going.kill('SIGTERM');
    expect((await going.ended).code).toBe(143);
  },
);
