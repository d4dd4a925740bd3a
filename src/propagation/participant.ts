import { type Instant, type Seconds } from '../clock.ts';
import { type CacheState } from './cachestate.ts';
import { type Expectation, ttlBeforeSwap, valueOf } from './expectation.ts';
import { knownOf, type Learnt } from './learnt.ts';
import { endOf } from './series.ts';
import { samplesOf } from './service.ts';
import { type Found, type Traffic } from './traffic.ts';
import { isFarm } from './verdict.ts';
import { type Resolver, type Watched } from './watched.ts';

/** Where it is known from how long a resolver keeps an entry. */
export type Source =
  /** A floor or ceiling that it showed in this watch. */
  | 'seen'
  /** Measured by a canary, now or before. */
  | 'canary'
  /** Met in the watch of another cutover. */
  | 'watch'
  /** It was seen to use the TTL that the servers give. */
  | 'plain'
  /** Nothing tells: it is taken to use the TTL that the servers give. */
  | 'unknown';

/** One resolver of a forecast. */
export interface Participant {
  readonly resolver: string;
  /** Positive. */
  readonly weight: number;
  /** How long an entry that it fetches just before the swap lives there. */
  readonly life: Seconds;
  readonly source: Source;
  /** When that was learnt, by the wall clock, where it was before this watch. */
  readonly learntAt: Instant | null;
  /** The probability, 0 to 1, that it holds an old entry at the swap; of any age then. */
  readonly holds: number;
  /** What is left at the swap of an entry that was seen and outlives it; null: none is known. */
  readonly left: Seconds | null;
  /** How many caches have to turn. */
  readonly caches: number;
  /** What it takes on average until it is known that it turned, and at most. */
  readonly asking: Seconds;
  readonly askingMost: Seconds;
}

/** What is known of one resolver when a forecast is made. */
type Known = Pick<Watched, 'resolver' | 'state'>;

export interface Around {
  readonly expectation: Expectation;
  readonly learnt: readonly Learnt[];
  /** By the clock of the expectation. */
  readonly now: Instant;
  /** By the clock of what was learnt. */
  readonly wall: Instant;
  /** Seconds between two questions to one resolver, and for one to each of them. */
  readonly gap: (resolver: Resolver) => Seconds;
  readonly sweep: Seconds;
}

interface Habit extends Pick<Participant, 'source' | 'learntAt' | 'caches'> {
  readonly floor: Seconds | null;
  readonly ceiling: Seconds | null;
}

/** A fresh entry at the very TTL that the servers give: nothing raised it. */
const isPlain = ({ series, floor }: CacheState, { ttl: { low } }: Expectation): boolean =>
  floor === null && series.some(one => one.value !== 'other' && one.primedByUs && one.ttl === low);

/**
 * What it showed in this watch counts before what was learnt earlier. Of a floor one may have seen what was
 * left of it only, so that the longer of the two is taken.
 */
function habitOf({ resolver, state }: Known, { expectation, learnt, wall }: Around): Habit {
  const known = knownOf(learnt, resolver, wall);
  const caches = Math.max(state.nsids.length, isFarm(state) ? 2 : 1, known?.caches ?? 1);
  const { floor: seen, ceiling } = state;
  const plain = isPlain(state, expectation) && caches === 1;
  const before = plain ? null : (known?.floor ?? null);
  const floor = Math.max(seen ?? -1, before ?? -1);
  const told = { floor: floor < 0 ? null : floor, ceiling: ceiling ?? known?.ceiling ?? null };
  const isLearnt = before !== null && before > (seen ?? -1);
  if (isLearnt || (seen === null && ceiling === null && known !== null && !plain))
    return { ...told, caches, ...sourceOf(known) };
  const source = seen !== null || ceiling !== null ? 'seen' : plain ? 'plain' : 'unknown';
  return { ...told, caches, source, learntAt: null };
}

/** Where a watch met nothing there may be something still. */
function sourceOf(known: Learnt | null): Pick<Habit, 'source' | 'learntAt'> {
  if (known === null) return { source: 'unknown', learntAt: null };
  const tells = known.from === 'canary' || known.floor !== null || known.ceiling !== null;
  return { source: tells ? known.from : 'unknown', learntAt: tells ? known.at : null };
}

const within = (ttl: Seconds, { floor, ceiling }: Pick<Habit, 'floor' | 'ceiling'>): Seconds =>
  Math.max(floor ?? 0, Math.min(ttl, ceiling ?? Infinity));

/** What its first question of before the swap found, as far as that shows. */
export function foundOf(known: Known, around: Around): Found | null {
  const { ttl, lowSince, swappedAt } = around.expectation;
  const { series, frozen } = known.state;
  const [first] = series.toSorted((one, other) => one.firstSeen - other.firstSeen);
  if (first === undefined || frozen || first.looksStale || first.value === 'other') return null;
  if (swappedAt !== null && first.firstSeen >= swappedAt) return null;
  // An entry of before the TTL was lowered may have been there as long as that lets it.
  const { low, old } = ttl;
  const isLate = lowSince !== null && first.firstSeen > lowSince + (old ?? 0) * 1000;
  const given = isLate ? low : Math.max(old ?? 0, low ?? 0);
  return { held: !first.primedByUs, life: within(given ?? 0, habitOf(known, around)) };
}

/**
 * What is left at the swap, in seconds, of an entry that outlives it. Before the swap that is the earliest
 * one: when the old TTL has passed since the servers give the low one.
 */
function leftOf({ state }: Known, { expectation, now }: Around): Seconds | null {
  const { swappedAt, lowSince, ttl } = expectation;
  const drained = lowSince === null ? now : lowSince + (ttl.old ?? 0) * 1000;
  const swap = swappedAt ?? Math.max(now, drained);
  const ends = state.series
    .filter(one => !one.looksStale && valueOf(one.rdata, expectation) !== 'new')
    .map(endOf);
  const left = Math.max(...ends, -Infinity) - swap;
  return left > 0 ? Math.ceil(left / 1000) : null;
}

/** A participant, with how busy the name is; all moments are those of the swap that is to come or was. */
export function participantOf(known: Known, around: Around, traffic: Traffic): Participant {
  const { resolver } = known;
  const habit = habitOf(known, around);
  const { expectation, sweep } = around;
  // Before the swap the drain is still to be over.
  const given = expectation.swappedAt === null ? expectation.ttl.low : ttlBeforeSwap(expectation);
  const life = within(given ?? 0, habit);
  const wanted = Math.max(samplesOf(resolver), habit.caches > 1 ? samplesOf({ anycast: true }) : 1);
  const sampling = (wanted - 1) * around.gap(resolver);
  return {
    ...{ resolver: resolver.id, weight: resolver.weight, life },
    ...{ source: habit.source, learntAt: habit.learntAt, caches: habit.caches },
    holds: traffic.holding(foundOf(known, around), life),
    left: leftOf(known, around),
    asking: sweep + sampling,
    askingMost: sweep + sampling + around.gap(resolver),
  };
}
