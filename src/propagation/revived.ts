import { type Instant } from '../clock.ts';
import { type CacheState } from './cachestate.ts';
import { type Expectation } from './expectation.ts';
import { type Series, type Sighting } from './series.ts';
import { type Dropped } from './verdict.ts';

// Stale data with a TTL as if it were fresh: no sign (RFC 8914), and no TTL of 30 s (RFC 8767 4) tells.
// PowerDNS Recursor's serve-stale-extensions give what has ended its TTL again, up to 30 s each time
// (https://docs.powerdns.com/recursor/settings.html#serve-stale-extensions).

type Known = Pick<CacheState, 'series' | 'floor'>;

/** An answer that was under way when the last server turned is received within this. */
const lateMs = 2000;

/**
 * The old entry that was met last, if it cannot have been fetched: it began after every server had turned,
 * when the one before it, of the same machine by its NSID, had ended. Else null.
 */
function revivedOne({ series, floor }: Known, expectation: Expectation): Series | null {
  const { authorityNewSince, ttl } = expectation;
  if (authorityNewSince === null || ttl.low === null) return null;
  const olds = series.filter(({ value, looksStale }) => value === 'old' && !looksStale);
  const latest = olds.reduce<Series | null>(
    (one, other) => (one === null || other.firstSeen > one.firstSeen ? other : one),
    null,
  );
  if (latest?.nsid == null) return null;
  const before = olds.filter(one => one !== latest);
  const began = latest.expiresAt - Math.max(ttl.low, floor ?? 0) * 1000;
  const again =
    began > authorityNewSince + lateMs &&
    before.length > 0 &&
    before.every(one => one.nsid === latest.nsid && one.expiresAt <= latest.firstSeen + 1000);
  return again ? latest : null;
}

/** True while the last that was heard of old is data that was given a TTL again. */
export const isRevived = (state: Known, expectation: Expectation): boolean =>
  revivedOne(state, expectation) !== null;

/**
 * Until when entries can live that nobody saw. Whoever was given revived data just before the first new
 * answer has it for a whole TTL: a cache of whole answers keeps it, and Recursor has one for each form of
 * a question.
 */
export function keptFor(
  state: Known & Pick<CacheState, 'dropped' | 'lastNewAt'>,
  { value, at }: Sighting,
  expectation: Expectation,
): Dropped {
  const { dropped, lastNewAt } = state;
  const revived = value === 'new' ? revivedOne(state, expectation) : null;
  if (revived === null || (lastNewAt !== null && lastNewAt > revived.firstSeen)) return dropped;
  const until: Instant = at + ((expectation.ttl.low ?? 0) + 1) * 1000;
  return { ...dropped, old: Math.max(dropped.old ?? -Infinity, until) };
}
