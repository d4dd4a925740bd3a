import { type Store } from './store.ts';

/**
 * The last of the numbers 1, 2, … under which there is something, 0 where there is nothing; `known` is one that
 * was there before. They have no gaps, so that doubling and halving finds it in a few questions.
 */
export async function lastOf(
  isThere: (number: number) => Promise<boolean>,
  known = 0,
): Promise<number> {
  let there = known;
  if (!(await isThere(there + 1))) return there;
  there += 1;
  let step = 1;
  while (await isThere(there + step)) {
    there += step;
    step *= 2;
  }
  let none = there + step;
  while (none - there > 1) {
    const middle = Math.floor((there + none) / 2);
    if (await isThere(middle)) there = middle;
    else none = middle;
  }
  return there;
}

/** The `n` of the last line of the store, 0 where there is none; `known` is one that was there before. */
export const headOf = (store: Pick<Store, 'after'>, known = 0): Promise<number> =>
  lastOf(async n => (await store.after(n - 1, 1)).length > 0, known);
