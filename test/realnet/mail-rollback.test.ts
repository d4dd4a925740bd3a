import { expect, test } from 'vitest';
import { type Event, patient } from '../support/cli.ts';
import { dig } from '../support/dig.ts';
import { relaysNothing, takesFor } from '../support/mail-access.ts';
import { mailScene, zone } from './mail-stage.ts';

interface Finding {
  readonly id: string;
  readonly status: string;
  readonly summary: string;
  readonly observed: string;
}

const accepted = (event: Event): Finding | undefined =>
  event.type === 'findings.changed'
    ? (event.data['findings'] as readonly Finding[]).find(({ id }) => id === 'smtp-domain-accepted')
    : undefined;

/** Without the ends of lines that a terminal needs. */
const flat = (text: string): string => text.replaceAll(/\s+/g, ' ');

const looked = ({ type, data }: Event): string =>
  type === 'mail.judged'
    ? (data['round'] as { taking: readonly { is: string }[] }).taking.map(({ is }) => is).join()
    : '';

test(
  'a new host that is not provisioned holds the gate in its own words, and one that forgets the domain is rolled back',
  patient,
  async ({ onTestFinished }) => {
    const { scene, mail, desk } = await mailScene(onTestFinished, {
      new: { takes: () => relaysNothing },
    });
    const site = desk('desk', { more: { approval: 'required', attest: ['mailboxes are synced'] } });

    // Before the start it is told, and stops nobody: there is time while the old TTL drains.
    const check = await site.run('check', zone);
    expect(check.code, check.err).toBe(3);
    expect(flat(check.err)).toContain('would keep the gate shut: ');
    expect(flat(check.out)).toContain(`554 5.7.1 <postmaster@${zone}>: Relay access denied`);
    expect(flat(check.out)).toContain('no swap is made before it is solved or accepted');
    const runbook = await site.run('plan', zone, '--format', 'runbook');
    expect([runbook.code, runbook.out]).toEqual([
      0,
      expect.stringContaining('mailboxes are synced'),
    ]);

    const start = site.start(await site.hash());
    const gate = await start.entered('gate');
    const fails = await start.seen(
      'its refusal',
      event => event.seq > gate.seq && accepted(event)?.status === 'fail',
    );
    expect(accepted(fails)?.observed).toContain('Relay access denied');
    const approve = ['approve', zone, '--attest', 'all', '--reason', 'agreed on the call'];
    // An approval is no proof: the gate stays shut, and opens by itself once the host is ready.
    const approved = await site.run(...approve);
    expect(approved.code, approved.err).toBe(0);
    const waiting = await site.run('status', zone);
    expect(waiting.out).toContain('smtp-domain-accepted');
    expect(dig(scene.primary, zone, 'MX')).toEqual([`${zone}. 2 IN MX 10 mx1.oldhost.example.`]);

    mail.hosts.new.takes = takesFor(zone, ['postmaster', 'anna']);
    await start.seen(
      'that it accepts',
      event => event.seq > gate.seq && accepted(event)?.status === 'pass',
    );
    const swapped = await start.entered('propagate');
    expect(dig(scene.primary, zone, 'MX')).toEqual([`${zone}. 2 IN MX 0 mx.newhost.example.`]);
    await start.seen('a look at the hosts', event => looked(event) === 'accepts');

    mail.hosts.new.takes = () => relaysNothing;
    const asked = await start.seen('a rollback', ({ type }) => type === 'rollback.asked');
    expect(asked).toMatchObject({ actor: { kind: 'controller' }, data: { automatic: true } });
    expect(asked.data['reason']).toContain('Relay access denied');
    const bad = start.events.filter(
      event => event.seq > swapped.seq && event.seq < asked.seq && looked(event) === 'refuses',
    );
    expect(bad.length).toBeGreaterThan(0);
    expect(bad.length).toBeLessThanOrEqual(3);
    const ended = await start.ended;
    expect(ended.code, ended.err).toBe(6);
    expect(dig(scene.primary, zone, 'MX')).toEqual([`${zone}. 3 IN MX 10 mx1.oldhost.example.`]);

    // Who ticked what and when stands in the report.
    const report = (await site.run('report', zone)).out;
    expect(report).toMatch(/attesting: mailboxes are synced.*agreed on the call/);
    expect(report).toContain('Relay access denied');
  },
);
