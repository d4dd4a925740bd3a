import { describe, expect, it } from 'vitest';
import { windowLongEnough } from '../../src/checks/time.ts';
import {
  closures,
  openingsAfter,
  swapBy,
  swappable,
  unfrozen,
} from '../../src/cutover/calendar.ts';
import { type Schedule } from '../../src/cutover/order.ts';
import { healthy } from '../checks/example.ts';
import { planOf, policy } from './orders.ts';

const hour = 3_600_000;
const at = (hours: number): number => hours * hour;
const span = (from: number, until: number) => ({ from: at(from), until: at(until) });

const free: Schedule = {
  ...{ swapFrom: null, swapUntil: null, timeZone: 'UTC', freeze: [span(6, 8), span(3, 4)] },
};
const schedule: Schedule = {
  ...free,
  calendar: {
    ...{ freeze: [], swapOn: [{ cron: '0 2 * * *', for: 7200 }], knownUntil: at(48) },
    openings: [span(2, 4), span(7, 9), span(26, 28)],
  },
};

describe('a calendar of swaps', () => {
  it('is open where an opening is and no freeze', () => {
    const cases = [
      [0, 2],
      [2.5, 2.5],
      [3, 8],
      [9, 26],
    ] as const;
    for (const [from, to] of cases) expect(swappable(schedule, at(from))).toBe(at(to));
    expect(swappable(schedule, at(28))).toBeNull();
    expect(unfrozen(schedule, at(3))).toBe(at(4));
    expect(swappable({ ...schedule, freeze: [span(26, 30)] }, at(9))).toBeNull();
  });

  it('wakes at what is still to come, and takes the rest from a window', () => {
    expect(openingsAfter(schedule, at(2))).toEqual([at(7), at(26)]);
    const taken = closures(schedule, span(1, 30)).filter(({ from, until }) => from < until);
    expect(taken).toEqual([span(1, 2), span(4, 7), span(9, 26), span(28, 30)]);
    expect(closures(free, span(1, 30))).toEqual([]);
    expect(swappable(free, at(0))).toBe(at(0));
  });

  it('gives a write until the opening or the window ends, whichever is first', () => {
    const plan = planOf('mx', { policy: { ...policy, schedule } });
    const by = (hours: number, swapUntil: number | null) =>
      swapBy({ plan, window: { swapUntil, opened: true } }, { wall: at(hours), up: 0, boot: 'b' });
    expect([by(2.5, null), by(2.5, at(3)), by(2.5, at(40))]).toEqual([at(4), at(3), at(4)]);
    expect([by(5, at(40)), by(5, null)]).toEqual([at(40), null]);
  });

  it('makes a long window short', () => {
    const window = { freeze: [], swapFrom: at(0), swapUntil: at(40) };
    const observed = (own: Schedule): string | undefined => {
      const plan = planOf('mx', { policy: { ...policy, schedule: own } });
      return windowLongEnough.judge({ ...healthy(0), plan })[0]?.observed;
    };
    expect(observed({ ...schedule, ...window })).toMatch(/^7200 s /);
    expect(observed({ ...free, ...window })).toMatch(/^144000 s /);
  });
});
