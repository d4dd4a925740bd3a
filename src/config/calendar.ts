import type { Cron } from 'croner';
import { type Instant } from '../clock.ts';
import { type Recurrence, type Span } from '../cutover/order.ts';
import { limits } from '../limits.ts';
import { type Path } from './document.ts';
import { type Reading, refuse, secondsAt } from './reading.ts';
import { localEnd } from './time.ts';
import { type TimeZone } from './time-zone.ts';
import { valueAt } from './validate.ts';
import { isObject } from '../object.ts';

const DAY_MS = 86_400_000;

/** What makes moments of a rule; loaded only where a file has one. */
export type CronParser = typeof Cron;

/** Does any cutover of the file have a rule that recurs? */
export function needsCron(complete: unknown): boolean {
  const cutovers = valueAt(complete, ['cutovers']);
  const listOf = (entry: unknown, key: string): readonly unknown[] => {
    const list = valueAt(entry, ['schedule', key]);
    return Array.isArray(list) ? list : [];
  };
  return (
    Array.isArray(cutovers) &&
    cutovers.some(
      entry =>
        listOf(entry, 'swapOn').length > 0 ||
        listOf(entry, 'freeze').some(one => isObject(one) && one['cron'] !== undefined),
    )
  );
}

interface RuleAt {
  readonly path: Path;
  readonly cron: string;
  readonly for: number | string;
  /** What forbids lasts longer where the clocks leave a choice, what allows ends sooner. */
  readonly kind: 'freeze' | 'opening';
}

/** The end of what can be told of a calendar that is read now. */
export const knownUntil = (now: Instant): Instant => now + limits.calendarDays * DAY_MS;

/**
 * A rule and all it comes to from now on, or null after noting what is wrong with it. Both ends follow the
 * clocks on the wall: what lasts from Friday 17:00 for 64 hours ends on Monday at 9:00, also in the nights
 * in which the clocks are changed. A start in the hour that is left out is at its end.
 */
export function readRule(
  reading: Reading,
  { path, cron, for: written, kind }: RuleAt,
  zone: TimeZone,
): { readonly rule: Recurrence; readonly spans: readonly Span[] } | null {
  const seconds = secondsAt(reading, { path: [...path, 'for'], value: written }, { min: 60 });
  const key = [kind, cron, seconds, zone.name].join('\n');
  const known = reading.recurring.get(key);
  const came = known ?? occurrences(reading, { cron, seconds, kind }, zone);
  reading.recurring.set(key, came);
  if (typeof came !== 'string') return { rule: { cron, for: seconds }, spans: came };
  refuse(reading, [...path, 'cron'], {
    expected: `minute, hour, day, month and weekday (${came})`,
    fix: "Write five fields, such as '0 17 * * 5' for Fridays at 17:00, or '0 8 * * 1-5'.",
  });
  return null;
}

/** The spans of a rule in order, those that touch made one; or why there are none. */
function occurrences(
  { now, cron: Parser }: Reading,
  rule: { readonly cron: string; readonly seconds: number; readonly kind: RuleAt['kind'] },
  zone: TimeZone,
): readonly Span[] | string {
  if (Parser === null) return 'nothing reads rules here';
  let starts: Cron;
  try {
    starts = new Parser(rule.cron, { timezone: zone.name, paused: true });
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^CronPattern: /, '') : 'it is no rule';
  }
  const last = knownUntil(now);
  const spans: Span[] = [];
  // One that began before now may last still; a change of the clocks makes it an hour longer or so.
  let at = starts.nextRun(new Date(now - rule.seconds * 1000 - DAY_MS));
  if (at === null) return 'it never comes';
  for (let count = 0; at !== null && at.getTime() < last; count += 1) {
    if (count >= limits.calendarSpans)
      return `it comes more than ${String(limits.calendarSpans)} times in ${String(limits.calendarDays)} days`;
    const from = at.getTime();
    const until = localEnd(from, rule, zone);
    const before = spans.at(-1);
    if (before !== undefined && from <= before.until)
      spans[spans.length - 1] = { from: before.from, until: Math.max(before.until, until) };
    else if (until > now) spans.push({ from, until });
    at = starts.nextRun(at);
  }
  return spans;
}
