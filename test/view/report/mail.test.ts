import { describe, expect, it } from 'vitest';
import { type Policy } from '../../../src/cutover/order.ts';
import { reportMarkdown, reportOf, type Report } from '../../../src/view/report/report.ts';
import {
  at,
  lost,
  mailPlan,
  oldHost,
  probedBy,
  retiring,
  seen,
  well,
} from '../../support/mail-story.ts';
import { atGate, finished, swapped, swept, type Story } from '../../support/view-fixture.ts';
import { look, minute, ownPolicy } from '../../support/view-plan.ts';

const reportFor = ({ cutover, entries }: Story): Report =>
  reportOf({ cutover, entries, epoch: 'e1' });

/** It refused twice, after it had accepted. */
const closed = (): Story =>
  oldHost(
    oldHost(
      oldHost(retiring(), at(false, 'accepts', '250 2.1.5 Ok')).wait(10 * minute),
      at(true, 'refused'),
    ).wait(10 * minute),
    at(true, 'refused'),
  ).settle();

/** From a heading to the next. */
const sectionOf = (text: string, title: string): string =>
  text.split('\n## ').find(part => part.startsWith(`${title}\n`)) ?? '';

describe('the mail in a report', () => {
  it('has what a successor needs: both sides, how the old host ended, and what remains by hand', async () => {
    const story = closed();
    const report = reportFor(story);
    expect(report.outcome).toBe('done');
    const text = reportMarkdown(report, look);
    const told = ['Mail', 'The old host', 'What remains to do by hand']
      .map(title => `## ${sectionOf(text, title)}`)
      .join('\n');
    await expect(told).toMatchFileSnapshot('../golden/report-mail.txt');
    expect(report.notDone.join()).not.toContain('mail hosts');
  });

  it('names those who run the hosts, where their names tell', () => {
    expect(reportFor(finished()).mail).toMatchObject({
      asked: false,
      from: { hosts: ['mail.example.org', 'mail2.example.org'] },
      to: { hosts: ['mx.new.example'], provider: null },
      sweep: { by: 'anna' },
    });
  });

  it('tells where mail was left after everything was put back', () => {
    const report = reportFor(
      swapped()
        .tell({ type: 'rollback', to: 'snapshot', reason: null })
        .settle()
        .wait(1000)
        .observe(),
    );
    expect(report.outcome).toBe('rolled-back');
    expect(report.mail?.byHand.map(({ what }) => what)).toEqual([
      'Fetch the mail that mx.new.example accepted while the MX named it: that is not at the old host.',
    ]);
  });

  it('keeps what mail hosts answered, what was advised, and what somebody counted', () => {
    let story = probedBy(swapped(mailPlan()), well);
    for (let round = 0; round < 3; round++) story = probedBy(story.wait(minute), lost);
    for (let round = 0; round < 3; round++) story = probedBy(story.wait(minute), well);
    story = story.tell({
      type: 'observe',
      what: { is: 'bounces', count: 3, seconds: 600 },
      reason: 'postmaster',
    });
    const { mail } = reportFor(story);
    expect(mail?.probes.length).toBeGreaterThanOrEqual(3);
    expect(mail?.advice).toMatchObject([
      { what: expect.stringMatching(/^acceptance-lost/) as string },
    ]);
    expect(mail?.advice[0]?.until).not.toBeNull();
    expect(mail?.observed[0]?.what).toContain('3 bounces');
    expect(mail?.byHand[1]?.what).toContain('was not proven');
  });

  it('asks for nothing by hand before the swap is out, nor for a proof of a host that stays', () => {
    const { after } = ownPolicy.retire;
    const stays: Policy['retire'] = { after, old: 'stays' };
    expect(reportFor(atGate(mailPlan())).mail?.byHand).toEqual([]);
    const story = swept(mailPlan({ retire: stays })).tell({
      type: 'confirm',
      what: 'mail-swept',
      reason: null,
    });
    const { mail } = reportFor(story);
    expect(mail?.oldHost?.why).toContain('declared to stay');
    expect(mail?.byHand.map(({ what }) => what).join()).not.toContain('refuses mail');
  });

  it('is no place for the markup of a stranger', () => {
    const evil = '\x1b]0;x\x07<script>|[x](y)`\u202e';
    let story = probedBy(swapped(mailPlan()), well);
    for (let round = 0; round < 3; round++)
      story = probedBy(story.wait(minute), [
        seen('mx.new.example', 'new', ['not-provisioned', evil]),
        ...well.slice(1),
      ]);
    for (const one of [story, oldHost(retiring(), at(false, 'accepts', evil))]) {
      const text = reportMarkdown(reportFor(one), look);
      expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      expect(text).not.toContain('<script>');
      expect(text).toContain('\\<script\\>\\|\\[x\\]');
    }
  });
});
