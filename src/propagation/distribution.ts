import { type CacheState } from './cachestate.ts';
import { samplesOf } from './service.ts';
import { cleanWanted, isFarm } from './verdict.ts';
import { type Watched } from './watched.ts';

/** The state of a service of many machines: what its members said last, and how sure that makes. */
export interface Distribution {
  /** Members by what they said last; those that were never heard are in none. */
  readonly new: number;
  readonly old: number;
  readonly other: number;
  readonly seen: number;
  /** Answers in a row that said new while nothing else could be alive, and how many are wanted. */
  readonly clean: number;
  readonly wanted: number;
  /** With 95 % confidence no larger part of what it answers is not new; 0 to 1. */
  readonly staleAtMost: number;
}

const confidence = 0.95;

/**
 * The part p of the answers that can still be stale after so many clean ones in a row: if it were larger,
 * they would all have been clean with a probability of (1 - p)^n < 5 %. After none it is 1; after 11 it
 * is 0.24.
 */
export const staleAtMost = (clean: number): number =>
  clean <= 0 ? 1 : 1 - (1 - confidence) ** (1 / clean);

/** Null for one cache behind one address, and where nothing was said yet. */
export function distributionOf({
  resolver,
  state,
}: Pick<Watched, 'resolver' | 'state'>): Distribution | null {
  if (resolver.anycast !== true && !isFarm(state)) return null;
  const values = (state.members ?? onlyOne(state)).map(({ value }) => value);
  if (values.length === 0) return null;
  const count = (wanted: string): number => values.filter(value => value === wanted).length;
  const { clean } = state;
  return {
    ...{ new: count('new'), old: count('old'), other: count('other'), seen: values.length },
    ...{ clean, wanted: Math.max(samplesOf(resolver), cleanWanted(state)) },
    staleAtMost: staleAtMost(clean),
  };
}

/** Of a single member there is no list: it said last what was heard last. */
function onlyOne({ series }: CacheState): readonly Pick<CacheState['series'][0], 'value'>[] {
  const [latest] = series.toSorted((one, other) => other.lastSeen - one.lastSeen);
  return latest === undefined ? [] : [latest];
}
