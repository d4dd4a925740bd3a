import { sameSet } from '../dns/rrset.ts';
import { type CacheState } from './cachestate.ts';
import { type Expectation } from './expectation.ts';
import { type Observation } from './observation.ts';

type Set = readonly string[];

/** An equal set that is held already, or this one. */
const shared = (rdata: Set, held: Iterable<Set>): Set => {
  for (const one of held) if (sameSet(one, rdata)) return one;
  return rdata;
};

/**
 * The same observation, made of what is held already: whoever watches a thousand RRsets at a hundred
 * resolvers hears the same few sets and members again and again.
 */
export function sharing(
  observation: Observation,
  { series, nsids }: Pick<CacheState, 'series' | 'nsids'>,
  expectation: Expectation,
): Observation {
  const { outcome } = observation;
  if (outcome.kind === 'silent') return observation;
  const nsid = nsids.find(one => one === outcome.nsid) ?? outcome.nsid;
  if (outcome.kind === 'refused') return { ...observation, outcome: { ...outcome, nsid } };
  const rdata = outcome.rdata === null ? null : shared(outcome.rdata, held(series, expectation));
  return { ...observation, outcome: { ...outcome, nsid, rdata } };
}

/** First what all resolvers share. */
function* held(series: CacheState['series'], expectation: Expectation): Generator<Set> {
  if (expectation.new !== null) yield expectation.new;
  yield* expectation.old;
  for (const { rdata } of series) yield rdata;
}
