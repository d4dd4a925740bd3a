import { type Instant, type Seconds } from '../clock.ts';
import { type Participant, type Source } from './participant.ts';

/** Who makes the last moment of a forecast, and why. */
export interface Maker {
  readonly resolver: string;
  /** How long it keeps what it holds, from the swap. */
  readonly seconds: Seconds;
  /** `entry`: one that was seen and outlives the swap; else where its floor is known from. */
  readonly source: Source | 'entry';
  /** When that was learnt, by the wall clock, where it was before this watch. */
  readonly learntAt: Instant | null;
}

/** Seconds after the swap by which that part of the world is expected to have turned. */
export interface Forecast {
  readonly p50: Seconds;
  readonly p95: Seconds;
  /** By then every resolver has turned, as far as is known how long it keeps entries. */
  readonly worst: Seconds;
  /** Who holds out longer than the low TTL until then; three at most. Left out: an older forecast. */
  readonly makers?: readonly Maker[];
  /** How many resolvers may keep entries for longer, since nothing tells. Left out: not known. */
  readonly unsure?: number;
  /** How many can not tell, and have no part in it. Left out: not known. */
  readonly blind?: number;
}

const makersMax = 3;

/**
 * Of resolvers of which nothing is known so many extend TTLs: 8.74 % of 8,524 (Bhowmick and others, "TTL
 * Violation of DNS Resolvers in the Wild", PAM 2023). To what is not told there; the longest floor that
 * dnsmasq allows is an hour (`min-cache-ttl`), and anything up to that is taken to be as likely.
 */
const raising = 0.0874;
const floorMost: Seconds = 3600;
const eighths: readonly number[] = [1 / 8, 3 / 8, 5 / 8, 7 / 8];

/** The part of the entries of any age that has ended; all may be longer where nothing tells. */
function endedBy({ life, source }: Participant, passed: Seconds): number {
  const ended = (longest: Seconds): number => (passed >= longest ? 1 : passed / longest);
  if (source !== 'unknown' || life >= floorMost) return ended(life);
  const raised = eighths.map(part => ended(life + part * (floorMost - life)));
  const mean = raised.reduce((sum, part) => sum + part, 0) / raised.length;
  return (1 - raising) * ended(life) + raising * mean;
}

/** The probability that it has turned, and that this is known, so long after every server did. */
function turnedBy(one: Participant, t: Seconds): number {
  const { holds, left, caches, asking } = one;
  const passed = t - asking;
  if (passed < 0) return 0;
  if (left !== null) return passed >= left ? 1 : 0;
  return (1 - holds * (1 - endedBy(one, passed))) ** caches;
}

/**
 * The share (0 to 1) that is expected to have turned `t` seconds after every authoritative server
 * did: a cache that holds an entry holds one of any age, so that it turns at any moment of that one's life.
 */
export function shareAt(participants: readonly Participant[], t: Seconds): number {
  const all = participants.reduce((sum, { weight }) => sum + weight, 0);
  if (all === 0) return 0;
  const turned = participants.reduce((sum, one) => sum + one.weight * turnedBy(one, t), 0);
  return Math.min(1, turned / all);
}

/** TTLs are whole seconds, and some caches serve the last one to its end. */
const lastSecond = 1;

const endBy = ({ life, left, askingMost }: Participant): Seconds =>
  Math.max(left ?? 0, life) + lastSecond + askingMost;

/** When half and 95 % are expected, and the last; null without participants. */
export function forecastOf(
  participants: readonly Participant[],
  { low, blind }: { readonly low: Seconds; readonly blind: number },
): Forecast | null {
  const some = participants.filter(({ weight }) => weight > 0);
  if (some.length === 0) return null;
  const worst = Math.ceil(Math.max(...some.map(endBy)));
  const latest = Math.max(worst, ...some.map(({ askingMost }) => floorMost + askingMost));
  const when = (share: number) => Math.min(worst, firstAt(some, share, latest));
  return {
    ...{ p50: when(0.5), p95: when(0.95), worst },
    makers: makersOf(some, low),
    unsure: some.filter(({ source }) => source === 'unknown').length,
    blind,
  };
}

/** Those that keep something for longer than the low TTL, the last ones first. */
function makersOf(some: readonly Participant[], low: Seconds): readonly Maker[] {
  return some
    .filter(one => Math.max(one.left ?? 0, one.life) > low)
    .sort((one, other) => endBy(other) - endBy(one))
    .slice(0, makersMax)
    .map(({ resolver, life, left, source, learntAt }) =>
      left !== null && left > life
        ? { resolver, seconds: left, source: 'entry', learntAt: null }
        : { resolver, seconds: life, source, learntAt },
    );
}

/** The inverse of `shareAt`: 50 halvings are exact enough. */
function firstAt(participants: readonly Participant[], share: number, latest: Seconds): Seconds {
  let [from, to] = [0, latest];
  for (let step = 0; step < 50; step++) {
    const middle = (from + to) / 2;
    if (shareAt(participants, middle) >= share - 1e-9) to = middle;
    else from = middle;
  }
  return Math.max(0, Math.ceil(to - 1e-6));
}

/**
 * The moment after which an honest resolver cannot answer old, whatever was seen: the longest it can
 * hold an entry, from the last authoritative address that turned. Null while one has not.
 * `ttl`: the longest that an entry fetched just before can have been given.
 */
export function boundOf(
  authorityNewSince: Instant | null,
  ttl: Seconds,
  floors: readonly (Seconds | null)[],
): Instant | null {
  if (authorityNewSince === null) return null;
  // A second more: TTLs are whole seconds, and some caches serve the last one to its end.
  return authorityNewSince + (Math.max(ttl, ...floors.map(floor => floor ?? 0)) + 1) * 1000;
}
