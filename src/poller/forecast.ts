import { type Instant } from '../clock.ts';
import { type Forecast, forecastOf } from '../propagation/forecast.ts';
import { type Learnt } from '../propagation/learnt.ts';
import { type Around, foundOf, participantOf } from '../propagation/participant.ts';
import { trafficOf } from '../propagation/traffic.ts';
import { tells } from '../propagation/verdict.ts';
import { type Resolver } from '../propagation/watched.ts';
import { policyOf, usualPoliteness } from './policy.ts';
import { type Aim, type Row } from './row.ts';

/** What a forecast is made with besides the rows. */
export interface Foresight {
  /** Habits from before this watch. */
  readonly learnt: readonly Learnt[];
  /** By the clock of the watch, and by the wall clock. */
  readonly now: Instant;
  readonly wall: Instant;
}

const gapOf = (resolver: Resolver): number =>
  policyOf(resolver, usualPoliteness, { mode: 'watch', chance: 0 }).gapMs / 1000;

/**
 * From what the rows showed before the swap, and what was learnt of their habits before; null while nobody
 * can tell.
 */
export function forecastFrom(
  rows: readonly Row[],
  { expectation }: Aim,
  { learnt, now, wall }: Foresight,
): Forecast | null {
  const asked = rows.flatMap(({ watched, leftOut }) =>
    watched === null || leftOut ? [] : [watched],
  );
  const telling = asked.filter(({ state: { verdict } }) => verdict === null || tells(verdict));
  const sweep = rows.length / usualPoliteness.total;
  const around: Around = { expectation, learnt, now, wall, gap: gapOf, sweep };
  const found = telling.map(one => foundOf(one, around)).filter(one => one !== null);
  const traffic = trafficOf(found);
  return forecastOf(
    telling.map(one => participantOf(one, around, traffic)),
    { low: expectation.ttl.low ?? 0, blind: asked.length - telling.length },
  );
}
