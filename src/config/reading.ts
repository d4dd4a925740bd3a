import { type Instant, type Seconds } from '../clock.ts';
import { type Span } from '../cutover/order.ts';
import { isFault } from '../errors.ts';
import { type CronParser } from './calendar.ts';
import { type Document, type Path } from './document.ts';
import { DURATION_MAX, formatDuration, parseDuration } from './duration.ts';
import { type Problem, show } from './problem.ts';
import { readMoment } from './time.ts';
import { type TimeZone } from './time-zone.ts';
import { valueAt } from './validate.ts';

/** Worth knowing, not wrong. */
export interface Warning {
  /** `file:line:column`. */
  readonly where: string;
  readonly message: string;
  readonly fix: string;
}

/** One reading of one file: what it is read by, and what was found on the way. */
export interface Reading {
  readonly document: Document;
  readonly now: Instant;
  /** The zone of this machine, for schedules that name none. */
  readonly systemTimeZone: TimeZone;
  /** Time zones by name, because each takes a while to make. */
  readonly zones: Map<string, TimeZone | null>;
  /** Null where the file has no rule that recurs. */
  readonly cron: CronParser | null;
  /** What rules came to, or why they are none, because many cutovers have the same calendar. */
  readonly recurring: Map<string, readonly Span[] | string>;
  readonly problems: Problem[];
  readonly warnings: Warning[];
}

/** Notes a problem at the path; `found` is the value there unless it is said. */
export function refuse(
  { document, problems }: Reading,
  path: Path,
  problem: Omit<Problem, 'where' | 'found'> & { readonly found?: string },
): void {
  const found = problem.found ?? show(valueAt(document.value, path));
  problems.push({ where: document.where(path), ...problem, found });
}

export function warn(
  { document, warnings }: Reading,
  path: Path,
  { message, fix }: Omit<Warning, 'where'>,
): void {
  warnings.push({ where: document.where(path), message, fix });
}

/** What `read` returns; where it throws MALFORMED, notes that at the path and returns null. */
export function attempt<Value>(
  reading: Reading,
  { path, expected }: { readonly path: Path; readonly expected: string },
  read: () => Value,
): Value | null {
  try {
    return read();
  } catch (error) {
    if (!isFault(error, 'MALFORMED')) throw error;
    refuse(reading, path, { expected, message: error.message, fix: error.fix ?? 'Correct it.' });
    return null;
  }
}

export interface Range {
  readonly min?: Seconds;
  readonly max?: Seconds;
}

/** Whole seconds of a duration that the schema let pass; a problem and 0 where it is out of range. */
export function secondsAt(
  reading: Reading,
  { path, value }: { readonly path: Path; readonly value: number | string },
  { min = 0, max = DURATION_MAX }: Range = {},
): Seconds {
  const seconds = parseDuration(value);
  if (seconds !== null && seconds >= min && seconds <= max) return seconds;
  refuse(reading, path, {
    expected: `a duration from ${formatDuration(min)} to ${formatDuration(max)}`,
    fix: 'Write seconds, or a whole number with s, m, h or d, such as 5m.',
  });
  return min;
}

/** The instant of a time that a person wrote, or null after noting why it is none. */
export function momentAt(
  reading: Reading,
  { path, text }: { readonly path: Path; readonly text: string },
  zone: TimeZone,
): Instant | null {
  const moment = readMoment(text, zone);
  if (typeof moment === 'number') return moment;
  refuse(reading, path, moment);
  return null;
}
