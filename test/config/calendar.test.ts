import { describe, expect, it } from 'vitest';
import { makePlan } from '../../src/cutover/build.ts';
import { swapBy, swappable } from '../../src/cutover/calendar.ts';
import { type Order, type Span } from '../../src/cutover/order.ts';
import { capabilities, domain, zoneBefore } from '../cutover/orders.ts';
import { cutover, load } from './load.ts';
import { refused } from './refused.ts';

const scheduled = (keys: string): string => cutover(`schedule: { ${keys} }`);

/** The one cutover of a file with this schedule, read at this moment. */
async function orderOf(keys: string, now: string): Promise<Order> {
  const { orders } = await load(scheduled(keys), Date.parse(now));
  return orders[0]!;
}

const minutes = (instant: number): string => new Date(instant).toISOString().slice(0, 16);
const said = ({ from, until }: Span): string => `${minutes(from)} ${minutes(until)}`;

/** The first times of a rule from a moment on, in UTC. */
async function times(
  kind: 'freeze' | 'swapOn',
  rule: string,
  { zone, now }: { readonly zone: string; readonly now: string },
): Promise<readonly string[]> {
  const { policy } = await orderOf(`timeZone: ${zone}, ${kind}: [{ ${rule} }]`, now);
  const { freeze, calendar } = policy.schedule;
  return (kind === 'freeze' ? freeze : (calendar?.openings ?? [])).map(said);
}

const berlin = { zone: 'Europe/Berlin' };
const newYork = { zone: 'America/New_York' };

describe('a rule follows the clocks on the wall', () => {
  it.each([
    [
      'a weekend that loses an hour',
      berlin,
      '2027-03-22T16:00:00Z',
      "cron: '0 17 * * 5', for: 64h",
      ['2027-03-26T16:00 2027-03-29T07:00', '2027-04-02T15:00 2027-04-05T07:00'],
    ],
    [
      'a weekend that gains one',
      berlin,
      '2026-10-19T16:00:00Z',
      "cron: '0 17 * * 5', for: 64h",
      ['2026-10-23T15:00 2026-10-26T08:00', '2026-10-30T16:00 2026-11-02T08:00'],
    ],
    [
      'a weekend that loses an hour, elsewhere',
      newYork,
      '2027-03-08T16:00:00Z',
      "cron: '0 18 * * 5', for: 62h",
      ['2027-03-12T23:00 2027-03-15T12:00', '2027-03-19T22:00 2027-03-22T12:00'],
    ],
    [
      'a weekend that gains one, elsewhere',
      newYork,
      '2026-10-26T16:00:00Z',
      "cron: '0 18 * * 5', for: 62h",
      ['2026-10-30T22:00 2026-11-02T13:00', '2026-11-06T23:00 2026-11-09T13:00'],
    ],
    // 2:30 does not exist on 28 March: the clocks go from 2:00 to 3:00, which is 1:00 UTC.
    [
      'a start in the hour that is left out',
      berlin,
      '2027-03-27T12:00:00Z',
      "cron: '30 2 * * *', for: 1h",
      ['2027-03-28T01:00 2027-03-28T02:00', '2027-03-29T00:30 2027-03-29T01:30'],
    ],
    [
      'an end in the hour that is left out',
      berlin,
      '2027-03-27T12:00:00Z',
      "cron: '30 1 * * *', for: 1h",
      ['2027-03-28T00:30 2027-03-28T01:00', '2027-03-28T23:30 2027-03-29T00:30'],
    ],
  ] as const)('%s', async (...[, where, now, rule, expected]) => {
    for (const kind of ['freeze', 'swapOn'] as const) {
      const found = await times(kind, rule, { ...where, now });
      expect(found.slice(0, 2)).toEqual(expected);
    }
  });

  it('and where an hour comes twice a freeze lasts through both, a time for swaps ends in the first', async () => {
    const now = { ...berlin, now: '2026-10-24T12:00:00Z' };
    const rule = "cron: '30 1 * * *', for: 1h";
    expect((await times('freeze', rule, now))[0]).toBe('2026-10-24T23:30 2026-10-25T01:30');
    expect((await times('swapOn', rule, now))[0]).toBe('2026-10-24T23:30 2026-10-25T00:30');
  });

  it('and one that has begun lasts', async () => {
    const now = { ...berlin, now: '2026-11-21T12:00:00Z' };
    expect((await times('freeze', "cron: '0 17 * * 5', for: 64h", now))[0]).toBe(
      '2026-11-20T16:00 2026-11-23T08:00',
    );
  });
});

describe('a calendar', () => {
  const keys =
    "timeZone: Europe/Berlin, freeze: [{ cron: '0 17 * * 5', for: 64h }, { from: 2026-12-24T12:00:00, until: 2026-12-27T06:00:00 }], swapOn: [{ cron: '0 8 * * 1-5', for: 10h }]";

  it('tells when a swap is allowed, and until when it may be sent', async () => {
    const { schedule } = (await orderOf(keys, '2026-11-21T00:00:00Z')).policy;
    const after = (at: string): string => {
      const next = swappable(schedule, Date.parse(at));
      return next === null ? 'never' : minutes(next);
    };
    expect(after('2026-11-21T00:00:00Z')).toBe('2026-11-23T08:00'); // the freeze lasts until 9:00
    expect(after('2026-11-23T12:00:00Z')).toBe('2026-11-23T12:00');
    expect(after('2026-11-23T17:00:00Z')).toBe('2026-11-24T07:00');
    expect(after('2026-12-24T12:00:00Z')).toBe('2026-12-28T08:00');
    expect(after('2028-01-01T00:00:00Z')).toBe('never');
    const wall = Date.parse('2026-11-24T12:00:00Z');
    const by = (swapUntil: number | null): number | null =>
      swapBy({ plan: { policy: { schedule } }, window: { opened: true, swapUntil } } as never, {
        wall,
        up: 0,
        boot: 'a',
      });
    expect(by(null)).toBe(Date.parse('2026-11-24T17:00:00Z'));
    expect(by(wall + 60_000)).toBe(wall + 60_000);
  });

  it('is in the hash of a plan by its rules, not by the day on which the file was read', async () => {
    const hash = async (text: string, now: string): Promise<string> => {
      const order = { ...(await orderOf(text, now)), domain };
      const current = zoneBefore(3600);
      return makePlan({ order, zone: domain, current, capabilities, primaries: [] }).hash;
    };
    const known = await hash(keys, '2026-11-21T00:00:00Z');
    expect(await hash(keys, '2026-11-23T12:34:56Z')).toBe(known);
    expect(await hash(keys.replace('64h', '63h'), '2026-11-21T00:00:00Z')).not.toBe(known);
    expect(await hash(keys.replace('10h', '9h'), '2026-11-21T00:00:00Z')).not.toBe(known);
    expect(await hash(keys.replace('12:00:00', '13:00:00'), '2026-11-21T00:00:00Z')).not.toBe(
      known,
    );
  });

  it('that is over forbids a start, and not to go on with what was swapped in it', async () => {
    const text = scheduled(
      "timeZone: UTC, swapFrom: 2026-11-23T06:00:00, swapUntil: 2026-11-23T12:00:00, swapOn: [{ cron: '0 6 * * *', for: 2h }]",
    );
    const before = await load(text, Date.parse('2026-11-22T00:00:00Z'));
    expect(() => {
      before.refuseOverdue();
    }).not.toThrow();
    const after = await load(text, Date.parse('2026-11-23T09:00:00Z'));
    expect(() => {
      after.refuseOverdue();
    }).toThrow('no room for a swap');
  });

  it('may have a day that comes in some years only', async () => {
    const leap = "freeze: [{ cron: '0 0 29 2 *', for: 24h }]";
    const { policy } = await orderOf(`timeZone: UTC, ${leap}`, '2026-11-21T00:00:00Z');
    expect(policy.schedule.freeze).toEqual([]);
    const then = await orderOf(`timeZone: UTC, ${leap}`, '2027-11-21T00:00:00Z');
    expect(then.policy.schedule.freeze.map(said)).toEqual(['2028-02-29T00:00 2028-03-01T00:00']);
  });

  refused([
    ['four fields', scheduled("swapOn: [{ cron: '0 17 * *', for: 1h }]"), '7:34', 'weekday'],
    [
      'an hour that is none',
      scheduled("swapOn: [{ cron: '0 25 * * *', for: 1h }]"),
      '7:34',
      'Invalid value for hour',
    ],
    [
      'a day that never comes',
      scheduled("freeze: [{ cron: '0 0 31 2 *', for: 1h }]"),
      '7:34',
      'never comes',
    ],
    [
      'each minute',
      scheduled("freeze: [{ cron: '* * * * *', for: 1m }]"),
      '7:34',
      'more than 1000 times',
    ],
    [
      'a freeze without end',
      scheduled("freeze: [{ cron: '0 0 * * *', for: 24h }]"),
      '7:25',
      'no time between',
    ],
    ['half a rule', scheduled("freeze: [{ cron: '0 17 * * 5' }]"), '7:26', 'half a rule'],
    [
      'a rule and two ends',
      scheduled("freeze: [{ cron: '0 17 * * 5', for: 1h, from: 2026-12-24T12:00:00 }]"),
      '7:26',
      'half a rule',
    ],
    ['one end', scheduled('freeze: [{ from: 2026-12-24T12:00:00 }]'), '7:26', 'two ends'],
    [
      'no room beside the freezes',
      scheduled(
        "timeZone: UTC, freeze: [{ cron: '0 7 * * *', for: 11h }], swapOn: [{ cron: '0 8 * * *', for: 2h }]",
      ),
      '7:83',
      'no room for a swap',
    ],
    [
      'no room in the window',
      scheduled(
        "timeZone: UTC, swapFrom: 2026-12-05T06:00:00, swapUntil: 2026-12-05T08:00:00, swapOn: [{ cron: '50 7 * * *', for: 2h }]",
      ),
      '7:103',
      'no room for a swap',
    ],
  ]);
});
