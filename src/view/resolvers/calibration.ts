import { type Instant, type Seconds } from '../../clock.ts';
import { type Foreseen } from '../../cutover/news.ts';
import { type Cause } from '../../propagation/straggler.ts';
import { type Watched } from '../../propagation/watched.ts';

/** What made the outcome another than foreseen. */
export type Deviation =
  | 'lagging authority'
  | 'went back to old'
  | 'served stale'
  | 'raised TTLs that were not known'
  | 'no known end'
  | 'one weighs much'
  | 'fewer held an entry';

/** Who did that; nobody by name where it concerns all. */
export interface DeviationReport {
  readonly why: Deviation;
  readonly resolvers: readonly string[];
}

/** What was foreseen of a share and what came, in seconds after every server had turned. */
interface Miss {
  /** Positive: later than foreseen; null: not foreseen, or not reached. */
  readonly errorSeconds: number | null;
  /** Of what was foreseen, one decimal; null where that was nothing, too. */
  readonly errorPercent: number | null;
}

export function errorOf(foreseen: number | null, measured: number | null): Miss {
  if (foreseen === null || measured === null) return { errorSeconds: null, errorPercent: null };
  const errorSeconds = measured - foreseen;
  const errorPercent = foreseen === 0 ? null : Math.round((errorSeconds / foreseen) * 1000) / 10;
  return { errorSeconds, errorPercent };
}

/** As foreseen is what is off by no more than this, or by a tenth: resolvers are asked from time to time. */
const slackSeconds = 10;

interface Outcome {
  readonly percent: number;
  readonly seconds: number | null;
  readonly forecast: number | null;
}

/** `early`, `late`: how it was off. The last moment is a bound: what comes before it is as foreseen. */
function offBy({ percent, seconds, forecast }: Outcome): 'early' | 'late' | null {
  if (forecast === null) return null;
  if (seconds === null) return 'late';
  const error = seconds - forecast;
  if (Math.abs(error) <= Math.max(slackSeconds, forecast / 10)) return null;
  if (error > 0) return 'late';
  return percent === 100 ? null : 'early';
}

export interface CalibrationGround {
  readonly reached: readonly Outcome[];
  readonly foreseen: Foreseen;
  readonly watched: readonly Watched[];
  /** The time in which it spread, on the clock of the watch. */
  readonly from: Instant;
  readonly to: Instant;
  /** From the write until every authoritative server showed it; null: it was not seen. */
  readonly lagSeconds: Seconds | null;
  readonly low: Seconds;
}

/** Servers that take longer to agree hand out old meanwhile. */
const lagMost: Seconds = 5;
/** With such a part of the weight one resolver alone decides when a share is reached. */
const muchWeight = 0.2;
/** Causes without an end that could have been foreseen. */
const endless: readonly Cause[] = ['does not count down', 'filtered or rewritten', 'other'];

/** Why it came otherwise than foreseen; empty where it came as foreseen. */
export function deviationsOf(ground: CalibrationGround): readonly DeviationReport[] {
  const off = ground.reached.map(offBy).filter(how => how !== null);
  if (off.length === 0) return [];
  const { watched, lagSeconds } = ground;
  const ids = (some: readonly Watched[]) => some.map(({ resolver: { id } }) => id);
  const had = (causes: readonly Cause[]) =>
    ids(watched.filter(one => causes.some(cause => hadCause(one, cause, ground))));
  const lags = had(['fetched old again']);
  const all: readonly (DeviationReport & { readonly isSo?: boolean })[] = [
    {
      why: 'lagging authority',
      resolvers: lags,
      isSo: (lagSeconds ?? 0) > lagMost || lags.length > 0,
    },
    {
      why: 'went back to old',
      resolvers: ids(watched.filter(({ state }) => state.regressions > 0)),
    },
    { why: 'served stale', resolvers: had(['serves stale']) },
    {
      why: 'raised TTLs that were not known',
      resolvers: ids(watched.filter(one => isNews(one, ground))),
    },
    { why: 'no known end', resolvers: had(endless) },
    { why: 'one weighs much', resolvers: ids(heavy(watched)) },
    { why: 'fewer held an entry', resolvers: [], isSo: off.includes('early') && isQuiet(watched) },
  ];
  return all
    .filter(({ resolvers, isSo }) => isSo ?? resolvers.length > 0)
    .map(({ why, resolvers }) => ({ why, resolvers }));
}

const hadCause = (
  { spells }: Watched,
  wanted: Cause,
  { from, to }: Pick<CalibrationGround, 'from' | 'to'>,
): boolean =>
  spells.some(
    ({ cause, from: begun, to: ended }) =>
      cause === wanted && begun < to && (ended === null || ended > from),
  );

/** It keeps entries for longer than anybody was known to, but for those that were named. */
function isNews(one: Watched, { foreseen, low }: CalibrationGround): boolean {
  const { resolver, state } = one;
  const { makers = [] } = foreseen;
  if (state.floor === null || state.floor <= low) return false;
  if (makers.some(({ resolver: id }) => id === resolver.id)) return false;
  // Three are named at most, those that keep them longest.
  const least = makers.length < 3 ? low : Math.min(...makers.map(({ seconds }) => seconds));
  return state.floor > least;
}

function heavy(watched: readonly Watched[]): readonly Watched[] {
  const all = watched.reduce((sum, { resolver: { weight } }) => sum + weight, 0);
  return watched.filter(({ resolver: { weight } }) => weight >= all * muchWeight);
}

/** Most were new at first sight: their entries had ended before the swap. */
function isQuiet(watched: readonly Watched[]): boolean {
  const arrived = watched.filter(({ state: { arrival } }) => arrival !== null);
  return arrived.filter(({ state: { arrival } }) => arrival === 'cold').length * 2 > arrived.length;
}
