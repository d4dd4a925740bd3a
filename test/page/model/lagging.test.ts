import { expect, it } from 'vitest';
import {
  clearsText,
  evidenceOf,
  groupsOf,
  laggingCount,
  leftText,
  plainChoice,
  ttlText,
} from '../../../src/page/model/lagging.ts';
import { fixtures } from '../../support/page-fixtures.ts';

const snapshot = fixtures.propagate();
const caches = snapshot.status.propagation!.resolvers!;
const here = { now: Date.parse(snapshot.at), zone: 'UTC' };
const one = (id: string) => caches.stragglers.find(straggler => straggler.id === id)!;

it('groups by cause, with all that there are and what it means', () => {
  const groups = groupsOf(caches, plainChoice);
  expect(groups.map(({ key }) => key)).toContain('silent or refused');
  expect(groups.reduce((sum, { count }) => sum + count, 0)).toBe(laggingCount(caches));
  const waiting = groups.find(({ key }) => key === 'waiting for its TTL');
  expect(waiting?.explanation?.means).toContain('as long as the TTL');
  expect(clearsText(waiting!, here)).toMatch(/^clears by \d\d:\d\d$/);
});

it('groups by operator and country, the larger first', () => {
  const counts = groupsOf(caches, { ...plainChoice, by: 'country' }).map(({ count }) => count);
  expect(counts).toEqual(counts.toSorted((a, b) => b - a));
  const operators = groupsOf(caches, { ...plainChoice, by: 'operator' });
  expect(operators.find(({ key }) => key === one('quad9').operator)?.rows.length).toBe(1);
});

it('filters by a part of what is shown, and sorts by name or by what is left', () => {
  const found = groupsOf(caches, { ...plainChoice, filter: ' qUaD9 ' });
  expect(found.flatMap(({ rows }) => rows.map(({ id }) => id))).toEqual(['quad9']);
  expect(groupsOf(caches, { ...plainChoice, filter: '.*' })).toEqual([]);
  const rows = (sort: 'until' | 'name') =>
    groupsOf(caches, { ...plainChoice, sort }).find(({ key }) => key === 'waiting for its TTL')!
      .rows;
  const ends = rows('until').map(({ until }) => until!);
  expect(ends).toEqual(ends.toSorted());
  expect(rows('name')[0]!.name.localeCompare(rows('name').at(-1)!.name)).toBeLessThan(0);
});

it('counts down by the server, and says what has no end', () => {
  expect(leftText(one('quad9'), here)).toMatch(/^12:4\d$/);
  expect(leftText(one('quad9'), { ...here, now: here.now + 3_600_000 })).toBe('due now');
  expect(leftText(one('dns-sb'), here)).toBe('no known end');
  expect(leftText({ ...one('quad9'), explained: false }, here)).toBe('unexplained');
  expect(ttlText(one('quad9'), here)).toMatch(/^7\d\d s$/);
  expect(ttlText({ ...one('quad9'), ttlEnds: null }, here)).toBe('–');
});

it('has the evidence: what it answers, and beside what', () => {
  expect(evidenceOf(one('adguard'))).toEqual(['asked at 192.0.2.77', 'answers 0 walled.example.']);
});
