import { expect, it } from 'vitest';
import { chartOf, frame } from '../../../src/page/model/chart.ts';
import { fixtures } from '../../support/page-fixtures.ts';

const here = (at: string) => ({ now: Date.parse(at), zone: 'UTC' });

it('draws the share from the swap on, with the target, the forecast and the last value', () => {
  const snapshot = fixtures.propagate();
  const chart = chartOf(snapshot, here(snapshot.at))!;
  expect(chart.line).toMatch(/^M[\d.]+,[\d.]+/);
  expect(chart.line).not.toContain('NaN');
  expect(chart.last.text).toBe('64 %');
  expect(chart.says).toContain('64 %');
  expect(chart.target.text).toBe('95 %');
  expect(chart.band).toMatchObject({ from: chart.now, text: 'until 95 % are expected' });
  expect(chart.began).toMatchObject({ text: 'swap' });
  expect(chart.began.at).toBeGreaterThan(frame.left);
  expect(chart.now).toBeGreaterThan(chart.began.at);
  expect(chart.times.length).toBeGreaterThan(2);
});

it('foresees what the sentence tells, and before any entry was seen what was foreseen', () => {
  const snapshot = fixtures.propagate();
  const { status } = snapshot;
  const resolvers = status.propagation!.resolvers!;
  const bandWith = (outlook: typeof resolvers.outlook) => {
    const propagation = { ...status.propagation!, resolvers: { ...resolvers, outlook } };
    return chartOf({ ...snapshot, status: { ...status, propagation } }, here(snapshot.at))!.band;
  };
  expect(bandWith(resolvers.outlook)!.to).toBeGreaterThan(frame.width - 60);
  expect(bandWith({ ...resolvers.outlook!, target: null })).toBeNull();
  expect(bandWith(null)!.text).toBe('forecast, from 50 % to 95 %');
});

it('knows below where no line runs through the words at its last point', () => {
  const snapshot = fixtures.propagate();
  const [first, ...rest] = snapshot.history;
  const at = (from: string, ms: number) => new Date(Date.parse(from) + ms).toISOString();
  const points = [
    ...[first!, ...rest],
    { ...first!, at: at(snapshot.at, -60_000), share: 0.8 },
    { ...first!, at: at(snapshot.at, -1000), share: 0.88 },
  ];
  const { last } = chartOf({ ...snapshot, history: points }, here(snapshot.at))!;
  const plain = chartOf({ ...snapshot, history: [] }, here(snapshot.at))!;
  expect(last.under).toBeGreaterThan(last.y);
  expect(plain.last.under).toBeGreaterThan(plain.last.y);
});

it('says the same as a table, of which the last row is the newest point', () => {
  const snapshot = fixtures.propagate();
  const { rows } = chartOf(snapshot, here(snapshot.at))!;
  expect(rows.at(-1)?.at).toBe(snapshot.history.at(-1)?.at);
  expect(rows.every(({ percent }) => /^\d+ %$|^–$/.test(percent))).toBe(true);
});

it('is not there while nothing moves', () => {
  for (const name of ['drain', 'gate'] as const) {
    const snapshot = fixtures[name]();
    expect(chartOf(snapshot, here(snapshot.at))).toBeNull();
  }
});

it('says of a rollback how much is back, from when the old MX was', () => {
  const snapshot = fixtures.propagate();
  const { status } = snapshot;
  const [askedAt, deliveredAt] = [status.startedAt, snapshot.history.at(-1)!.at];
  const rollback = {
    ...{ askedAt, deliveredAt, to: 'step', target: 'low', phase: 'settling', left: [] },
  };
  const resolvers = { ...status.propagation!.resolvers!, back: true };
  const propagation = { ...status.propagation!, resolvers };
  const gone = { ...snapshot, status: { ...status, propagation, rollback } };
  const chart = chartOf(gone, here(snapshot.at))!;
  expect(chart).toMatchObject({ word: 'back', began: { text: 'rollback' }, foreseen: '' });
  expect(chart.rows.map(({ at }) => at)).toEqual([deliveredAt]);
  expect(chart.says).toContain('have the old MX back has come to 64 %');
  const asked = { ...rollback, deliveredAt: null };
  const going = { ...gone, status: { ...gone.status, rollback: asked } };
  expect(chartOf(going, here(snapshot.at))).toBeNull();
});

it('names another day once, where it begins, and clocks alone beside it', () => {
  const snapshot = fixtures.propagate();
  const { status } = snapshot;
  const caches = status.propagation!.resolvers!;
  const expected = { ...caches.expected!, p50: 3600, p95: 80_000, worst: 80_000 };
  const resolvers = { ...caches, expected };
  const propagation = { ...status.propagation!, resolvers };
  const long = { ...snapshot, status: { ...status, propagation } };
  const { times } = chartOf(long, here(snapshot.at))!;
  expect(times.map(({ text }) => text)).toEqual(['06:00', '12:00', '18:00', '00:00']);
  expect(times.flatMap(({ day }) => day ?? [])).toEqual(['2026-12-06']);
  expect(times[3]).toMatchObject({ day: '2026-12-06' });
  // Six hours to the west it was begun late in the evening, and its first time is of another day.
  const west = { now: Date.parse(snapshot.at), zone: 'Etc/GMT+6' };
  expect(chartOf(long, west)!.times[0]).toMatchObject({ text: '00:00', day: '2026-12-05' });
});
