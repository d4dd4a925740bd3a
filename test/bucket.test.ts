import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketOf, readyAt, reshape, take } from '../src/bucket.ts';

/** The moments at which an impatient taker got its tokens. */
function taken(
  bucket: ReturnType<typeof bucketOf>,
  gaps: readonly number[],
  each: (index: number, now: number) => void = () => undefined,
): readonly number[] {
  const moments: number[] = [];
  let now = 0;
  gaps.forEach((gap, index) => {
    now = Math.max(now + gap, readyAt(bucket));
    each(index, now);
    now = Math.max(now, readyAt(bucket));
    take(bucket, now);
    moments.push(now);
  });
  return moments;
}

/** The most that were taken beyond what `intervalMs` gives, in any stretch. */
const excess = (moments: readonly number[], intervalMs: number): number =>
  Math.max(
    ...moments.map((from, i) =>
      Math.max(...moments.slice(i).map((to, count) => count + 1 - (to - from) / intervalMs)),
    ),
  );

describe('a bucket', () => {
  it('gives what it holds at once, and then one at a time', () => {
    expect(taken(bucketOf(3, 1000), [0, 0, 0, 0, 0, 5000, 0])).toEqual([
      ...[0, 0, 0, 1000, 2000, 7000, 7000],
    ]);
  });

  it('never more than it holds beyond its rate, in any stretch of time', () => {
    const gaps = fc.array(fc.oneof(fc.constant(0), fc.nat(5000)), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 9999 }),
        gaps,
        (...of) => {
          const [capacity, intervalMs, some] = of;
          const moments = taken(bucketOf(capacity, intervalMs), some);
          expect(excess(moments, intervalMs)).toBeLessThanOrEqual(capacity + 1e-6);
        },
      ),
    );
  });

  it('nothing is won by a change of its size there and back', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 40, maxLength: 40 });
    fc.assert(
      fc.property(sizes, some => {
        const bucket = bucketOf(9, 1000);
        const moments = taken(
          bucket,
          some.map(() => 0),
          (index, now) => {
            reshape(bucket, { capacity: some[index] ?? 9, intervalMs: 1000 }, now);
          },
        );
        expect(excess(moments, 1000)).toBeLessThanOrEqual(9 + 1e-6);
      }),
    );
  });

  it('what was taken stays taken when the rate changes', () => {
    const bucket = bucketOf(2, 1000);
    take(bucket, 0);
    take(bucket, 0);
    reshape(bucket, { capacity: 2, intervalMs: 100 }, 0);
    expect(readyAt(bucket)).toBe(100);
    reshape(bucket, { capacity: 2, intervalMs: 5000 }, 50);
    expect(readyAt(bucket)).toBe(2550);
  });
});
