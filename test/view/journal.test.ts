import { describe, expect, it } from 'vitest';
import { rrset } from '../../src/dns/rrset.ts';
import { parseName } from '../../src/dns/name.ts';
import { eventOf, eventText } from '../../src/view/events.ts';
import { reportMarkdown, reportOf, type Report } from '../../src/view/report/report.ts';
import { columnsOf } from '../../src/view/table.ts';
import { undoScript, undoText } from '../../src/view/runbook/undo.ts';
import { nothingWatched } from '../../src/view/world/world.ts';
import {
  atGate,
  drained,
  finished,
  surveyOf,
  swapped,
  type Story,
} from '../support/view-fixture.ts';
import { anna, difference, everyLine } from '../support/view-lines.ts';
import { look, minute, planOf } from '../support/view-plan.ts';

const golden = (name: string): string => `golden/${name}`;

describe('an event', () => {
  it('has the shape that others rely on', () => {
    const [entry] = finished().entries;
    expect(entry && eventOf(entry, 'e7')).toMatchObject({
      id: 'e7-101',
      seq: 1,
      type: 'cutover.created',
      time: '2026-12-05T04:00:00.000Z',
      cutover: 'example.org.1',
      actor: { kind: 'person', name: 'anna' },
      data: { run: 'f00dfeed' },
    });
  });

  it('is one readable line, whatever its type', async () => {
    const texts = everyLine.map(line => eventText({ line, actor: anna }, look));
    for (const text of texts) expect(text).toMatch(/^2026-12-05 05:00:00 \+01:00 {2}\S/);
    const wide = texts.flatMap(text => text.split('\n')).filter(line => columnsOf(line) > 80);
    expect(wide).toEqual([]);
    await expect(texts.join('\n')).toMatchFileSnapshot(golden('events-all.txt'));
  });

  it('tells a whole cutover', async () => {
    const text = finished().entries.map(entry => eventText(entry, { ...look, width: 120 }));
    await expect(text.join('\n')).toMatchFileSnapshot(golden('events-finished.txt'));
  });
});

const report = ({ cutover, entries }: Story): Report => reportOf({ cutover, entries, epoch: 'e7' });

const markdown = (told: Report): string =>
  reportMarkdown(told, look).replace(told.journal.hash ?? '?', 'HASH-OF-THE-LAST-LINE');

/** A cutover with trouble: a write that failed, a hold, an accepted finding, a rollback. */
function troubled(): Story {
  const told = atGate()
    .wait(minute)
    .tell({
      type: 'approve',
      attest: [0],
      accept: [{ id: 'spf-mx-mechanism', subject: null, reason: 'for | a day' }],
      reason: 'team agrees',
    })
    .check()
    .settle({
      is: 'not-applied',
      code: 'UNAUTHORIZED',
      message: 'REFUSED by policy',
      refused: true,
    });
  told.wait(minute).tell({ type: 'retry', swapUntil: null, reason: 'rights are there now' });
  told.check().settle().wait(2000).observe();
  told.wait(minute).tell({ type: 'rollback', to: 'snapshot', reason: 'mail bounces' });
  const undone = told.settle();
  return undone.wait(1000).observe();
}

describe('a report', () => {
  it('tells a cutover that went well', async () => {
    const done = report(finished());
    await expect(markdown(done)).toMatchFileSnapshot(golden('report-done.txt'));
    expect(done).toMatchObject({
      outcome: 'done',
      startedBy: 'anna',
      journal: { first: 'e7-101' },
      agreements: [{ seconds: 1 }, { seconds: 1 }, { seconds: 2 }, { seconds: 1 }],
    });
    expect(done.moved[2]).toEqual({
      key: 'example.org. MX',
      before: { ttl: 3600, rdata: ['10 mail.example.org.', '20 mail2.example.org.'] },
      after: { ttl: 3600, rdata: ['0 mx.new.example.'] },
    });
  });

  it('tells trouble: what failed, what was held and how it ended, who accepted what', async () => {
    const told = report(troubled());
    await expect(markdown(told)).toMatchFileSnapshot(golden('report-trouble.txt'));
    expect(told.outcome).toBe('rolled-back');
    expect(told.holds).toMatchObject([{ why: 'write-refused', ended: 'retry by anna' }]);
    expect(told.writes.filter(({ outcome }) => outcome !== 'confirmed')).toMatchObject([
      { purpose: 'swap', outcome: 'not-applied', why: 'UNAUTHORIZED: REFUSED by policy' },
    ]);
    expect(told.accepted).toEqual([
      { id: 'spf-mx-mechanism', subject: null, reason: 'for | a day', by: 'anna' },
    ]);
    for (const { before, after } of told.moved) expect(after).toEqual(before);
  });

  it('counts until now while the cutover is under way, however long ago the last line was', () => {
    const { cutover, entries, now } = drained();
    const hour = 3_600_000;
    const later = { ...now, wall: now.wall + hour, up: now.up + hour };
    const watch = { record: nothingWatched, now: later };
    const [told, then] = [watch, { ...watch, now }].map(one =>
      reportOf({ cutover, entries, epoch: 'e7', watch: one }),
    );
    expect(told?.seconds).toBe((then?.seconds ?? 0) + 3600);
    expect(told?.stages.at(-1)?.seconds).toBe((then?.stages.at(-1)?.seconds ?? 0) + 3600);
  });

  it('is there while the cutover is under way', () => {
    const told = report(drained());
    expect(told).toMatchObject({ outcome: null, endedAt: null, stage: 'drain', seconds: 2 });
    expect(told.drains).toMatchObject([{ provenAt: null }]);
  });

  it('names what somebody else had edited and a conflict', () => {
    const told = atGate()
      .wait(minute)
      .tell({ type: 'approve', attest: [0], accept: [], reason: null });
    told.check().settle({ is: 'conflict', differences: [difference] });
    expect(report(told).writes.at(-1)).toMatchObject({
      outcome: 'conflict',
      why: expect.stringContaining('found 5 mx.elsewhere.example. (TTL 300)') as string,
    });
  });
});

/** What a server makes of the lines: enough of RFC 2136 for the lines that are written. */
function updated(zone: Map<string, readonly string[]>, lines: readonly string[]) {
  for (const line of lines) {
    const [, verb, name = '', ...rest] = line.split(' ');
    if (verb === 'delete') zone.delete(`${name} ${rest[0] ?? ''}`);
    if (verb !== 'add') continue;
    const [ttl = '', type = '', ...rdata] = rest;
    const key = `${name} ${type}`;
    zone.set(key, [...(zone.get(key) ?? []), `${ttl} ${rdata.join(' ')}`]);
  }
  return zone;
}

describe('the undo by hand', () => {
  it('is a file for people and for nsupdate', async () => {
    const { plan } = swapped();
    const text = undoText({ plan, hosted: surveyOf(plan).hosted });
    await expect(text).toMatchFileSnapshot(golden('undo.txt'));
    const lines = text.split('\n').filter(line => !line.startsWith(';') && line !== '');
    expect(lines).toEqual(undoScript({ plan }));
  });

  it('puts back what was there, whatever is there now', () => {
    const now = new Map([
      ['example.org. MX', ['300 0 mx.new.example.']],
      ['s1._domainkey.example.org. CNAME', ['300 s1.dkim.new.example.']],
      ['_dns-cutover.example.org. TXT', ['60 "dns-cutover run=x"']],
      ['www.example.org. A', ['300 192.0.2.80']],
    ]);
    expect(Object.fromEntries(updated(now, undoScript({ plan: planOf() })))).toEqual({
      'www.example.org. A': ['300 192.0.2.80'],
      'example.org. MX': ['3600 10 mail.example.org.', '3600 20 mail2.example.org.'],
      'example.org. TXT': ['3600 "site-verification=1"', '3600 "v=spf1 mx -all"'],
    });
  });

  it('deletes everything before it adds: a CNAME stands alone', () => {
    const verbs = undoScript({ plan: planOf() }).map(line => line.split(' ')[1]);
    expect(verbs.lastIndexOf('delete')).toBeLessThan(verbs.indexOf('add'));
  });

  it('names what only the provider can put back', () => {
    const plan = planOf();
    const mx = rrset({
      name: parseName('example.org'),
      type: 'MX',
      ttl: 60,
      rdata: ['1 a.example.'],
    });
    const hosted = { 'example.org. MX': { rrset: mx, extras: { comment: 'a\nb' }, token: null } };
    const text = undoText({ plan, hosted });
    expect(text).toContain('besides: {"comment":"a\\nb"}');
    expect(text).toContain('update add example.org. 60 MX 1 a.example.');
  });
});
