import { type Observation } from '../../src/propagation/observation.ts';
import { newSet, oldSet, otherSet, said } from './example.ts';

/** What a simulated cache does besides caching. TTLs in seconds. */
export interface Habit {
  readonly kind: 'plain' | 'stale' | 'prefetch' | 'frozen' | 'rewriting';
  readonly floor: number;
  readonly ceiling: number;
  /** Counts in seconds of its own clock and serves the last one whole; else by what is left. */
  readonly truncates: boolean;
  readonly signsStale: boolean;
  readonly nsid: string | null;
}

interface Entry {
  readonly rdata: readonly string[];
  readonly fetchedAt: number;
  /** The first moment at which it is not fresh. */
  readonly endsAt: number;
  /** It was answered while it was fresh. */
  seen: boolean;
}

/** The authoritative servers as one cache meets them: each fetch hits one, and each turns at its own time. */
export interface World {
  readonly low: number;
  readonly turns: readonly number[];
  /** Which server a fetch hits: any numbers, used in turn. */
  readonly picks: readonly number[];
}

export interface Cache {
  ask(at: number): Observation;
  /** The old entry that was seen and is fresh at this moment. */
  holdsSeenOld(at: number): { readonly endsAt: number } | null;
}

export function simulatedCache(habit: Habit, world: World): Cache {
  let entry: Entry | null = null;
  let pending: Entry | null = null;
  let fetches = 0;
  const length = Math.min(habit.ceiling, Math.max(habit.floor, world.low));
  const fetch = (at: number): Entry => {
    const pick = world.picks[fetches++ % world.picks.length] ?? 0;
    const turnsAt = world.turns[pick % world.turns.length] ?? 0;
    const endsAt = habit.truncates
      ? (Math.floor(at / 1000) + length + 1) * 1000
      : at + length * 1000;
    return { rdata: at >= turnsAt ? newSet : oldSet, fetchedAt: at, endsAt, seen: false };
  };
  const shown = ({ fetchedAt, endsAt }: Entry, at: number): number => {
    if (habit.kind === 'frozen') return length;
    return habit.truncates
      ? Math.floor(fetchedAt / 1000) + length - Math.floor(at / 1000)
      : Math.ceil((endsAt - at) / 1000);
  };
  const named = habit.nsid === null ? {} : { nsid: habit.nsid };
  return {
    ask: at => {
      if (habit.kind === 'rewriting') return said({ at, ttl: length, rdata: otherSet, ...named });
      if (pending !== null) [entry, pending] = [pending, null];
      if (entry !== null && entry.endsAt <= at && habit.kind === 'stale') {
        // It answers first and fetches then.
        pending = fetch(at + 50);
        const sign = habit.signsStale ? { ede: 3 } : {};
        return said({ at, ttl: 30, rdata: entry.rdata, ...named, ...sign });
      }
      if (entry === null || entry.endsAt <= at) entry = fetch(at);
      else if (habit.kind === 'prefetch' && entry.endsAt - at < length * 100)
        pending = fetch(at + 50);
      entry.seen = true;
      return said({ at, ttl: shown(entry, at), rdata: entry.rdata, ...named });
    },
    holdsSeenOld: at => (entry?.rdata === oldSet && entry.seen && at < entry.endsAt ? entry : null),
  };
}
