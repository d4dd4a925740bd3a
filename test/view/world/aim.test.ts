import { describe, expect, it } from 'vitest';
import { due } from '../../../src/cutover/course.ts';
import { type Cutover } from '../../../src/cutover/cutover.ts';
import { type WatchRecord } from '../../../src/propagation/watched.ts';
import { reportMarkdown, reportOf } from '../../../src/view/report/report.ts';
import { statusOf, statusText } from '../../../src/view/status/status.ts';
import { resolverNoun } from '../../../src/view/world/aim.ts';
import { worldLine } from '../../../src/view/watch/lines.ts';
import { watchScreen } from '../../../src/view/watch/screen.ts';
import { swapped, type Story } from '../../support/view-fixture.ts';
import { look, minute, planOf } from '../../support/view-plan.ts';
import { habits, recordOf } from '../../support/world-fixture.ts';

const lookAt = (minutes: number) => ({ ...look, now: swapped().now.wall + minutes * minute });

describe('right after the swap', () => {
  const before = habits.map(habit => ({
    ...habit,
    answers: habit.answers.filter(([at]) => at < 0),
  }));
  const story = swapped().wait(minute);
  const textOf = (record: WatchRecord) =>
    statusText(statusOf(story.cutover, story.now, record), lookAt(1));

  it('accuses nobody by what was heard before it', () => {
    const record = recordOf(story, before);
    const { propagation } = statusOf(story.cutover, story.now, record);
    expect(propagation?.resolvers).toMatchObject({ share: null, stragglers: [], unasked: 10 });
    const text = textOf(record);
    expect(text).toContain('10 resolvers, not asked since the swap');
    expect(text).not.toMatch(/filtered|due now|no known end/);
  });

  it('counts those that were asked, and calls the others not asked', () => {
    const [first, ...others] = before;
    const asked = { ...habits[1]!, id: first!.id };
    const text = textOf(recordOf(story, [asked, ...others]));
    expect(text).toContain('0 % new: 0 new, 1 old, 9 not asked yet');
    expect(text).not.toContain('filter');
  });
});

describe('a swap that is taken back', () => {
  const taken = () =>
    swapped()
      .wait(minute)
      .tell({ type: 'rollback', to: 'step', reason: 'mail bounces' })
      .settle()
      .wait(minute)
      .observe();
  const recordBack = (story: Story): WatchRecord => {
    const record = recordOf(story);
    const watch = due(story.cutover).find(one => one.do === 'watch');
    const aim = watch?.do === 'watch' ? JSON.stringify(watch.watch.new) : 'no watch';
    const watched = record.watched.map((one, index) => ({
      ...one,
      state: { ...one.state, aim, verdict: index < 4 ? ('old' as const) : ('new' as const) },
    }));
    return { ...record, watched };
  };

  it('is told as the way back: no target, nobody who turned', () => {
    const story = taken();
    const status = statusOf(story.cutover, story.now, recordBack(story));
    expect(status.propagation?.resolvers).toMatchObject({ back: true });
    const at = { ...look, now: story.now.wall };
    const screen = watchScreen({ status, recent: [] }, { ...at, rows: 40 }).join('\n');
    for (const text of [statusText(status, at), screen, worldLine(status, at) ?? '']) {
      expect(text).toMatch(/15 % back to\s+what was before/);
      expect(text).toMatch(/8\s+back,\s+4\s+still\s+the\s+set\s+of\s+the\s+swap/);
      expect(text).not.toMatch(/turned|flipped|wanted|first sight|% new|95 %/);
    }
  });

  it('is reported as the way back, and the spread before it as it was', () => {
    const story = taken();
    const { cutover, entries, now } = story;
    const textWith = (record: WatchRecord) => {
      const report = reportOf({ cutover, entries, epoch: 'e7', watch: { record, now } });
      expect(report.notDone.join()).not.toContain('resolvers');
      const text = reportMarkdown(report, look);
      return text.slice(text.indexOf('## How the world'), text.indexOf('## Decisions'));
    };
    const text = textWith(recordBack(story));
    expect(text).toContain(': the swap was taken back; 15 % back to what was before at the last.');
    expect(text).toContain('| operator | resolvers | back | share |');
    expect(text).not.toMatch(/% new at|were new at first sight/);
    expect(textWith(recordOf(story))).toContain(
      'the swap was taken back, and nobody was heard since',
    );
  });

  it('is not told as spread where it was taken back before anybody was asked', () => {
    const { cutover, entries } = swapped().wait(minute);
    const early = entries.filter(({ line }) => {
      return line.type !== 'stage.entered' || line.data.stage !== 'propagate';
    });
    const story = swapped().wait(minute);
    const watch = { record: recordOf(story), now: story.now };
    const report = reportOf({ cutover, entries: early, epoch: 'e7', watch });
    expect(report.notDone.join()).toContain('how the swap spread was not watched');
    expect(entries.length).toBeGreaterThan(early.length);
  });

  it('shows nothing of the way there once it goes back', () => {
    const story = taken();
    const status = statusOf(story.cutover, story.now, recordOf(story));
    expect(status.propagation?.resolvers).toMatchObject({ share: null, stragglers: [] });
    expect(statusText(status, { ...look, now: story.now.wall })).toContain(
      '12 resolvers, not asked since it was taken back',
    );
  });
});

it('calls the resolvers of an own list resolvers', () => {
  const policy = planOf().policy;
  const watch = { ...policy.watch, resolvers: '/etc/own.json' };
  const story = swapped(planOf({ policy: { watch } })).wait(minute);
  const status = statusOf(story.cutover, story.now, recordOf(story));
  const text = statusText(status, lookAt(1));
  expect(text).toContain('of the resolvers, by weight');
  expect(text).toContain('These resolvers are a proxy');
  expect(text).not.toMatch(/public/i);
});

it.each([
  ['default', 'public resolver'],
  ['core,-quad9,-/etc/bad.json', 'public resolver'],
  ['core,/etc/mine.json', 'resolver'],
  ['/etc/mine.json', 'resolver'],
] as const)('calls those of %s: %s', (resolvers, noun) => {
  const plan = { policy: { watch: { resolvers } } } as unknown as Cutover['plan'];
  expect(resolverNoun({ plan })).toBe(noun);
});
