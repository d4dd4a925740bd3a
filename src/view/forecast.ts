import { type Instant, type Now } from '../clock.ts';
import { type Cutover, type Settling } from '../cutover/cutover.ts';
import { proof } from '../cutover/drain.ts';
import { wallAfter } from '../cutover/elapsed.ts';
import { atMostOver, sinceSwap } from '../cutover/caches.ts';
import { retireAsking, retireTerms } from '../cutover/mail/retire.ts';
import { boundMs } from '../cutover/stages/propagate.ts';
import { allThere } from '../cutover/standing.ts';
import { watched } from '../cutover/watching.ts';
import { limits } from '../limits.ts';
import { tells } from '../propagation/verdict.ts';
import { lagging, type CachesNow } from './world/world.ts';

/** What is known to come next, and when. */
export interface Forecast {
  readonly until: Instant;
  readonly what: string;
}

const after = (cutover: Cutover, from: Now, seconds: number): Instant =>
  wallAfter(from, seconds * 1000, cutover.clock);

/** The next instant that the cutover itself knows of, or null. `caches`: what was kept of its watch. */
export function forecastAt(
  cutover: Cutover,
  now: Now,
  caches: CachesNow | null = null,
): Forecast | null {
  const { plan, stage, rollback } = cutover;
  const { ttl } = plan.policy;
  switch (stage) {
    case 'drain': {
      const until = proof(cutover, now)?.until;
      return until === undefined ? null : { until, what: 'no honest cache holds the old TTL' };
    }
    case 'swap':
      return cutover.swaps[cutover.step] === undefined
        ? null
        : {
            until: after(cutover, sinceSwap(cutover), ttl.lag),
            what: 'the longest that an authoritative server is assumed to trail',
          };
    case 'propagate':
      return propagateForecast(cutover, now, caches);
    case 'rollback':
      return rollback === null ? null : rollbackForecast(cutover, rollback);
    case 'snapshot':
    case 'lower':
    case 'gate':
    case 'sweep':
    case 'settle':
    case 'done':
      return null;
  }
}

/** What the stage propagate waits for. `bound`: until no honest cache can hold the old set. */
export type Spread = 'servers' | 'bound' | 'answers' | 'target' | 'unexplained' | 'cannot tell';

const boundAt = (cutover: Cutover): Instant =>
  wallAfter(cutover.authority?.since ?? cutover.entered, boundMs(cutover), cutover.clock);

/** What keeps the stage propagate from being over; what lasts longest, as far as one knows. */
export function spreadOf(cutover: Cutover, now: Now, caches: CachesNow | null): Spread {
  const { target } = cutover.plan.policy.watch;
  const { judged } = cutover.world;
  if (!allThere(cutover)) return 'servers';
  const decided = judged === 'ready' || judged === 'nobody';
  if (!watched(cutover) || decided || atMostOver(cutover, now)) return 'bound';
  if (judged === 'cannot-tell') return 'cannot tell';
  const share = caches?.slice.share ?? null;
  if (caches?.moving !== true || share === null) return 'answers';
  if (share * 100 < target - 1e-9) return 'target';
  // As in the news: who cannot tell keeps nothing waiting.
  const bars = lagging(caches).some(
    ({ explained, verdict }) => !explained && verdict !== null && tells(verdict),
  );
  return bars ? 'unexplained' : 'answers';
}

function propagateForecast(cutover: Cutover, now: Now, caches: CachesNow | null): Forecast {
  const { watch } = cutover.plan.policy;
  const atMost = after(cutover, sinceSwap(cutover), watch.atMost);
  const spread = spreadOf(cutover, now, caches);
  if (spread === 'servers')
    return { until: atMost, what: 'a person is asked if a server still does not show the new set' };
  const bound = boundAt(cutover);
  if (spread === 'bound') return { until: bound, what: 'no honest cache holds the old set' };
  const turned = spread === 'target' ? (caches?.turned(watch.target / 100).at ?? null) : null;
  // Never before the bound, however many have turned.
  return turned === null || turned > atMost
    ? { until: Math.max(bound, atMost), what: 'the longest that resolvers are waited for' }
    : {
        until: Math.max(bound, turned),
        what: `${watch.target} % are new, by the entries that resolvers hold`,
      };
}

function rollbackForecast(
  cutover: Cutover,
  { phase, asked, delivered }: NonNullable<Cutover['rollback']>,
): Forecast | null {
  if (phase === 'mx')
    return {
      until: wallAfter(asked, limits.rollbackDeliveryMs, cutover.clock),
      what: 'a person is asked if the MX is not back by then',
    };
  if (phase !== 'settling') return null;
  const { settleAfter } = cutover.plan.policy.rollback;
  return {
    until: after(cutover, delivered ?? asked, settleAfter),
    what: 'the exact snapshot is restored',
  };
}

export interface SettlingTime {
  readonly act: Settling;
  readonly state: Cutover['settling'][Settling];
  /** Null before the last swap. */
  readonly due: Instant | null;
}

/** When the old host is asked for the first time; the same instant that the core wakes at. */
function oldHostDue(cutover: Cutover, after: Instant | null): Instant | null {
  const asking = retireAsking(cutover.plan);
  if (after === null || asking === null) return after;
  if (asking.goal === 'forwards') return null;
  return Math.max(
    ...retireTerms(cutover).map(({ since, seconds }) =>
      wallAfter(since, seconds * 1000, cutover.clock),
    ),
  );
}

/** The three acts of settling, each with its own clock from the last swap. */
export function settlingTimes(cutover: Cutover): readonly SettlingTime[] {
  const { plan, settling, swaps } = cutover;
  const { ttl, afterwards, retire } = plan.policy;
  const last = swaps.length < plan.steps.length ? undefined : swaps.at(-1);
  const due = (seconds: number): Instant | null =>
    last === undefined ? null : after(cutover, last, seconds);
  return [
    { act: 'restore-ttl', state: settling['restore-ttl'], due: due(ttl.restoreAfter) },
    { act: 'afterwards', state: settling.afterwards, due: due(afterwards) },
    { act: 'old-host', state: settling['old-host'], due: oldHostDue(cutover, due(retire.after)) },
  ];
}
