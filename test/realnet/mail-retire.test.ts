import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type Event, patient, type Running } from '../support/cli.ts';
import { dig } from '../support/dig.ts';
import { leapingClock } from '../support/leap.ts';
import { relaysNothing } from '../support/mail-access.ts';
import { directory } from '../support/server.ts';
import { mailScene, zone } from './mail-stage.ts';

const anHour = 3_600_000;

const looked = ({ type, data }: Event): string =>
  type === 'mail.judged'
    ? (data['round'] as { taking: readonly { is: string }[] }).taking.map(({ is }) => is).join()
    : '';

test(
  'a moment without the new host rolls nothing back; the old host is retired once it refuses, and nothing else waits',
  patient,
  async ({ onTestFinished }) => {
    const { scene, mail, desk } = await mailScene(onTestFinished);
    const home = directory('leap');
    onTestFinished(() => {
      rmSync(home, { recursive: true, force: true });
    });
    const clock = leapingClock(home);
    const site = desk('desk', {
      env: clock.env,
      smtp: { helo: 'probe.watch.example' },
      more: { retire: { after: '3s', old: 'refuses' } },
    });
    const hash = await site.hash();
    let start = site.start(hash);
    /** Puts the clock forward for a process that begins anew, as if the machine had slept. */
    const later = async (ms: number): Promise<Running> => {
      start.kill('SIGTERM');
      await start.ended;
      clock.leap(ms);
      start = site.start(hash);
      return start;
    };

    await start.entered('propagate');
    await start.seen('that it accepts', event => looked(event) === 'accepts');
    await mail.hosts.new.close();
    const gone = await start.seen('that it is gone', event => looked(event) === 'down');
    await mail.hosts.new.open();
    await start.seen('it again', event => looked(event) === 'accepts' && event.seq > gone.seq);
    await start.entered('sweep');
    expect((await site.run('confirm', zone, 'mail-swept')).code).toBe(0);

    // The old host still accepts: the TTL comes back all the same, and only retiring waits.
    await start.seen(
      'the restored TTL',
      ({ type, data }) => type === 'settling.ended' && data['act'] === 'restore-ttl',
    );
    expect(dig(scene.primary, zone, 'MX')).toEqual([`${zone}. 3 IN MX 0 mx.newhost.example.`]);
    await later(25 * anHour);
    const still = await start.seen('that it accepts', ({ type }) => type === 'old-host.asked');
    expect(JSON.stringify(still.data)).toContain('250 2.1.5 Ok');
    const status = await site.run('status', zone);
    expect(status.out).toContain('old host');
    const open = await site.run('verify-closed', zone);
    expect([open.code, open.out]).toEqual([3, expect.stringContaining('mx1.oldhost.example')]);

    mail.hosts.old.takes = () => relaysNothing;
    const closed = await site.run('verify-closed', zone);
    expect(closed.code, closed.out + closed.err).toBe(0);
    await later(anHour);
    await start.seen(
      'that it refuses',
      ({ type, data }) =>
        type === 'old-host.asked' && JSON.stringify(data).includes('Relay access'),
    );
    await later(anHour);
    const ended = await start.ended;
    expect(ended.code, ended.err).toBe(0);
    const journal = await site.journal();
    expect(journal.some(({ type }) => type === 'rollback.asked')).toBe(false);
    expect(journal.find(({ data }) => data['act'] === 'old-host')).toMatchObject({
      data: { how: 'done' },
    });
    const report = (await site.run('report', zone)).out;
    expect(report).toContain('- old-host: done');
    expect(mail.log()).toMatch(/reject: RCPT .* helo=<probe\.watch\.example>/);
    expect(mail.log(), 'verify-closed too').not.toMatch(/helo=<(?!probe\.watch\.example>)/);
  },
);
