import { limits } from '../limits.ts';
import { type SchedulePolicy } from '../propagation/schedule.ts';
import { samplesOf } from '../propagation/service.ts';
import { type Resolver } from '../propagation/watched.ts';
import { type Politeness } from './subject.ts';

/** What applies where nobody says otherwise, or the configuration cannot be read any more. */
export const usualPoliteness: Politeness = { total: 20, operator: 1 };

/** How this resolver is to be asked. `chance` in [0, 1), fresh for every call. */
export const policyOf = (
  resolver: Resolver,
  { operator }: Politeness,
  { mode, chance }: Pick<SchedulePolicy, 'mode' | 'chance'>,
): SchedulePolicy => ({
  ...{ mode, chance, samples: samplesOf(resolver) },
  gapMs: resolver.tier === 'regional' ? limits.pollRegionalMs : 1000 / operator,
  longestMs: limits.pollLongestMs,
  settledMs: limits.pollSettledMs,
  places: resolver.addresses.length * (1 + (resolver.otherwise?.length ?? 0)),
});
