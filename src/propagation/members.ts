import { type Instant } from '../clock.ts';
import { sameSet } from '../dns/rrset.ts';
import { type CacheState } from './cachestate.ts';
import { type Value } from './expectation.ts';
import { endOf, type Sighting } from './series.ts';

// Behind one service stand many machines, each with a cache of its own. Those that name themselves
// (RFC 5001) are told apart by that, the others by the address that was asked.

/** One machine of a service, and what it said last. */
export interface Member {
  /** Its NSID, or the address where it names itself by none. */
  readonly name: string;
  readonly value: Value;
  readonly rdata: readonly string[];
  readonly at: Instant;
  /** The first moment at which what it said is certainly gone; null: stale data, whose TTL is no end. */
  readonly until: Instant | null;
}

const membersMax = 16;

const nameOf = (nsid: string | null, address: string): string => nsid ?? address;

/** True while it can still answer what it said last, and that was not new. */
export const holdsOther = ({ value, until }: Member, at: Instant): boolean =>
  value !== 'new' && until !== null && until > at;

/**
 * The members after one more answer, which the state has as its last. One alone is not listed: there are
 * very many resolvers of which only one machine was ever heard.
 */
export function membersAfter(
  state: Pick<CacheState, 'members' | 'recent' | 'last' | 'stale' | 'series'>,
  { nsid, value, rdata, at }: Sighting,
): readonly Member[] | undefined {
  const name = nameOf(nsid, state.last.address);
  const known = state.members ?? firstOf(state);
  if (state.members === undefined && known.every(one => one.name === name)) return undefined;
  const isStale = (state.stale?.streak ?? 0) > 0;
  const entry = state.series.findLast(
    one => one.lastSeen === at && one.value === value && !one.looksStale,
  );
  const until = isStale || entry === undefined ? null : endOf(entry);
  const others = known.filter(one => one.name !== name);
  return fit([...others, { name, value, rdata, at, until }], at);
}

/** The one that was heard before the others, from the answers that are kept. */
function firstOf({ recent, series }: Pick<CacheState, 'recent' | 'series'>): readonly Member[] {
  const before = recent.slice(0, -1).findLast(({ outcome }) => outcome.kind === 'answered');
  if (before?.outcome.kind !== 'answered') return [];
  const { received, address, outcome } = before;
  const alike = series.filter(one => sameSet(one.rdata, outcome.rdata ?? []));
  const entry = alike.findLast(one => one.lastSeen === received) ?? alike.at(-1);
  if (entry === undefined) return [];
  const { value, rdata, looksStale } = entry;
  const until = looksStale ? null : endOf(entry);
  return [{ name: nameOf(outcome.nsid, address), value, rdata, at: received, until }];
}

/** What has nothing left to say is let go first, and of those who was heard longest ago. */
function fit(all: readonly Member[], at: Instant): readonly Member[] {
  if (all.length <= membersMax) return all;
  const [first] = all.toSorted(
    (one, other) =>
      Number(holdsOther(one, at)) - Number(holdsOther(other, at)) || one.at - other.at,
  );
  return all.filter(one => one !== first);
}
