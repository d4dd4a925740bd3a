import { type Clock } from '../clock.ts';
import { limits } from '../limits.ts';
import { type Learnt } from '../propagation/learnt.ts';
import { type Store } from '../store/store.ts';

/**
 * The habits that the store keeps, read anew now and then: a thousand watches that begin together share
 * what they read, and as long as nothing changes it is the same list. Throws what the store does, and reads
 * again then.
 */
export function habitsKnown(
  store: Pick<Store, 'learnt'>,
  clock: Pick<Clock, 'now'>,
): () => Promise<readonly Learnt[]> {
  let read: { readonly at: number; readonly rows: Promise<readonly Learnt[]> } | null = null;
  let last: readonly Learnt[] = [];
  const fresh = async (): Promise<readonly Learnt[]> => {
    const rows = await store.learnt();
    if (JSON.stringify(rows) !== JSON.stringify(last)) last = rows;
    return last;
  };
  return async () => {
    const { up } = clock.now();
    if (read === null || up - read.at >= limits.learntReadMs) read = { at: up, rows: fresh() };
    const mine = read;
    try {
      return await mine.rows;
    } catch (error) {
      if (read === mine) read = null;
      throw error;
    }
  };
}
