import { type Instant, type Seconds } from '../clock.ts';
import { type CacheState, oldUntil } from './cachestate.ts';
import { type Cause } from './straggler.ts';
import { type Watched } from './watched.ts';

/** One resolver of an outlook. */
export interface Holder {
  readonly id: string;
  readonly weight: number;
  /** Null: not heard of since it was written. */
  readonly state: CacheState | null;
  readonly cause: Cause | null;
  readonly final: boolean;
}

/** A resolver that a share waits for. */
export interface Awaited {
  readonly resolver: string;
  /** Null: it is new by its last words, and asked again to be sure. */
  readonly cause: Cause | null;
  /** When what it was seen to hold ends; null: nothing seen tells. */
  readonly until: Instant | null;
  /** The least TTL that it was seen to use; null: no other than that of the servers. */
  readonly floor: Seconds | null;
  /** False while an authoritative server may hand out old again. */
  readonly final: boolean;
}

/** When a share is reached, and for whom it waits. */
export interface Outlook {
  /** Null: what stands in the way has no known end, or nobody can tell. */
  readonly at: Instant | null;
  /** Those that decide it, the last first; three at most. Empty: it is reached. */
  readonly waits: readonly Awaited[];
  /** How many more it waits for. */
  readonly more: number;
}

const waitsMax = 3;

/** One that can tell, and when it is new; `at` is Infinity where that has no known end. */
export interface End {
  readonly resolver: string;
  readonly weight: number;
  readonly at: Instant;
  readonly isNew: boolean;
  readonly cause: Cause | null;
  readonly floor: Seconds | null;
  readonly final: boolean;
}

export const holderOf = ({ resolver, state, straggler }: Watched): Holder => ({
  ...{ id: resolver.id, weight: resolver.weight, state },
  ...{ cause: straggler?.cause ?? null, final: straggler?.final ?? true },
});

/**
 * The moment by which a share (0 to 1) of the weight that can tell is `new`, from the entries seen, and who
 * is waited for until then.
 */
export const outlookOf = (holders: readonly Holder[], now: Instant): ((share: number) => Outlook) =>
  outlookBy(
    holders.flatMap(({ id, weight, state, cause, final }) => {
      const at = endOf(state, now);
      if (at === null || state === null) return [];
      const { verdict, floor } = state;
      return [{ ...{ resolver: id, weight, at, cause, floor, final }, isNew: verdict === 'new' }];
    }),
  );

/** The same from the ends themselves. */
export function outlookBy(all: readonly End[]): (share: number) => Outlook {
  const ends = all.toSorted((one, other) =>
    one.at === other.at ? one.weight - other.weight : one.at - other.at,
  );
  const whole = ends.reduce((sum, { weight }) => sum + weight, 0);
  return share => {
    let sum = 0;
    const last = ends.findIndex(({ weight }) => (sum += weight) >= whole * share - 1e-9);
    const at = ends[last]?.at;
    if (at === undefined) return { at: null, waits: [], more: 0 };
    // They are sorted: up to there everything is needed.
    const needed = ends.slice(0, last + 1).filter(({ isNew }) => !isNew);
    // Who has no known end decides alone.
    const decisive = at === Infinity ? needed.filter(one => one.at === Infinity) : needed;
    const waits = decisive.toReversed().slice(0, waitsMax).map(awaited);
    return { at: at === Infinity ? null : at, waits, more: decisive.length - waits.length };
  };
}

/** Null: it cannot tell, and has no part in a share. */
function endOf(state: CacheState | null, now: Instant): Instant | null {
  const verdict = state?.verdict ?? null;
  if (state === null || verdict === null) return null;
  if (verdict === 'other') return Infinity;
  if (verdict === 'new') return now;
  if (verdict !== 'old' && verdict !== 'mixed') return null;
  // Not heard of since its entry ended: it may turn at any moment.
  return isEndless(state) ? Infinity : (oldUntil(state, now) ?? now);
}

const isEndless = ({ frozen, stale }: CacheState): boolean => frozen || (stale?.streak ?? 0) > 0;

const awaited = ({ resolver, cause, at, floor, final }: End): Awaited => ({
  ...{ resolver, cause, until: at === Infinity ? null : at, floor, final },
});
