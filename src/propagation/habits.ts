import { type Instant, type Seconds } from '../clock.ts';
import { sameSet } from '../dns/rrset.ts';
import { type Expectation, ttlBeforeSwap } from './expectation.ts';
import { type Answered } from './observation.ts';
import { endOf, expiryOf, type Series, type Sighting } from './series.ts';

// What the TTLs of a resolver give away about it.

/** `STALE`: Stale Answer and Stale NXDOMAIN Answer (RFC 8914 4.4 and 4.20). */
const staleCodes = [3, 19];
/** RFC 8767 4 recommends 30 s for stale data; Unbound and BIND follow. */
export const staleTtl: Seconds = 30;

export const saysStale = ({ ede }: Pick<Answered, 'ede'>): boolean =>
  ede.some(({ code }) => staleCodes.includes(code));

/** TTL 30 where an entry with the same data has ended and nobody gives 30. */
export function looksStale(
  seen: Sighting,
  { series, expectation }: { series: readonly Series[]; expectation: Expectation },
): boolean {
  const { old, low } = expectation.ttl;
  if (seen.value === 'other' || seen.ttl !== staleTtl) return false;
  if (old === staleTtl || low === staleTtl) return false;
  // In its last second an entry shows 0 or 1, and so 30 is no countdown of it.
  return series.some(one => sameSet(one.rdata, seen.rdata) && one.expiresAt <= seen.at + 1000);
}

/**
 * The last second of a TTL that lasts: the entry has ended, and the data is still answered. Knot Resolver's
 * cache.min_ttl does so to whole answers that it keeps, and others to what is stale.
 */
export function lingers(
  seen: Sighting,
  { series, sameTtl }: { readonly series: readonly Series[]; readonly sameTtl: SameTtl | null },
): boolean {
  if (seen.value === 'other' || seen.ttl > 1 || sameTtl?.ttl !== seen.ttl) return false;
  const lasts = sameTtl.repeats > 1 || seen.at - sameTtl.at >= apartMs;
  const ended = (one: Series) => one.ttl > 1 && endOf(one) <= seen.at;
  return lasts && series.some(one => sameSet(one.rdata, seen.rdata) && ended(one));
}

/**
 * The TTL where the authoritative servers cannot have given one that long, else null: then the
 * resolver raised it.
 */
export function raisedTtl(seen: Sighting, expectation: Expectation): Seconds | null {
  const { ttl, lowSince } = expectation;
  if (ttl.low === null || seen.value === 'other' || seen.ttl <= ttl.low) return null;
  // Stale data may look like this; a floor of 30 shows at the new set as well.
  if (seen.value === 'old' && seen.ttl === staleTtl) return null;
  const before = Math.max(ttl.old ?? Infinity, ttl.low);
  if (seen.value === 'new' || seen.ttl > before) return seen.ttl;
  // No entry from before the lowering lives as long; two seconds for truncation and the way.
  const outlives = lowSince !== null && expiryOf(seen) > lowSince + (before + 2) * 1000;
  return outlives ? seen.ttl : null;
}

/**
 * True if an old entry ends later than any entry fetched before the swap can. A TTL that was raised
 * tells nothing: what was seen of the floor is a part of it, and the whole may account for the end.
 */
export function fetchedSinceSwap(
  seen: Sighting,
  { expectation, floor }: { expectation: Expectation; floor: Seconds | null },
): boolean {
  const { swappedAt } = expectation;
  const longest = ttlBeforeSwap(expectation);
  if (seen.value !== 'old' || swappedAt === null || longest === null) return false;
  if (raisedTtl(seen, expectation) !== null) return false;
  return expiryOf(seen) > swappedAt + (Math.max(longest, floor ?? 0) + 2) * 1000;
}

/** The same TTL in answer after answer. */
export interface SameTtl {
  readonly ttl: Seconds;
  readonly at: Instant;
  /** Answers in a row. */
  readonly repeats: number;
  /** Of those, how many came when a countdown would have moved, and would not have ended. */
  readonly stood: number;
}

/** A countdown that stood so often is none. */
export const stoodOften = 2;
const apartMs = 2000;

export function sameTtl(before: SameTtl | null, { ttl, at }: Sighting): SameTtl {
  if (before?.ttl !== ttl) return { ttl, at, repeats: 1, stood: 0 };
  const apart = at - before.at;
  if (apart < apartMs) return before;
  const stood = apart < ttl * 1000 ? before.stood + 1 : before.stood;
  return { ttl, at, repeats: before.repeats + 1, stood };
}
