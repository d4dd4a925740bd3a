import { describe, expect, it } from 'vitest';
import { apply } from '../../../src/cutover/apply.ts';
import { type Cutover } from '../../../src/cutover/cutover.ts';
import { reportMarkdown, reportOf } from '../../../src/view/report/report.ts';
import { statusOf, statusText } from '../../../src/view/status/status.ts';
import { columnsOf } from '../../../src/view/table.ts';
import { changeOf, standText, worldChange, worldLine } from '../../../src/view/watch/lines.ts';
import { courseOf } from '../../../src/view/plan/timeline.ts';
import { drained, finished, surveyOf, swapped, type Story } from '../../support/view-fixture.ts';
import { dawn, look, minute, planOf } from '../../support/view-plan.ts';
import { recordOf, steady } from '../../support/world-fixture.ts';

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
      ...{ until: '2026-12-05T05:30:55.000Z', members: null },
      ...{ name: 'nine', operator: 'nine', country: null, anycast: false },
      ...{ address: '192.0.2.77', flushUrl: null, remarks: [] },
      ...{ rdata: ['10 mail.example.org.', '20 mail2.example.org.'] },
      ...{ ttlEnds: '2026-12-05T05:30:54.000Z', since: '2026-12-05T05:16:14.000Z' },
    });
    expect(lags.find(({ id }) => id === 'mute')?.remarks).toEqual(['no answer within 3000 ms']);
    expect(lags.find(({ id }) => id === 'sleepy')?.remarks).toEqual([
      'EDE 3 Stale Answer: Stale Answer',
    ]);
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

it('tells of resolvers that wait for their turn, and when that comes about', () => {
  const story = swapped().wait(6 * minute);
  const record = recordOf(story);
  const [last] = record.minutes.slice(-1);
  const now = story.now.up + steady.offset;
  const of = (count: number, inMs: number) => {
    const waiting = { count, by: now + inMs };
    const minutes = [...record.minutes, { ...last!, at: now, waiting }];
    return statusOf(story.cutover, story.now, { ...record, minutes });
  };
  const resolvers = of(3, 90 * minute).propagation?.resolvers;
  expect(resolvers).toMatchObject({ total: 15, unasked: 3 });
  expect(Date.parse(resolvers?.turnBy ?? '') - story.now.wall).toBe(90 * minute);
  const text = (count: number, inMs: number) =>
    statusText(of(count, inMs), lookAt(6)).replaceAll(/\s+/g, ' ');
  expect(text(3, 90 * minute)).toContain(
    '3 not asked yet: the turn of the last comes in about 1 h 30 min',
  );
  expect(text(1, 5 * minute)).toContain('1 not asked yet: its turn comes in about 5 min');
  expect(text(1, 5000)).not.toContain('its turn comes');
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
      '2026-12-05 06:17:05 +01:00  resolvers: 7 % new: 3 new (1 turned, 2 at first sight), 7 old, 1 something else, 1 cannot tell; 50 %: expected in 1 min 8 s (eight-v6: its TTL until 06:18:13); 95 %: expected in 14 min (nine: floor 900 s until 06:30:55); all: no known end (filter: filtered or rewritten, and 1 more)',
    );
    const { cutover, now } = finished();
    expect(standText(statusOf(cutover, now), wide)).toContain(
      'example.org.1 done. The cutover is done; nothing is left to do.',
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
