import { type Instant, type Seconds } from '../clock.ts';
import { type Policy, type Schedule, type Span } from '../cutover/order.ts';
import { knownUntil } from './calendar.ts';
import { type Path } from './document.ts';
import { formatDuration } from './duration.ts';
import { type Problem, show } from './problem.ts';
import { momentAt, type Reading, refuse, warn } from './reading.ts';
import { type CutoverEntry } from './schema.ts';
import { formatMoment } from './time.ts';
import { readTimes } from './times.ts';
import { nearestTimeZone, timeZone, type TimeZone } from './time-zone.ts';

/** How long the writes of one step take at most where nothing goes wrong, besides the lag. */
const WRITING: Seconds = 60;

export interface ScheduleOrder {
  readonly schedule: Schedule;
  readonly zone: TimeZone;
  /** What forbids a start now, but not going on with what was started: the window is over. */
  readonly overdue: readonly Problem[];
}

/** The section `schedule`: local times become instants here, once. */
export function readSchedule(
  reading: Reading,
  { path, entry, steps, ttl }: ScheduleInput,
): ScheduleOrder {
  const zone = zoneOf(reading, [...path, 'timeZone'], entry.timeZone);
  const at = (key: 'swapFrom' | 'swapUntil'): Instant | null => {
    const text = entry[key];
    return text === undefined ? null : momentAt(reading, { path: [...path, key], text }, zone);
  };
  const { freeze, calendar } = readTimes(reading, { path, entry, zone });
  const schedule = { swapFrom: at('swapFrom'), swapUntil: at('swapUntil'), freeze };
  const needed = neededFor(steps, ttl);
  const whole: Schedule = {
    ...{ ...schedule, timeZone: zone.name },
    ...(calendar === undefined ? {} : { calendar }),
  };
  const window = { path, schedule: whole, needed, lag: ttl.lag };
  checkWindow(reading, window);
  const overdue = [
    ...overdueIn(reading, { path, schedule, zone, needed }),
    ...calendarIn(reading, window),
  ];
  return { schedule: whole, zone, overdue };
}

export interface ScheduleInput {
  readonly path: Path;
  readonly entry: CutoverEntry['schedule'];
  readonly steps: number;
  readonly ttl: Pick<Policy['ttl'], 'low' | 'lag' | 'margin'>;
}

function zoneOf(reading: Reading, path: Path, name: string | undefined): TimeZone {
  if (name === undefined) return reading.systemTimeZone;
  const known = reading.zones.get(name);
  const zone = known === undefined ? timeZone(name) : known;
  reading.zones.set(name, zone);
  if (zone !== null) return zone;
  const meant = nearestTimeZone(name);
  refuse(reading, path, {
    expected: 'a time zone such as Europe/Berlin',
    fix: meant === null ? 'Write a name of the IANA time zone list.' : `Did you mean ${meant}?`,
  });
  return reading.systemTimeZone;
}

/** The least time from the first gate to the last swap: every swap, and the caches between two. */
function neededFor(steps: number, { low, lag, margin }: ScheduleInput['ttl']): Seconds {
  return steps * (lag + WRITING) + (steps - 1) * (low + margin);
}

interface Window {
  readonly path: Path;
  readonly schedule: Schedule;
  readonly needed: Seconds;
  readonly lag: Seconds;
}

function checkWindow(reading: Reading, { path, schedule, needed, lag }: Window): void {
  const { swapFrom, swapUntil } = schedule;
  if (swapFrom !== null && swapUntil !== null) {
    if (swapUntil <= swapFrom) {
      refuse(reading, [...path, 'swapUntil'], {
        expected: 'a time after swapFrom',
        fix: 'Swap the two times, or correct one of them.',
      });
      return;
    }
    if (swapUntil - swapFrom < needed * 1000) {
      const length = formatDuration(Math.floor((swapUntil - swapFrom) / 1000));
      refuse(reading, [...path, 'swapUntil'], {
        found: `a window of ${length}`,
        expected: `at least ${formatDuration(needed)}, which the plan can take`,
        fix: `Move swapUntil, or lower ttl.lag (${formatDuration(lag)}) if every server can be watched.`,
      });
      return;
    }
  }
  checkRoom(reading, { path, schedule, needed, lag });
}

/** Is there any time for a swap that no freeze takes away? */
function checkRoom(reading: Reading, { path, schedule, lag }: Window): void {
  const { swapFrom, swapUntil, freeze } = schedule;
  const from = swapFrom ?? reading.now;
  // That a window is over forbids a start, but not going on with what was started.
  if (swapUntil === null || swapUntil <= from) return;
  if (longestFree([{ from, until: swapUntil }], freeze) < leastMs(swapFrom, lag))
    refuse(reading, [...path, 'freeze'], frozen);
}

/**
 * A calendar that leaves no time for a swap. Of a window that lies ahead that is a mistake; of one that has
 * begun it forbids a start alone: what was swapped already goes on when the last opening is over.
 */
function calendarIn(reading: Reading, { path, schedule, lag }: Window): readonly Problem[] {
  const { swapFrom, swapUntil, freeze, calendar } = schedule;
  if (calendar === undefined || calendar.swapOn.length === 0) return [];
  const from = Math.max(swapFrom ?? 0, reading.now);
  const until = swapUntil ?? knownUntil(reading.now);
  const open = calendar.openings
    .map(opening => ({
      from: Math.max(from, opening.from),
      until: Math.min(until, opening.until),
    }))
    .filter(opening => opening.from < opening.until);
  if (until <= from || longestFree(open, freeze) >= (lag + WRITING) * 1000) return [];
  const at = [...path, 'swapOn'];
  const problem = {
    found: 'a calendar that leaves no room for a swap',
    expected: `${formatDuration(lag + WRITING)} in which swaps are allowed, between swapFrom and swapUntil and outside of freezes`,
    fix: 'Lengthen for, shorten a freeze, or move the window.',
  };
  const ahead = swapUntil === null || (swapFrom !== null && swapFrom >= reading.now);
  if (!ahead) return [{ where: reading.document.where(at), ...problem }];
  refuse(reading, at, problem);
  return [];
}

/** Where there is no swapFrom, the window may be open already, and its rest is what counts. */
const leastMs = (swapFrom: Instant | null, lag: Seconds): number =>
  swapFrom === null ? 1 : (lag + WRITING) * 1000;

const frozen = {
  found: 'freezes that leave no room in the window',
  expected: 'time for a swap between swapFrom and swapUntil',
  fix: 'Shorten a freeze, or move the window.',
};

/** The longest stretch of any span that no freeze touches, in ms. */
function longestFree(spans: readonly Span[], freeze: readonly Span[]): number {
  const frozen = freeze.toSorted((one, other) => one.from - other.from);
  return Math.max(
    0,
    ...spans.map(span => {
      let [longest, free] = [0, span.from];
      for (const { from, until } of frozen) {
        longest = Math.max(longest, Math.min(from, span.until) - free);
        free = Math.max(free, until);
      }
      return Math.max(longest, span.until - free);
    }),
  );
}

interface Timed {
  readonly path: Path;
  readonly schedule: Pick<Schedule, 'swapFrom' | 'swapUntil'>;
  readonly zone: TimeZone;
  readonly needed: Seconds;
}

function overdueIn(reading: Reading, { path, schedule, zone, needed }: Timed): readonly Problem[] {
  const { document, now } = reading;
  const { swapFrom, swapUntil } = schedule;
  const told = (): string => `it is ${formatMoment(now, zone)}`;
  const past = (key: 'swapFrom' | 'swapUntil', at: Instant): Problem => ({
    where: document.where([...path, key]),
    found: `${show(formatMoment(at, zone))}, which is in the past (${told()})`,
    expected: 'a time to come',
    fix: 'Choose a new window, or remove the key.',
  });
  if (swapUntil !== null && swapUntil <= now) return [past('swapUntil', swapUntil)];
  if (swapFrom !== null && swapFrom <= now) {
    if (swapUntil === null) return [past('swapFrom', swapFrom)];
    warn(reading, [...path, 'swapFrom'], {
      message: `the window is open already, since ${formatMoment(swapFrom, zone)}`,
      fix: 'Choose a later time if the swap shall wait.',
    });
  }
  if (swapUntil === null || (swapFrom ?? now) > now || swapUntil - now >= needed * 1000) return [];
  return [
    {
      where: document.where([...path, 'swapUntil']),
      found: `${show(formatMoment(swapUntil, zone))}, which is too soon (${told()})`,
      expected: `at least ${formatDuration(needed)} from now`,
      fix: 'Choose a later end of the window.',
    },
  ];
}
