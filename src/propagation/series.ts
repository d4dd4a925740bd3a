import { type Instant, type Seconds } from '../clock.ts';
import { sameSet } from '../dns/rrset.ts';
import { type Value } from './expectation.ts';

/** One entry of one cache, recognised by when it ends: answers whose `received + ttl` agrees. */
export interface Series {
  readonly value: Value;
  readonly rdata: readonly string[];
  /** Who answered, where the server says so. */
  readonly nsid: string | null;
  /** `received + ttl` of its first answer; an answer within a second of it belongs here. */
  readonly anchor: Instant;
  /** The latest `received + ttl`. TTLs are whole seconds: it may live a second longer, see `endOf`. */
  readonly expiresAt: Instant;
  /** As it was first shown. */
  readonly ttl: Seconds;
  readonly firstSeen: Instant;
  readonly lastSeen: Instant;
  readonly count: number;
  /** First shown at its full TTL: our own question fetched it, so it says nothing about the time before. */
  readonly primedByUs: boolean;
  /** Looks like stale data without the sign for it (RFC 8914 code 3): its TTL is no countdown. */
  readonly looksStale: boolean;
}

/** One answer with data, as a series takes it in. */
export interface Sighting {
  readonly value: Value;
  readonly rdata: readonly string[];
  readonly nsid: string | null;
  readonly ttl: Seconds;
  readonly at: Instant;
  readonly rttMs: number;
}

/** Some servers count whole seconds downwards and serve TTL 0 for the last of them. */
const truncationMs = 1000;
/** Clocks, queues and half a second of truncation on our own side. */
const toleranceMs = 1250;
const seriesMax = 12;

/** The first moment at which the entry is certainly gone. */
export const endOf = ({ expiresAt }: Series): Instant => expiresAt + truncationMs;

export const aliveAt = (series: Series, at: Instant): boolean => endOf(series) > at;

export const expiryOf = ({ at, ttl }: Sighting): Instant => at + ttl * 1000;

/** The series that this answer continues: same data, same member, same end. The nearest, or null. */
export function continued(all: readonly Series[], seen: Sighting): Series | null {
  const tolerance = toleranceMs + Math.min(seen.rttMs, 1000);
  const distance = ({ anchor }: Series) => Math.abs(expiryOf(seen) - anchor);
  const near = all.filter(
    series =>
      distance(series) <= tolerance &&
      (series.nsid === null || seen.nsid === null || series.nsid === seen.nsid) &&
      sameSet(series.rdata, seen.rdata),
  );
  return near.sort((one, other) => distance(one) - distance(other))[0] ?? null;
}

export const begin = (
  seen: Sighting,
  signs: { readonly primedByUs: boolean; readonly looksStale: boolean },
): Series => ({
  value: seen.value,
  rdata: seen.rdata,
  nsid: seen.nsid,
  anchor: expiryOf(seen),
  expiresAt: expiryOf(seen),
  ttl: seen.ttl,
  firstSeen: seen.at,
  lastSeen: seen.at,
  count: 1,
  primedByUs: signs.primedByUs,
  looksStale: signs.looksStale,
});

/** The answer counted in. `move`: the end moves with it, as in a cache that does not count down. */
export const extend = (series: Series, seen: Sighting, move: boolean): Series => ({
  ...series,
  anchor: move ? expiryOf(seen) : series.anchor,
  expiresAt: Math.max(series.expiresAt, expiryOf(seen)),
  lastSeen: seen.at,
  count: series.count + 1,
});

/** As many as are kept; what is let go is what ended first. */
export function fit(all: readonly Series[]): {
  readonly series: readonly Series[];
  readonly let: readonly Series[];
} {
  if (all.length <= seriesMax) return { series: all, let: [] };
  const byEnd = [...all].sort((one, other) => one.expiresAt - other.expiresAt);
  const gone = byEnd.slice(0, all.length - seriesMax);
  return { series: all.filter(one => !gone.includes(one)), let: gone };
}
