import { limits } from '../limits.ts';
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
  of: {
    readonly id: string;
    /** As it is to be kept now, and as it was kept last; null: nothing was. */
    readonly steady: () => Steady;
    readonly kept: Steady | null;
  },
): Ledger {
  const { id, steady } = of;
  const owed = new Map<string, Watched>();
  let latest: Minute | null = null;
  // A reboot needs to know by how much the clock was set before it, even where nothing else changed.
  let kept = of.kept ?? steady();
  const clockWasSet = (): boolean =>
    Math.abs((steady().wallOffset ?? 0) - (kept.wallOffset ?? 0)) > limits.clockJumpMs;
  return {
    note: watched => {
      owed.set(watched.resolver.id, watched);
    },
    minute: minute => {
      latest = minute;
    },
    flush: async () => {
      const [watched, minute] = [[...owed.values()], latest];
      if (watched.length === 0 && minute === null && !clockWasSet()) return;
      const clock = steady();
      try {
        await store.saveWatch({ id, steady: clock, watched, minute });
        kept = clock;
      } catch {
        return;
      }
      // What was heard while it was written is still owed.
      for (const one of watched)
        if (owed.get(one.resolver.id) === one) owed.delete(one.resolver.id);
      if (latest === minute) latest = null;
    },
    get owes() {
      return owed.size > 0 || latest !== null || clockWasSet();
    },
  };
}
