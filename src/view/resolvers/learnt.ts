import { type Instant, type Seconds } from '../../clock.ts';
import { ageOf, knownOf, type Learnt } from '../../propagation/learnt.ts';
import { count, durationText, isoText, tookText } from '../words.ts';

/** What this state directory has learnt of a resolver, with its age. */
export interface LearntView {
  readonly floor: Seconds | null;
  readonly ceiling: Seconds | null;
  readonly caches: number | null;
  /** ISO 8601: of the newest that it was put together from. */
  readonly at: string;
  readonly ageSeconds: number;
  readonly from: Learnt['from'];
}

/** Null where nothing is known, or nothing young enough to be relied on. */
export function learntView(
  rows: readonly Learnt[],
  who: Parameters<typeof knownOf>[1],
  now: Instant,
): LearntView | null {
  const known = knownOf(rows, who, now);
  if (known === null) return null;
  const { floor, ceiling, caches, at, from } = known;
  const ageSeconds = Math.round(ageOf(known, now) / 1000);
  return { floor, ceiling, caches, at: isoText(at), ageSeconds, from };
}

/** `learnt 3 d ago (canary): raises TTLs to 10 min, 2 caches at one address`. */
export function learntText({ floor, ceiling, caches, ageSeconds, from }: LearntView): string {
  const parts = [
    ...(floor === null ? [] : [`raises TTLs to ${durationText(floor * 1000)}`]),
    ...(ceiling === null ? [] : [`cuts TTLs to ${durationText(ceiling * 1000)}`]),
    ...(caches === null || caches < 2 ? [] : [`${count(caches, 'cache')} at one address`]),
  ];
  const what = parts.length === 0 ? 'keeps TTLs as they are' : parts.join(', ');
  return `learnt ${tookText(ageSeconds * 1000)} ago (${from}): ${what}`;
}
