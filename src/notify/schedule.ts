import { type Instant } from '../clock.ts';

const [second, minute, hour] = [1000, 60_000, 3_600_000];

/** Pauses after the first attempt and each that fails: those of the Standard Webhooks specification. */
const pauses = [
  ...[5 * second, 5 * minute, 30 * minute],
  ...[2 * hour, 5 * hour, 10 * hour, 14 * hour, 20 * hour, 24 * hour],
];

const longest = 24 * hour;

/** Nothing waits for longer; what seems to was put off before the wall clock was set back. */
export const longestWaitMs = 27 * hour;

/**
 * When to try again after so many attempts failed; null: never. What the receiver asked for counts where it
 * is later, and up to a tenth more is left to chance, so that all that failed together does not come back
 * together.
 */
export function nextTry(
  failed: number,
  of: { readonly now: Instant; readonly retryAfterMs: number | null; readonly chance: number },
): Instant | null {
  const pause = pauses[failed - 1];
  if (pause === undefined) return null;
  return of.now + Math.max(Math.round(pause * (1 + of.chance / 10)), askedMs(of));
}

/** What the receiver asked for, as far as it is granted. */
export const askedMs = ({
  retryAfterMs: asked,
}: {
  readonly retryAfterMs: number | null;
}): number => Math.min(longest, asked ?? 0);

/** `Retry-After` as milliseconds: whole seconds or a date (RFC 9110 10.2.3); null for anything else. */
export function retryAfterMs(text: string | null, now: Instant): number | null {
  if (text === null) return null;
  if (/^\d{1,9}$/.test(text)) return Number(text) * second;
  const at = /^[A-Za-z]{3,9},? [\w :-]{10,40}$/.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}
