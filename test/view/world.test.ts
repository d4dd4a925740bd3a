import { describe, expect, it } from 'vitest';
import { apply } from '../../src/cutover/apply.ts';
import { due } from '../../src/cutover/course.ts';
import { type Cutover } from '../../src/cutover/cutover.ts';
import { type WatchRecord } from '../../src/propagation/watched.ts';
import { reportMarkdown, reportOf } from '../../src/view/report.ts';
import { statusOf, statusText } from '../../src/view/status.ts';
import { columnsOf } from '../../src/view/table.ts';
import { changeOf, standText, worldChange, worldLine } from '../../src/view/watch-lines.ts';
import { watchScreen } from '../../src/view/watch-screen.ts';
import { courseOf } from '../../src/view/timeline.ts';
import { drained, surveyOf, swapped, type Story } from '../support/view-fixture.ts';
import { dawn, look, minute, planOf } from '../support/view-plan.ts';
import { habits, recordOf, steady } from '../support/world-fixture.ts';

const statusAfter = (minutes: number) => {
  const story = swapped().wait(minutes * minute);
  return statusOf(story.cutover, story.now, recordOf(story));
};
const lookAt = (minutes: number) => ({ ...look, now: swapped().now.wall + minutes * minute });

const judged = ({ cutover, now }: Story, is: 'ready' | 'cannot-tell' | 'nobody'): Cutover =>
  apply(cutover, {
    ...{ v: 1, at: now.wall, type: 'caches.judged' },
    data: {
      ...{ judged: is, share: 0.96, ableToTell: 1, unexplained: 0, total: 12, counts: {}, now },
    },
  });

describe('a status with resolvers', () => {
  it('has the shape that others rely on', () => {
    expect(statusAfter(1).propagation?.resolvers).toMatchObject({
      ...{ key: 'example.org. MX', target: 95, total: 12, unasked: 0, flipped: 1, cold: 2 },
      share: expect.closeTo(0.0707, 3) as number,
      ableToTell: expect.closeTo(0.99, 3) as number,
      counts: { new: 3, old: 7, mixed: 0, other: 1, empty: 0, refused: 0, silent: 1 },
      asOf: '2026-12-05T05:16:43.000Z',
    });
    const lags = statusAfter(1).propagation?.resolvers?.stragglers ?? [];
    expect(lags.find(({ id }) => id === 'nine')).toEqual({
      ...{ id: 'nine', verdict: 'old', cause: 'raises TTLs', explained: true, final: true },
      until: '2026-12-05T05:30:55.000Z',
    });
  });

  it('tells moments by the wall, whose offset a watch does not share', () => {
    const story = swapped().wait(minute);
    const later = { ...story.now, wall: story.now.wall + 3_600_000 };
    const record = recordOf(story);
    const lag = (now: typeof later) =>
      statusOf(story.cutover, now, record).propagation?.resolvers?.asOf ?? '';
    expect(Date.parse(lag(later)) - Date.parse(lag(story.now))).toBe(3_600_000);
    expect(steady.offset).not.toBe(dawn);
  });

  it('is null where nothing was kept, and shows no share and no straggler before the swap', () => {
    const story = drained().wait(minute);
    expect(statusOf(story.cutover, story.now).propagation?.resolvers).toBeNull();
    const before = statusOf(story.cutover, story.now, recordOf(story)).propagation?.resolvers;
    expect(before).toMatchObject({ share: null, stragglers: [], outlook: null, total: 10 });
  });

  it.each([1, 6, 16])('is calm after %i minutes', async minutes => {
    const text = statusText(statusAfter(minutes), lookAt(minutes));
    for (const line of text.split('\n')) expect(columnsOf(line)).toBeLessThanOrEqual(80);
    await expect(text).toMatchFileSnapshot(`golden/status-world-${minutes}.txt`);
  });

  it('does not count what was answered with another aim', () => {
    const story = swapped().wait(6 * minute);
    const record = recordOf(story);
    const watched = record.watched.map(one => ({
      ...one,
      state: { ...one.state, aim: '["0 mx.elsewhere.example."]' },
    }));
    const { propagation } = statusOf(story.cutover, story.now, { ...record, watched });
    expect(propagation?.resolvers).toMatchObject({ share: null, total: 12, unasked: 12 });
  });
});

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

describe('what propagation waits for', () => {
  const of = (minutes: number, change = (story: Story): Cutover => story.cutover) => {
    const story = swapped().wait(minutes * minute);
    const { next, forecast } = statusOf(change(story), story.now, recordOf(story));
    return { what: next.what, until: forecast?.until };
  };

  it('is the share, until the entries seen are over, and never less than the bound', () => {
    expect(of(1)).toEqual({
      what: 'Waits until 95 % of the public resolvers, by weight, answer with the new set.',
      until: '2026-12-05T05:30:55.000Z',
    });
    expect(of(1, story => judged(story, 'ready'))).toEqual({
      what: 'Waits until no honest cache can still hold the old set.',
      until: '2026-12-05T05:26:05.000Z',
    });
  });

  it('is whoever is unexplained, by name', () => {
    const story = swapped().wait(16 * minute);
    const record = recordOf(story);
    const watched = record.watched.map(one =>
      one.resolver.id === 'filter' && one.straggler !== null
        ? { ...one, straggler: { ...one.straggler, cause: 'other' as const } }
        : one,
    );
    const { next } = statusOf(story.cutover, story.now, { ...record, watched });
    expect(next.what).toContain('waits for filter: nothing seen explains');
  });

  it('is the bound alone where nobody is there to be asked, or nobody is asked', () => {
    const bound = 'Waits until no honest cache can still hold the old set.';
    expect(of(1, story => judged(story, 'nobody')).what).toBe(bound);
    const { watch } = planOf().policy;
    const plan = planOf({ policy: { watch: { ...watch, resolvers: 'none' } } });
    const story = swapped(plan);
    expect(statusOf(story.cutover, story.now).next.what).toBe(bound);
  });

  it('counts how long an absence is remembered where the set did not exist', () => {
    const { watch } = planOf().policy;
    const policy = { watch: { ...watch, resolvers: 'none' } };
    const fresh = planOf({ policy, existing: { ...existing(), 'example.org. MX': null } });
    const story = swapped(fresh);
    const { forecast } = statusOf(story.cutover, story.now);
    // 600 s of negative TTL and 300 s of margin from the agreement, not the low TTL of 300 s.
    expect(Date.parse(forecast?.until ?? '') - story.now.wall).toBe(900_000);
  });
});

const existing = () => {
  const tracks = planOf().tracks.map(({ key, positions }) => [key, positions[0] ?? null] as const);
  return Object.fromEntries(tracks);
};

describe('lines of a log', () => {
  it('stand in one line each, and are told anew only when something was heard', () => {
    const [one, same, other] = [statusAfter(1), statusAfter(1.05), statusAfter(6)];
    expect(worldChange(one)).toBe(worldChange(same));
    expect(changeOf(one)).toBe(changeOf(same));
    expect(changeOf(one)).not.toBe(changeOf(other));
    const wide = { ...lookAt(1), width: 400 };
    expect(worldLine(one, wide)).toBe(
      '2026-12-05 06:17:05 +01:00  resolvers: 7 % new: 3 new (1 turned, 2 at first sight), 7 old, 1 something else, 1 cannot tell; 95 % expected in 14 min; all: no known end',
    );
    expect(standText(one, wide)).toBe(
      '2026-12-05 06:17:05 +01:00  example.org.1 running in stage propagate; controller: Waits until 95 % of the public resolvers, by weight, answer with the new set.',
    );
  });
});

describe('the report of a world', () => {
  const reportAfter = (minutes: number) => {
    const story = swapped();
    story.tell({ type: 'news', news: forecastNews });
    story.wait(minutes * minute);
    const { cutover, entries, now } = story;
    return reportOf({ cutover, entries, epoch: 'e7', watch: { record: recordOf(story), now } });
  };
  const forecastNews = {
    ...{ share: 0.05, ableToTell: 1, complete: true, total: 12, flipped: 0, cold: 1 },
    ...{ counts: { new: 1, old: 11 }, laggards: [], unexplained: 0, entry: null },
    forecast: { p50: 160, p95: 800, worst: 900 },
  };

  it('tells how it spread, who lagged and why, and how good the forecast was', async () => {
    const report = reportAfter(20);
    const { world } = report;
    expect(world).toMatchObject({ resolvers: 12, target: 95, flipped: 7, cold: 2 });
    expect(world?.spread[0]).toMatchObject({
      step: 'mx',
      forecast: { p50: 160, p95: 800, worst: 900 },
    });
    const [half] = world?.spread[0]?.reached ?? [];
    expect(half).toMatchObject({ percent: 50, forecast: 160 });
    expect(world?.regressions).toEqual([{ id: 'back', times: 1 }]);
    expect(world?.couldNotTell).toEqual([{ id: 'mute', why: 'no answer within 3000 ms' }]);
    const causes = (id: string) =>
      world?.stragglers.find(one => one.id === id)?.spells.map(({ cause }) => cause);
    expect(causes('nine')).toEqual(['raises TTLs']);
    expect(causes('filter')).toEqual(['filtered or rewritten']);
    const text = reportMarkdown(report, look);
    await expect(
      text.slice(text.indexOf('## How the world'), text.indexOf('## Decisions')),
    ).toMatchFileSnapshot('golden/report-world.txt');
    expect(report.notDone.join()).not.toContain('resolvers');
  });

  it('says so where nothing was kept', () => {
    const { cutover, entries } = swapped();
    const report = reportOf({ cutover, entries, epoch: 'e7' });
    expect(report.world).toBeNull();
    expect(report.notDone).toContain(
      'nothing was kept of what resolvers answered (resolvers: default)',
    );
  });
});

it('a plan counts with it, too, that an absence is remembered', () => {
  const fresh = planOf({ existing: { ...existing(), 'example.org. MX': null } });
  const now = { wall: dawn, up: 0, boot: 'b1' };
  const spans = (survey: boolean) =>
    courseOf(fresh, now, survey ? surveyOf(fresh) : undefined).steps.map(
      ({ swap, spread }) => (spread - swap) / 1000,
    );
  expect([spans(false), spans(true)]).toEqual([[600], [900]]);
});
