import { describe, expect, it } from 'vitest';
import { framed } from '../../../src/view/stream/framed.ts';
import { historyOf } from '../../../src/view/stream/history-points.ts';
import { limits } from '../../../src/limits.ts';
import {
  briefOf,
  listSnapshot,
  propagationFrameOf,
  snapshotOf,
  statusFrameOf,
} from '../../../src/view/stream/snapshot.ts';
import { statusOf } from '../../../src/view/status/status.ts';
import { type Brief } from '../../../src/view/stream/stream.ts';
import { deaf, mailPlan, probedBy } from '../../support/mail-story.ts';
import { drained, finished, swapped } from '../../support/view-fixture.ts';
import { minute } from '../../support/view-plan.ts';
import { recordOf, type Habit } from '../../support/world-fixture.ts';

const story = swapped().wait(6 * minute);
const scene = { cutover: story.cutover, kept: recordOf(story), now: story.now };

describe('a snapshot', () => {
  it('has how it stands, the line over time, and the last lines of the journal', () => {
    const { seq } = story.cutover;
    const later = { ...story.entries.at(-1)!, seq: seq + 1 };
    const made = snapshotOf(scene, { epoch: 'e', entries: [...story.entries, later] });
    expect(made).toMatchObject({ epoch: 'e', cutover: 'example.org.1', seq });
    expect(made.status.propagation?.resolvers?.total).toBe(12);
    // A line that the state does not include yet comes by itself.
    expect(made.events.at(-1)?.seq).toBe(seq);
    expect(made.events.at(-1)?.id).toMatch(/^e-\d+$/);
    const shares = made.history.map(({ share }) => share ?? 0);
    expect(shares[0]).toBe(0);
    expect(shares.at(-1)).toBeGreaterThan(0.8);
    expect(propagationFrameOf(scene).point).toEqual(made.history.at(-1));
    expect(statusFrameOf(scene).status).toEqual(made.status);
  });

  it('leaves lines out rather than carry a plan of any size', () => {
    const entries = story.entries.map(entry => ({ ...entry, text: 'x'.repeat(30_000) }));
    expect(snapshotOf(scene, { epoch: 'e', entries }).events).toHaveLength(2);
  });

  it('thins the line over time out, and keeps its ends', () => {
    const { kept, now } = scene;
    const [first] = kept.minutes;
    const minutes = Array.from({ length: 5000 }, (_, index) => ({
      ...first!,
      at: first!.at + index * 60_000,
    }));
    const points = historyOf({ steady: kept.steady, minutes }, now);
    expect(points.length).toBeLessThanOrEqual(limits.snapshotPoints);
    expect(points.length).toBeGreaterThan(limits.snapshotPoints - 3);
    const spanned = Date.parse(points.at(-1)!.at) - Date.parse(points[0]!.at);
    expect(spanned).toBe(4999 * 60_000);
    expect(historyOf({ steady: null, minutes: [] }, now)).toEqual([]);
  });
});

it('a frame stays small with any number of resolvers of whatever names, and counts all of them', () => {
  const list = Array.from({ length: 400 }, (_, index): Habit => ({
    id: `${String(index)} ${'\u001b"<img>\u202e'.repeat(1000)}`,
    answers: [
      [-3600, 'old', 300],
      [10, index % 2 === 0 ? 'old' : 'other', 200],
    ],
  }));
  const now = swapped().wait(minute);
  const frame = propagationFrameOf({
    cutover: now.cutover,
    kept: recordOf(now, list),
    now: now.now,
  });
  expect(Buffer.byteLength(JSON.stringify(frame))).toBeLessThan(64 * 1024);
  const { causes = [], stragglers = [] } = frame.propagation?.resolvers ?? {};
  expect(causes.reduce((sum, { count }) => sum + count, 0)).toBe(400);
  expect(causes.map(({ cause }) => cause).sort()).toEqual([
    'filtered or rewritten',
    'waiting for its TTL',
  ]);
  expect(stragglers.length).toBeGreaterThan(5);
});

it('a frame names fewer than the status has, the first of them', () => {
  const status = statusOf(scene.cutover, scene.now, scene.kept);
  const all = status.propagation?.resolvers?.stragglers ?? [];
  expect(framed(status).propagation?.resolvers?.stragglers).toEqual(all);
});

describe('the list', () => {
  const row = (id: string, change: Partial<Brief> = {}): Brief => ({
    ...briefOf(scene),
    ...{ id, hold: null, paused: false, stage: 'drain', outcome: null },
    next: { who: 'controller', what: 'Waits.', at: null, command: null },
    ...change,
  });
  const person = { who: 'person', what: 'Decide.', at: null, command: null } as const;

  const gone = { running: false, pid: null, host: null, since: null, command: null };
  const down = {
    is: 'down',
    ...{ hosts: ['mx.new.example'], said: '', since: null, lasts: true, backAt: null },
  } as const;

  it('has what is in danger first, then what needs a person, and what has ended last', () => {
    const rows = [
      row('ended-early', { outcome: 'done', endedAt: '2026-12-01T00:00:00.000Z' }),
      row('runs', { startedAt: '2026-12-02T00:00:00.000Z' }),
      row('ended-late', { outcome: 'done', endedAt: '2026-12-03T00:00:00.000Z' }),
      row('runs-longer', { startedAt: '2026-12-01T00:00:00.000Z' }),
      row('paused', { paused: true }),
      row('asks', { next: person }),
      row('goes-back', { stage: 'rollback' }),
      row('nobody-runs', { controller: gone, next: person }),
      row('down-now', { mail: { ...down, lasts: false } }),
      row('down', { mail: down }),
      row('held', { hold: 'conflict', next: person }),
    ];
    const { cutovers } = listSnapshot(rows, { epoch: 'e', now: story.now });
    expect(cutovers.map(({ id }) => id)).toEqual([
      ...[
        'held',
        'nobody-runs',
        'down',
        'down-now',
        'goes-back',
        'asks',
        'paused',
        'runs-longer',
        'runs',
        'ended-late',
        'ended-early',
      ],
    ]);
  });

  it('tells what is wrong with the new hosts', () => {
    const { cutover, now } = probedBy(swapped(mailPlan()), deaf);
    const { mail } = briefOf({ cutover, now, kept: { ...recordOf(swapped()), runner: null } });
    expect(mail).toMatchObject({ is: 'down', hosts: ['mx.new.example'], lasts: false });
  });

  it('has a share once something moves, and an end', () => {
    expect(briefOf(scene).share).toBeCloseTo(0.83, 0);
    const before = drained();
    const kept = recordOf(before);
    expect(briefOf({ cutover: before.cutover, kept, now: before.now }).share).toBeNull();
    const end = finished();
    const ended = briefOf({ cutover: end.cutover, kept: recordOf(end), now: end.now });
    expect([ended.outcome, ended.endedAt]).toEqual(['done', expect.any(String)]);
  });
});
