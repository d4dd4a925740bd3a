import { type Instant } from './clock.ts';

/**
 * A bucket of tokens, handed the time: `capacity` at most, one more each `intervalMs`. In no stretch
 * of time more than `capacity + stretch / intervalMs` are taken out of it.
 */
export interface Bucket {
  capacity: number;
  intervalMs: number;
  /** The moment at which it is full again if nothing more is taken. */
  fullAt: Instant;
}

export const bucketOf = (capacity: number, intervalMs: number): Bucket => ({
  ...{ capacity, intervalMs },
  fullAt: -Infinity,
});

/** The first moment at which a token can be taken; it may be past. */
export const readyAt = ({ capacity, intervalMs, fullAt }: Bucket): Instant =>
  fullAt - (capacity - 1) * intervalMs;

/** Takes a token that is there. */
export function take(bucket: Bucket, now: Instant): void {
  bucket.fullAt = Math.max(bucket.fullAt, now) + bucket.intervalMs;
}

/** What was taken and not refilled stays taken when capacity or rate change. */
export function reshape(
  bucket: Bucket,
  { capacity, intervalMs }: { readonly capacity: number; readonly intervalMs: number },
  now: Instant,
): void {
  const missing = Math.max(0, bucket.fullAt - now) / bucket.intervalMs;
  bucket.fullAt = missing === 0 ? bucket.fullAt : now + missing * intervalMs;
  bucket.capacity = capacity;
  bucket.intervalMs = intervalMs;
}
