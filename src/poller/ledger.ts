import { type Minute, type Steady, type Watched } from '../propagation/watched.ts';
import { type Store } from '../store/store.ts';

/** What is still to be kept of one watch. */
export interface Ledger {
  note(watched: Watched): void;
  /** In the place of one that was not kept yet. */
  minute(minute: Minute): void;
  /** Keeps what changed. Never throws: what could not be kept is kept with the next one. */
  flush(): Promise<void>;
  /** False when all is kept. */
  readonly owes: boolean;
}

export function ledgerOf(
  store: Pick<Store, 'saveWatch'>,
  { id, steady }: { readonly id: string; readonly steady: Steady },
): Ledger {
  const owed = new Map<string, Watched>();
  let latest: Minute | null = null;
  return {
    note: watched => {
      owed.set(watched.resolver.id, watched);
    },
    minute: minute => {
      latest = minute;
    },
    flush: async () => {
      const [watched, minute] = [[...owed.values()], latest];
      if (watched.length === 0 && minute === null) return;
      try {
        await store.saveWatch({ id, steady, watched, minute });
      } catch {
        return;
      }
      // What was heard while it was written is still owed.
      for (const one of watched)
        if (owed.get(one.resolver.id) === one) owed.delete(one.resolver.id);
      if (latest === minute) latest = null;
    },
    get owes() {
      return owed.size > 0 || latest !== null;
    },
  };
}
