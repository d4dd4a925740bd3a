import { describe, expect, it, vi } from 'vitest';
import { dig, zoneDump } from '../support/dig.ts';
import { bindAndNsd, knotAlone, zone } from '../support/scene.ts';
import { type RunningServer } from '../support/server.ts';
import { type Event, patient } from '../support/cli.ts';

const oldLow = [`${zone}. 2 IN MX 10 mx1.oldhost.example.`];
const newLow = [`${zone}. 2 IN MX 0 mx.newhost.example.`];
const final = [`${zone}. 3 IN MX 0 mx.newhost.example.`];
const mx = (server: RunningServer): string[] => dig(server, zone, 'MX');

const more = {
  prepare: [{ name: 's1._domainkey', type: 'TXT', set: ['v=DKIM1; p=AAAA'] }],
  records: [
    { name: '@', type: 'MX', set: ['0 mx.newhost.example'] },
    { name: '@', type: 'TXT', add: ['new=1'] },
  ],
  watch: { resolvers: 'none', atMost: '5m' },
};
const confirm = ['--confirm', zone, '--reason', 'mail bounces'];
const count = (journal: readonly Event[], wanted: string): number =>
  journal.filter(({ type }) => type === wanted).length;

describe.concurrent('a rollback', patient, () => {
  it('puts the MX back one step, later the exact snapshot; twice is once', async ({
    onTestFinished,
  }) => {
    const scene = await bindAndNsd(onTestFinished);
    const before = scene.servers.map(server => zoneDump(server, zone));
    const desk = scene.site('desk', { more });
    const start = desk.start(await desk.hash());
    await start.entered('propagate');
    expect(mx(scene.primary)).toEqual(newLow);
    const unsure = await desk.run('rollback', zone, '--reason', 'mail bounces');
    expect([unsure.code, unsure.err]).toEqual([64, expect.stringContaining(`--confirm ${zone}`)]);
    expect(mx(scene.primary)).toEqual(newLow);
    const [once, twice] = await Promise.all([
      desk.run('rollback', zone, ...confirm),
      desk.run('rollback', zone, ...confirm),
    ]);
    expect([once.code, once.err]).toEqual([0, expect.anything()]);
    expect([twice.code, twice.err]).toEqual([0, expect.anything()]);
    const ended = await start.ended;
    expect(ended.code, ended.err).toBe(6);
    const settled = start.events.findIndex(
      ({ type, data }) => type === 'rollback.phase' && data['phase'] === 'settling',
    );
    expect(settled).toBeGreaterThan(0);
    for (const [index, server] of scene.servers.entries())
      await vi.waitFor(() => {
        expect(zoneDump(server, zone)).toEqual(before[index]);
      }, 8000);
    const journal = await desk.journal();
    expect(count(journal, 'rollback.asked')).toBe(1);
    expect(scene.front.writes().filter(({ changed }) => changed)).toHaveLength(
      count(journal, 'write.confirmed'),
    );
    const again = await desk.run('rollback', zone, ...confirm);
    expect([again.code, again.err]).toEqual([0, expect.anything()]);
    expect(await desk.journal()).toHaveLength(journal.length);
  });

  it('without a controller is delivered by the command itself; retry swaps again', async ({
    onTestFinished,
  }) => {
    const scene = await knotAlone(onTestFinished);
    const rollback = { automatic: 'never', settleAfter: '1h' };
    const desk = scene.site('desk', { more: { ...more, rollback } });
    const hash = await desk.hash();
    const first = desk.start(hash);
    await first.entered('propagate');
    first.kill('SIGINT');
    expect((await first.ended).code).toBe(130);
    expect(mx(scene.primary)).toEqual(newLow);
    const back = await desk.run('rollback', zone, ...confirm);
    expect(back.code, back.err).toBe(0);
    expect(back.err).toContain(`start ${zone} --plan-hash ${hash}`);
    expect(mx(scene.primary)).toEqual(oldLow);
    expect(dig(scene.primary, zone, 'TXT')).toEqual([`${zone}. 2 IN TXT "v=spf1 mx -all"`]);
    expect(await desk.json('status', zone)).toMatchObject({
      stage: 'rollback',
      rollback: { to: 'step', phase: 'settling' },
    });
    const retried = await desk.run('retry', zone, '--reason', 'the new host is mended');
    expect(retried.code, retried.err).toBe(0);
    expect(retried.err).toContain(`start ${zone} --plan-hash ${hash}`);
    const second = desk.start(hash);
    await second.entered('sweep');
    expect((await desk.run('confirm', zone, 'mail-swept')).code).toBe(0);
    expect((await second.ended).code, second.err()).toBe(0);
    expect(mx(scene.primary)).toEqual(final);
  });

  it.each([
    ['the drain', 'drain', bindAndNsd],
    ['the gate', 'gate', knotAlone],
    ['the last sweep', 'sweep', knotAlone],
  ] as const)('to the snapshot from %s is exact at once', async (_, stage, open) => {
    const ends: (() => Promise<void>)[] = [];
    const scene = await open(end => ends.push(end));
    try {
      const before = scene.servers.map(server => zoneDump(server, zone));
      const approval = stage === 'gate' ? 'required' : 'none';
      const desk = scene.site('desk', { more: { ...more, approval } });
      const start = desk.start(await desk.hash());
      await start.entered(stage);
      const back = await desk.run('rollback', zone, '--to', 'snapshot', ...confirm);
      expect(back.code, back.err).toBe(0);
      expect((await start.ended).code).toBe(6);
      expect(await desk.json('status', zone)).toMatchObject({ outcome: 'rolled-back', hold: null });
      for (const [index, server] of scene.servers.entries())
        await vi.waitFor(() => {
          expect(zoneDump(server, zone)).toEqual(before[index]);
        }, 8000);
    } finally {
      for (const end of ends) await end();
    }
  });
});
