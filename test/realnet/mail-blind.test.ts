import { expect, test } from 'vitest';
import { type Event, patient } from '../support/cli.ts';
import { blockedScene, zone } from './mail-stage.ts';

interface Finding {
  readonly id: string;
  readonly status: string;
  readonly severity: string;
}

const findings = ({ type, data }: Event): readonly Finding[] =>
  type === 'findings.changed' ? (data['findings'] as readonly Finding[]) : [];

test(
  'where port 25 is blocked nothing is proven, and a person decides',
  patient,
  async ({ onTestFinished }) => {
    const { desk } = await blockedScene(onTestFinished);
    const site = desk('desk', { more: { approval: 'required' } });
    const start = site.start(await site.hash());
    const gate = await start.entered('gate');
    // Before the first write the same was found, and the gate looks anew.
    const seen = await start.seen(
      'what could not be tested',
      event =>
        event.seq > gate.seq && findings(event).some(({ id }) => id === 'smtp-domain-accepted'),
    );
    const blockers = findings(seen).filter(({ severity }) => severity === 'blocker');
    expect(blockers.filter(({ status }) => status === 'fail')).toEqual([]);
    const untested = [
      ...new Set(
        blockers
          .filter(({ id, status }) => status === 'could-not-test' && id !== 'clock-sync')
          .map(({ id }) => id),
      ),
    ];
    expect(untested).toContain('smtp-domain-accepted');
    expect(findings(seen).find(({ id }) => id === 'probe-egress-25')?.status).toBe(
      'could-not-test',
    );

    const first = await site.run('approve', zone);
    expect(first.code, first.err).toBe(0);
    const bars = await site.json<{ gate: { bars: readonly { by: string }[] } }>('status', zone);
    expect(bars.gate.bars.map(({ by }) => by)).toContain('findings');
    const reason = ['--reason', 'sent a message to it by hand'];
    const accept = untested.flatMap(id => ['--accept', id]);
    const approved = await site.run('approve', zone, ...accept, ...reason);
    expect(approved.code, approved.err).toBe(0);
    await start.entered('propagate');
    const told = await start.seen('the advice', ({ type }) => type === 'mail.advice');
    expect(told.data).toMatchObject({ kind: 'cannot-test' });
    await start.entered('sweep');
    expect(start.events.some(({ type }) => type === 'rollback.asked')).toBe(false);
    const report = (await site.run('report', zone)).out;
    expect(report).toContain('smtp-domain-accepted');
    expect(report).toContain('sent a message to it by hand');
    start.kill('SIGTERM');
    await start.ended;
  },
);
