import { type Instant, type Now } from '../clock.ts';
import { limits } from '../limits.ts';
import { type Cutover } from './cutover.ts';
import { type Schedule, type Span } from './order.ts';

/** When the calendar lets nobody swap, and until when, as far as that is known. */
export interface Closed {
  readonly until: Instant | null;
}

/** The times for swaps; null where there is no calendar of them. */
const openingsOf = ({ calendar }: Schedule): readonly Span[] | null =>
  calendar === undefined || calendar.swapOn.length === 0 ? null : calendar.openings;

const holds = ({ from, until }: Span, at: Instant): boolean => from <= at && at < until;

/** Whether the calendar of swaps forbids one at this instant; null where it does not. */
function closedAt(schedule: Schedule, at: Instant): Closed | null {
  const openings = openingsOf(schedule);
  if (openings === null || openings.some(opening => holds(opening, at))) return null;
  return { until: openings.find(({ from }) => from > at)?.from ?? null };
}

export const closedNow = ({ plan }: Pick<Cutover, 'plan'>, now: Now): Closed | null =>
  closedAt(plan.policy.schedule, now.wall);

/** The last instant at which a swap that is begun now may be sent: the window's end, or the calendar's. */
export function swapBy(
  { plan, window }: Pick<Cutover, 'plan' | 'window'>,
  now: Now,
): Instant | null {
  const open = openingsOf(plan.policy.schedule)?.find(opening => holds(opening, now.wall));
  if (open === undefined) return window.swapUntil;
  return Math.min(open.until, window.swapUntil ?? open.until);
}

/** The first instant from `at` on that lies in no freeze. */
export function unfrozen({ freeze }: Schedule, at: Instant): Instant {
  let free = at;
  for (const span of freeze.toSorted((a, b) => a.from - b.from))
    if (holds(span, free)) free = span.until;
  return free;
}

/** The first instant from `at` on at which a swap is allowed; null where none is known. */
export function swappable(schedule: Schedule, at: Instant): Instant | null {
  let next = unfrozen(schedule, at);
  // Each turn leaves one opening behind, so it ends.
  for (;;) {
    const closed = closedAt(schedule, next);
    if (closed === null) return next;
    if (closed.until === null) return null;
    next = unfrozen(schedule, closed.until);
  }
}

/** What the calendar of swaps takes from a window; nothing where there is none. */
export function closures(schedule: Schedule, window: Span): readonly Span[] {
  const openings = openingsOf(schedule);
  if (openings === null) return [];
  const starts = [window.from, ...openings.map(({ until }) => until)];
  const ends = [...openings.map(({ from }) => from), window.until];
  return starts.map((from, index) => ({ from, until: ends[index] ?? window.until }));
}

/** When times for swaps begin after this, as many as a stage wakes at. */
export const openingsAfter = (schedule: Schedule, at: Instant): readonly Instant[] =>
  (openingsOf(schedule) ?? [])
    .map(({ from }) => from)
    .filter(from => from > at)
    .slice(0, limits.freezeWakes);
