import { type Instant, type Seconds } from '../clock.ts';
import { limits } from '../limits.ts';
import { type CacheState } from './cachestate.ts';
import { type Resolver } from './watched.ts';

/**
 * What was learnt of the cache behind one address of a resolver, kept across cutovers. `canary`: it was
 * measured, and null says that there was none to be seen. `watch`: it was met on the way, and null says nothing.
 */
export interface Learnt {
  /** The id of a resolver list. */
  readonly resolver: string;
  /** Where it was asked: another server under the same id has habits of its own. */
  readonly address: string;
  /** The least TTL that it uses, where that is more than the servers gave. */
  readonly floor: Seconds | null;
  /** The longest TTL that it uses, where that is less than the servers gave. */
  readonly ceiling: Seconds | null;
  /** How many caches were told apart at least. */
  readonly caches: number | null;
  /** Canary: the TTL that the servers gave. A floor up to it, or a ceiling from it on, could not show. */
  readonly given?: Seconds | null;
  /** By the wall clock. */
  readonly at: Instant;
  readonly from: 'canary' | 'watch';
}

/** Of one resolver, address and source only one is kept. */
export const placeOfLearnt = ({ resolver, address, from }: Learnt): string =>
  JSON.stringify([resolver, address, from]);

/** Whether it takes the place of what was kept: of two moments the later counts, of one the last. */
export const replaces = (after: Learnt, before: Learnt | undefined): boolean =>
  before === undefined || after.at >= before.at;

/** Since when what was learnt is too old to be kept, when the newest is of `at`. */
export const forgottenBefore = (at: Instant): Instant => at - limits.learntKeptMs;

export const ageOf = ({ at }: Learnt, now: Instant): number => Math.max(0, now - at);

type Who = Pick<Resolver, 'id' | 'addresses'>;

/** Of this resolver, as far as it is young enough to be relied on, the newest first. */
function current(rows: readonly Learnt[], { id, addresses }: Who, now: Instant): readonly Learnt[] {
  return rows
    .filter(one => one.resolver === id && addresses.includes(one.address))
    .filter(one => ageOf(one, now) <= limits.learntTrustedMs)
    .sort((one, other) => other.at - one.at || (one.from === 'canary' ? -1 : 1));
}

/**
 * What is known of a resolver, put together; null when nothing is: the floor that waits longest and the
 * ceiling that ends soonest. A canary measured: what was met before it counts only where it could not show.
 */
export function knownOf(rows: readonly Learnt[], who: Who, now: Instant): Learnt | null {
  const all = current(rows, who, now);
  const measured = all.findIndex(({ from }) => from === 'canary');
  const given = all[measured]?.given ?? null;
  const counting = all.map((one, index) =>
    measured < 0 || index <= measured ? one : unseenBy(given, one),
  );
  const [newest] = counting;
  if (newest === undefined) return null;
  const some = (pick: (one: Learnt) => number | null): readonly number[] =>
    counting.map(pick).filter(value => value !== null);
  const most = (values: readonly number[]): number | null =>
    values.length === 0 ? null : Math.max(...values);
  const ceilings = some(({ ceiling }) => ceiling);
  return {
    ...newest,
    floor: most(some(({ floor }) => floor)),
    ceiling: ceilings.length === 0 ? null : Math.min(...ceilings),
    caches: most(some(({ caches }) => caches)),
  };
}

/** What a canary at this TTL left as it was known before. */
const unseenBy = (given: Seconds | null, one: Learnt): Learnt => ({
  ...one,
  floor: given !== null && (one.floor ?? Infinity) <= given ? one.floor : null,
  ceiling: given !== null && (one.ceiling ?? -Infinity) >= given ? one.ceiling : null,
  caches: null,
});

/** What a watch has met of a resolver's habits; null while that is nothing. */
export function learntFromWatch(
  { id, addresses }: Who,
  { floor, ceiling, nsids, interleaved }: CacheState,
  at: Instant,
): Learnt | null {
  const [address] = addresses;
  const caches = nsids.length > 1 ? nsids.length : interleaved ? 2 : null;
  if (address === undefined || (floor ?? ceiling ?? caches) === null) return null;
  return { resolver: id, address, floor, ceiling, caches, at, from: 'watch' };
}
