import { type Instant } from '../clock.ts';
import { limits } from '../limits.ts';
import { type Learnt, learntFromWatch } from '../propagation/learnt.ts';
import { type Fitness } from '../propagation/fitness.ts';
import { type Minute, type Steady, type Watched } from '../propagation/watched.ts';
import { type Store } from '../store/store.ts';

/** What is still to be kept of one watch. */
export interface Ledger {
  note(watched: Watched): void;
  /** In the place of one that was not kept yet. */
  minute(minute: Minute): void;
  /** The same. */
  fitness(fitness: Fitness): void;
  /** Keeps what changed. Never throws: what could not be kept is kept with the next one. */
  flush(): Promise<void>;
  /** False when all is kept. */
  readonly owes: boolean;
}

export function ledgerOf(
  store: Pick<Store, 'saveWatch' | 'saveLearnt'>,
  of: {
    readonly id: string;
    /** As it is to be kept now, and as it was kept last; null: nothing was. */
    readonly steady: () => Steady;
    readonly kept: Steady | null;
    readonly wall: () => Instant;
  },
): Ledger {
  const { id, steady } = of;
  const habits = habitsOf(store, of.wall);
  const owed = new Map<string, Watched>();
  let latest: Minute | null = null;
  let judged: Fitness | null = null;
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
    fitness: fitness => {
      judged = fitness;
    },
    flush: async () => {
      const [watched, minute, fitness] = [[...owed.values()], latest, judged];
      const nothing = watched.length === 0 && minute === null && fitness === null;
      if (nothing && !clockWasSet()) return;
      const clock = steady();
      try {
        const more = fitness !== null && { fitness };
        await store.saveWatch({ id, steady: clock, watched, minute, ...more });
        kept = clock;
      } catch {
        return;
      }
      await habits.keep(watched);
      // What was heard while it was written is still owed.
      for (const one of watched)
        if (owed.get(one.resolver.id) === one) owed.delete(one.resolver.id);
      if (latest === minute) latest = null;
      if (judged === fitness) judged = null;
    },
    get owes() {
      return owed.size > 0 || latest !== null || judged !== null || clockWasSet();
    },
  };
}

/** Habits that the answers gave away, for the cutovers to come: kept when they change. */
function habitsOf(store: Pick<Store, 'saveLearnt'>, wall: () => Instant) {
  const kept = new Map<string, string>();
  const textOf = ({ floor, ceiling, caches }: Learnt): string =>
    JSON.stringify([floor, ceiling, caches]);
  return {
    /** Never throws: what could not be kept is kept when it is met again. */
    keep: async (watched: readonly Watched[]): Promise<void> => {
      const at = wall();
      const changed = watched
        .map(({ resolver, state }) => learntFromWatch(resolver, state, at))
        .filter(one => one !== null)
        .filter(one => kept.get(one.resolver) !== textOf(one));
      if (changed.length === 0) return;
      try {
        await store.saveLearnt(changed);
      } catch {
        return;
      }
      for (const one of changed) kept.set(one.resolver, textOf(one));
    },
  };
}
