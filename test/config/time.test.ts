import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatMoment, readMoment } from '../../src/config/time.ts';
import { nearestTimeZone, timeZone, type TimeZone } from '../../src/config/time-zone.ts';

const zone = (name: string): TimeZone => {
  const found = timeZone(name);
  if (found === null) throw new Error(`no zone ${name}`);
  return found;
};
const berlin = zone('Europe/Berlin');
const newYork = zone('America/New_York');

const iso = (text: string, at: TimeZone): string => {
  const moment = readMoment(text, at);
  return typeof moment === 'number' ? new Date(moment).toISOString() : moment.fix;
};

describe('local times', () => {
  // The changes of 2027: Berlin 28 March and 31 October, New York 14 March and 7 November.
  it.each([
    [berlin, '2026-12-05T06:00:00', '2026-12-05T05:00:00.000Z'],
    [berlin, '2027-03-28T01:59:59', '2027-03-28T00:59:59.000Z'],
    [berlin, '2027-03-28T03:00:00', '2027-03-28T01:00:00.000Z'],
    [berlin, '2027-07-01T06:00:00', '2027-07-01T04:00:00.000Z'],
    [berlin, '2027-10-31T01:59:59', '2027-10-30T23:59:59.000Z'],
    [berlin, '2027-10-31T03:00:00', '2027-10-31T02:00:00.000Z'],
    [newYork, '2027-03-14T01:59:59', '2027-03-14T06:59:59.000Z'],
    [newYork, '2027-03-14T03:00:00', '2027-03-14T07:00:00.000Z'],
    [newYork, '2027-11-07T00:59:59', '2027-11-07T04:59:59.000Z'],
    [newYork, '2027-11-07T02:00:00', '2027-11-07T07:00:00.000Z'],
  ])('%o %s', (at, text, expected) => {
    expect(iso(text, at)).toBe(expected);
  });

  it('that are skipped name the next that exists', () => {
    expect(iso('2027-03-28T02:00:00', berlin)).toContain('is 2027-03-28T03:00:00.');
    expect(iso('2027-03-28T02:59:59', berlin)).toContain('is 2027-03-28T03:00:00.');
    expect(iso('2027-03-14T02:30', newYork)).toContain('is 2027-03-14T03:00:00.');
  });

  it('that come twice name both', () => {
    const both = 'write 2027-10-31T02:30:00+02:00 or 2027-10-31T02:30:00+01:00.';
    expect(iso('2027-10-31T02:30:00', berlin)).toContain(both);
    expect(iso('2027-11-07T01:00:00', newYork)).toContain('01:00:00-04:00 or 2027-11-07T01:00');
  });

  it('take an offset instead, in each way to write it', () => {
    const same = ['2027-10-31T02:30:00+02:00', '2027-10-31T02:30:00+0200', '2027-10-31 00:30Z'];
    for (const text of same) expect(iso(text, berlin)).toBe('2027-10-31T00:30:00.000Z');
    expect(iso('2027-10-31T02:30:00+01:00', berlin)).toBe('2027-10-31T01:30:00.000Z');
  });

  it.each([
    ...['', 'soon', '2027-02-29T06:00:00', '2027-13-01T06:00:00', '2027-04-31T06:00:00'],
    ...['2027-01-01T24:00:00', '2027-01-01T06:60:00', '2027-01-01T06:00:60', '2027-01-01'],
    ...['1999-01-01T06:00:00', '2027-01-01T06:00:00+19:00', '2027-01-01T06:00:00 CET'],
  ])('refuses %j', text => {
    expect(typeof readMoment(text, berlin)).toBe('object');
  });

  it('come back from their own text in any zone at any time', () => {
    const zones = [
      'UTC',
      'Europe/Berlin',
      'America/New_York',
      'Asia/Kathmandu',
      'Australia/Lord_Howe',
    ];
    const from = Date.UTC(2000, 0, 2) / 1000;
    const until = Date.UTC(2099, 0, 1) / 1000;
    const arbitrary = fc.tuple(fc.integer({ min: from, max: until }), fc.constantFrom(...zones));
    fc.assert(
      fc.property(arbitrary, ([second, name]) => {
        const at = zone(name);
        expect(readMoment(formatMoment(second * 1000, at), at)).toBe(second * 1000);
      }),
      { numRuns: 200 },
    );
  });
});

describe('zones', () => {
  it('that do not exist are null, bare offsets among them', () => {
    for (const name of ['Mars/Base', '+01:00', '', 'Europe/Berlin '])
      expect(timeZone(name)).toBeNull();
  });

  it('are suggested by name and by city', () => {
    expect(nearestTimeZone('Europe/Berln')).toBe('Europe/Berlin');
    expect(nearestTimeZone('New York')).toBe('America/New_York');
    expect(nearestTimeZone('zzzzzzzzzzzz')).toBeNull();
  });
});
