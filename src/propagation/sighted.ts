import { type Seconds } from '../clock.ts';
import { sameSet } from '../dns/rrset.ts';
import { type CacheState } from './cachestate.ts';
import { type Expectation } from './expectation.ts';
import * as habits from './habits.ts';
import { type Answered } from './observation.ts';
import * as entries from './series.ts';
import { type Series, type Sighting } from './series.ts';
import { isFarm } from './verdict.ts';

interface About {
  readonly outcome: Answered;
  readonly expectation: Expectation;
}

/** What an answer with data changes of what is known about the entries and habits of a resolver. */
export function sighted(
  state: CacheState,
  seen: Sighting,
  { outcome, expectation }: About,
): Partial<CacheState> {
  const known = entries.continued(state.series, seen);
  // An entry that counts down comes by the TTL of stale data, too.
  const unsigned =
    ((known === null || known.looksStale) && habits.looksStale(seen, { ...state, expectation })) ||
    (!isFarm(state) && habits.lingers(seen, state));
  const steady = state.stale === null ? {} : { stale: { ...state.stale, streak: 0 } };
  // The TTL of stale data is when to ask again, not when an entry ends (RFC 8767 5).
  if (seen.value === 'new' && (unsigned || habits.saysStale(outcome))) return steady;
  if (habits.saysStale(outcome)) return staleOnceMore(state, seen);
  if (unsigned)
    return {
      ...staleOnceMore(state, seen),
      ...(known === null
        ? entered(state, seen, { primedByUs: false, looksStale: true })
        : { series: replaced(state.series, known, entries.extend(known, seen, false)) }),
    };
  const raised = habits.raisedTtl(seen, expectation);
  const floor = raised === null ? state.floor : Math.max(raised, state.floor ?? 0);
  const same = habits.sameTtl(state.sameTtl, seen);
  const fell = known !== null && seen.ttl < known.ttl;
  // Each of many machines may have fetched just now.
  const frozen = !isFarm(state) && (same.stood >= habits.stoodOften || (state.frozen && !fell));
  const common = { ...steady, floor, frozen, sameTtl: same };
  if (known !== null)
    return {
      ...{ ...common, series: replaced(state.series, known, counted(known, seen)) },
      interleaved: state.interleaved || isOvertaken(state.series, known),
    };
  const moving = frozen ? latestOf(state.series, seen) : null;
  if (moving !== null)
    return {
      ...common,
      series: replaced(state.series, moving, entries.extend(moving, seen, true)),
    };
  const primedByUs = isFull(seen.ttl, { ...state, floor }, expectation);
  return {
    ...{ ...common, ...entered(state, seen, { primedByUs, looksStale: false }) },
    ...longestOf(state, seen, expectation),
    ...setbackOf({ ...state, floor }, seen, expectation),
  };
}

/** What counts down is an entry, even one that was first met at the TTL of stale data. */
const counted = (known: Series, seen: Sighting): Series => ({
  ...entries.extend(known, seen, false),
  looksStale: known.looksStale && seen.ttl >= known.ttl,
});

const staleOnceMore = ({ stale }: CacheState, { at }: Sighting): Partial<CacheState> => ({
  stale: { count: (stale?.count ?? 0) + 1, streak: (stale?.streak ?? 0) + 1, at },
});

const replaced = (all: readonly Series[], one: Series, other: Series): readonly Series[] =>
  all.map(series => (series === one ? other : series));

const latestOf = (all: readonly Series[], { rdata }: Sighting): Series | null =>
  all.findLast(series => sameSet(series.rdata, rdata)) ?? null;

/** True if another entry was answered since this one, and now this one again. */
const isOvertaken = (all: readonly Series[], known: Series): boolean =>
  all.some(other => !other.looksStale && other.firstSeen > known.lastSeen);

/** Another entry, or one that only looks so since stale data has no countdown. */
function entered(
  { series, dropped }: CacheState,
  seen: Sighting,
  signs: { readonly primedByUs: boolean; readonly looksStale: boolean },
): Partial<CacheState> {
  const { series: kept, let: gone } = entries.fit(series.concat(entries.begin(seen, signs)));
  if (gone.length === 0) return { series: kept };
  const until = (value: Series['value']) => {
    const ends = gone.filter(one => one.value === value).map(entries.endOf);
    return ends.length === 0 ? dropped[value] : Math.max(dropped[value] ?? -Infinity, ...ends);
  };
  return {
    series: kept,
    dropped: { new: until('new'), old: until('old'), other: until('other') },
  };
}

const isFull = (ttl: Seconds, { floor, ceiling }: CacheState, { ttl: given }: Expectation) =>
  ttl === given.low || ttl === given.old || ttl === floor || ttl === ceiling;

function longestOf(
  { longest }: CacheState,
  { ttl }: Sighting,
  { ttl: { low } }: Expectation,
): Partial<CacheState> {
  const now =
    longest === null || ttl > longest.ttl
      ? { ttl, entries: 1 }
      : { ...longest, entries: longest.entries + (ttl === longest.ttl ? 1 : 0) };
  return {
    longest: now,
    ceiling: low !== null && now.entries > 1 && now.ttl < low ? now.ttl : null,
  };
}

/**
 * Old that was not there before: fetched since the swap, perhaps after new was served. Where a new
 * entry is well alive it is another cache's.
 */
function setbackOf(
  state: CacheState,
  seen: Sighting,
  expectation: Expectation,
): Partial<CacheState> {
  if (seen.value !== 'old') return {};
  const { refetchedOld, regressions, floor, lastNewAt, lastOldAt, series } = state;
  const wentBack = lastNewAt !== null && lastNewAt > (lastOldAt ?? -Infinity);
  const another = wentBack && series.some(one => one.value === 'new' && isYoung(one, seen.at));
  if (another) return { interleaved: true };
  const alone = !isFarm(state);
  const { swappedAt } = expectation;
  // One cache, its old entry over since the swap, and old again.
  const before = series.filter(one => one.value === 'old');
  const again =
    swappedAt !== null &&
    before.some(one => one.expiresAt >= swappedAt) &&
    before.every(one => entries.endOf(one) <= seen.at);
  const back = alone && wentBack;
  const refetched =
    back || (alone && again) || habits.fetchedSinceSwap(seen, { expectation, floor });
  return {
    refetchedOld: refetchedOld + (refetched ? 1 : 0),
    regressions: regressions + (back ? 1 : 0),
  };
}

/** Too far from its end to have been replaced by the cache itself: they fetch in the last tenth, or 2 s. */
const isYoung = ({ expiresAt, ttl }: Series, at: number): boolean =>
  expiresAt - at > (Math.max(2, ttl / 10) + 1) * 1000;
