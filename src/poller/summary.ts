import { type Instant } from '../clock.ts';
import { type Laggard, type News } from '../cutover/news.ts';
import { limits } from '../limits.ts';
import { oldUntil } from '../propagation/cachestate.ts';
import { aimOf, type Expectation } from '../propagation/expectation.ts';
import { type Forecast } from '../propagation/forecast.ts';
import { explainedUntil, isExplained } from '../propagation/straggler.ts';
import { type Slice, sliceOf } from '../propagation/tally.ts';
import { tells } from '../propagation/verdict.ts';
import { type Watched } from '../propagation/watched.ts';
import { type Aim, type Row, verdictTowards } from './row.ts';

/** What the rows say at a moment. */
export interface Summary {
  readonly news: News;
  readonly slice: Slice;
  /** Changes when the news do; the mere passing of time changes nothing. */
  readonly mark: string;
  /** When it is to be looked at anew even if nothing is heard; null: no need. */
  readonly nextAt: Instant | null;
}

interface Late extends Laggard {
  readonly until: Instant | null;
  readonly tells: boolean;
}

export function summaryOf(
  rows: readonly Row[],
  { expectation }: Aim,
  { now, forecast }: { readonly now: Instant; readonly forecast: Forecast | null },
): Summary {
  const slice = sliceTowards(rows, expectation);
  const here = rows.flatMap(({ watched, leftOut }) =>
    !leftOut && watched?.state.aim === aimOf(expectation) && watched.straggler !== null
      ? [watched]
      : [],
  );
  const late = here.map(one => lateOf(one, expectation, now)).sort(byWeight);
  const entry = longestOf(here, now);
  const { share, ableToTell, counts, total, flipped, cold } = slice;
  // Where all are left out nobody can tell, and somebody must know.
  const complete = rows.every(({ current, leftOut }) => current || leftOut);
  // Who cannot tell is no reason to doubt those that can.
  const unexplained = late.filter(one => !one.explained && one.tells).length;
  const plain = {
    ...{ share, ableToTell, complete, counts, total, flipped, cold },
    ...{ unexplained, forecast },
  };
  const shown = late.slice(0, limits.newsLaggards);
  const left = (until: Instant): number => Math.max(0, until - now);
  const news: News = {
    ...plain,
    laggards: shown.map(({ resolver, cause, leftMs, explained }) => ({
      ...{ resolver, cause, leftMs, explained },
    })),
    entry: entry === null ? null : { resolver: entry.resolver, leftMs: left(entry.until) },
  };
  const seconds = (at: Instant | null): number | null =>
    at === null ? null : Math.round(at / 1000);
  const mark = JSON.stringify([
    plain,
    shown.map(({ resolver, cause, until, explained }) => [
      ...[resolver, cause, explained],
      seconds(until),
    ]),
    entry === null ? null : [entry.resolver, seconds(entry.until)],
  ]);
  return { news, slice, mark, nextAt: nextBound(here, expectation, now) };
}

function sliceTowards(rows: readonly Row[], expectation: Expectation): Slice {
  const ballots = rows.map(row => {
    const { operator, country, weight } = row.resolver;
    const arrival = row.watched?.state.arrival ?? null;
    return { operator, country, weight, verdict: verdictTowards(row, expectation), arrival };
  });
  return sliceOf(ballots);
}

function lateOf({ state, straggler, resolver }: Watched, expectation: Expectation, now: Instant) {
  const { floor, verdict } = state;
  const until = straggler?.until ?? null;
  const explained = straggler !== null && isExplained(straggler, expectation, { floor, now });
  return {
    ...{ resolver: resolver.id, cause: straggler?.cause ?? 'other', explained, until },
    leftMs: until === null ? null : Math.max(0, until - now),
    tells: verdict !== null && tells(verdict),
  };
}

/** The unexplained first; of the others those that can tell, the longest first. */
function byWeight(one: Late, other: Late): number {
  if (one.explained !== other.explained) return one.explained ? 1 : -1;
  if (one.tells !== other.tells) return one.tells ? -1 : 1;
  const [a, b] = [one.until ?? Infinity, other.until ?? Infinity];
  if (a !== b) return b > a ? 1 : -1;
  return one.resolver < other.resolver ? -1 : 1;
}

/**
 * Of old entries only: others are made up by who answers them, for ever, and no drain ends them. What
 * was let go while nobody knew what would be new counts as old, too.
 */
function longestOf(late: readonly Watched[], now: Instant) {
  let longest: { readonly resolver: string; readonly until: Instant } | null = null;
  for (const { state, resolver } of late) {
    const series = state.series.filter(({ value }) => value === 'old');
    const dropped = { ...state.dropped, other: null };
    const until = oldUntil({ ...state, series, dropped }, now);
    if (until !== null && until > (longest?.until ?? -Infinity))
      longest = { resolver: resolver.id, until };
  }
  return longest;
}

/** When one more of them can no longer be explained. */
function nextBound(
  late: readonly Watched[],
  expectation: Expectation,
  now: Instant,
): Instant | null {
  const bounds = late
    .map(({ state, straggler }) =>
      straggler === null ? null : explainedUntil(straggler, expectation, state.floor),
    )
    .filter(bound => bound !== null && bound > now);
  return bounds.length === 0 ? null : Math.min(...bounds.map(Number));
}
