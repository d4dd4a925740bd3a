import { type Instant } from '../clock.ts';
import { limits } from '../limits.ts';
import { type Waiting, type WebhookRecord } from './record.ts';
import { askedMs, longestWaitMs, nextTry } from './schedule.ts';

/*
 * Which event is sent next. One after the other, in the order of the journal: while an event fails, the
 * next ones wait, since a receiver that is restarted shall hear everything in its order. One that failed
 * three times, over five minutes, holds nobody up any more: it waits on its own schedule, and the next is
 * tried. If that fails as well it is the receiver that is down, and after twenty such the rest stays in
 * the journal until one of them was taken or given up. Whoever is taken hurries those that wait.
 */

/** Is it the turn of this one by its own schedule? */
const isDue = ({ nextAt }: Waiting, now: Instant): boolean =>
  nextAt <= now || nextAt - now > longestWaitMs;

/** The oldest event that waits and is to be tried now. */
export const dueNow = ({ waiting }: WebhookRecord, now: Instant): Waiting | null =>
  waiting.find(one => one.hurry === 'now' || isDue(one, now)) ?? null;

/** May an event that was not tried yet be tried, beside those that wait? */
export const mayPass = ({ waiting }: WebhookRecord): boolean =>
  waiting.length < limits.webhookWaiting &&
  waiting.every(({ failed }) => failed >= limits.webhookPassedAfter);

/** When one of those that wait is to be tried; null: none waits. */
export const nextDue = ({ waiting }: WebhookRecord): Instant | null =>
  waiting.length === 0 ? null : Math.min(...waiting.map(({ nextAt }) => nextAt));

/** One event, which may wait already. */
export interface Sending {
  readonly n: number;
  readonly delivery: string;
}

const others = ({ waiting }: WebhookRecord, { delivery }: Sending): readonly Waiting[] =>
  waiting.filter(one => one.delivery !== delivery);

/** Nothing is to be sent for it any more. */
export const without = (record: WebhookRecord, sending: Sending): WebhookRecord => ({
  ...record,
  n: Math.max(record.n, sending.n),
  waiting: others(record, sending),
});

/** It was taken, so that the receiver is there: those that wait are tried once more than they would be. */
export const taken = (record: WebhookRecord, sending: Sending): WebhookRecord => ({
  ...record,
  n: Math.max(record.n, sending.n),
  waiting: others(record, sending).map(one => ({
    ...one,
    hurry: one.hurry === 'may' ? 'now' : one.hurry,
  })),
});

/** Nobody there wants anything any more. */
export const gone = (record: WebhookRecord, sending: Sending, at: Instant): WebhookRecord => ({
  ...record,
  n: Math.max(record.n, sending.n),
  waiting: [],
  disabled: { at, why: 'the receiver answered 410 (gone)' },
});

/** It waits, in the order of the journal. */
export const queued = (record: WebhookRecord, one: Waiting): WebhookRecord => ({
  ...record,
  n: Math.max(record.n, one.n),
  waiting: [...others(record, one), one].sort((a, b) => a.n - b.n),
});

/** It failed: it waits for its next try, or is given up. */
export function failed(
  record: WebhookRecord,
  sending: Sending,
  of: { readonly now: Instant; readonly retryAfterMs: number | null; readonly chance: number },
): WebhookRecord {
  const known = record.waiting.find(({ delivery }) => delivery === sending.delivery);
  // A try out of turn does not count, or a receiver that takes all but this event would use them up.
  if (known !== undefined && !isDue(known, of.now)) {
    const asked = of.now + askedMs(of);
    return queued(record, { ...known, hurry: 'done', nextAt: Math.max(known.nextAt, asked) });
  }
  const count = (known?.failed ?? 0) + 1;
  const nextAt = nextTry(count, of);
  if (nextAt !== null) return queued(record, { ...sending, failed: count, nextAt, hurry: 'may' });
  return without(record, sending);
}
