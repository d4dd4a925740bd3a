import { limits } from '../limits.ts';
import { type Instant, type Now } from '../clock.ts';
import { type Change } from '../dns/change.ts';
import { parseName, type Name } from '../dns/name.ts';
import { rrset, type Key, type RRset } from '../dns/rrset.ts';
import { type Cutover } from './cutover.ts';
import { wallAfter } from './elapsed.ts';
import { type Intent, type Purpose } from './intent.ts';
import { type LineBody } from './lines.ts';
import { moves, valueAt, type Track } from './path.ts';

/** Where a run says that it is at work, so that a second controller anywhere sees it. */
export const claimKey = (domain: Name): Key => ({
  name: parseName(`_dns-cutover.${domain}`),
  type: 'TXT',
});

/** The claim of this run. Its text is for people who meet it in the zone. */
export function claimRRset(cutover: Cutover): RRset {
  const { minTtl } = cutover.snapshot?.capabilities ?? { minTtl: null };
  const since = new Date(cutover.startedAt).toISOString();
  const text = `dns-cutover run=${cutover.run} host=${cutover.host} since=${since}`;
  return rrset({
    ...claimKey(cutover.domain),
    ttl: Math.max(60, minTtl ?? 0),
    rdata: [`"${text.replaceAll(/["\\]/g, '')}"`],
  });
}

/** The run id that a claim names, or null when it is not one of ours. */
export function claimedRun(claim: RRset | null): string | null {
  return (
    claim?.rdata
      .map(text => /\bdns-cutover run=(\S+)/.exec(text)?.[1])
      .find(run => run !== undefined) ?? null
  );
}

/** Has the provider confirmed this value for the RRset? Positions with equal values are the same place. */
export const isAt = (cutover: Cutover, track: Track, position: number): boolean =>
  !moves(track, cutover.places[track.key] ?? 0, position);

/** What the next write towards a position contains: all sets together where they land together. */
export function nextTracks(
  cutover: Cutover,
  tracks: readonly Track[],
  position: number,
): readonly Track[] {
  const open = tracks.filter(track => !isAt(cutover, track, position));
  return cutover.snapshot?.capabilities.atomicSets === true ? open : open.slice(0, 1);
}

/** The end of the last moment in which writes other than a rollback are allowed, or null. */
export function nextFreeze(cutover: Cutover, now: Now): Instant | null {
  const starts = cutover.plan.policy.schedule.freeze
    .map(({ from }) => from)
    .filter(from => from > now.wall);
  return starts.length === 0 ? null : Math.min(...starts);
}

/** The end of the freeze window that now lies in, or null. */
export function frozenUntil(cutover: Cutover, now: Now): Instant | null {
  const window = cutover.plan.policy.schedule.freeze.find(
    ({ from, until }) => from <= now.wall && now.wall < until,
  );
  return window?.until ?? null;
}

const earliest = (...instants: readonly (Instant | null)[]): Instant | null => {
  const known = instants.filter(instant => instant !== null);
  return known.length === 0 ? null : Math.min(...known);
};

interface Wanted {
  readonly purpose: Purpose;
  readonly position: number | null;
  readonly changes: readonly Change[];
  readonly by: Instant | null;
}

/** The line that records a write before it is sent. */
function intend(cutover: Cutover, wanted: Wanted, now: Now): LineBody {
  const exempt = cutover.stage === 'rollback' || cutover.ending !== null;
  const by = exempt ? wanted.by : earliest(wanted.by, nextFreeze(cutover, now));
  const intent: Intent = {
    ...wanted,
    by,
    id: `i${String(cutover.intents + 1)}`,
    stage: cutover.stage,
  };
  return { type: 'write.intended', data: { intent } };
}

/** Records the write that brings these RRsets to a position. */
export function intendTracks(
  cutover: Cutover,
  wanted: { purpose: Purpose; position: number; tracks: readonly Track[]; by?: Instant | null },
  now: Now,
): LineBody {
  const { purpose, position, tracks, by = null } = wanted;
  const changes = tracks.map(track => ({
    before: valueAt(track, cutover.places[track.key] ?? 0),
    after: valueAt(track, position),
  }));
  return intend(cutover, { purpose, position, changes, by }, now);
}

/** Places our claim where none stands, or where one stands that somebody named as dead. */
export function intendClaim(cutover: Cutover, now: Now): LineBody {
  const { foreignClaim, takeClaim } = cutover;
  // Only a claim that somebody named may be replaced; a text that names no run never is.
  const dead = takeClaim !== null && claimedRun(foreignClaim) === takeClaim ? foreignClaim : null;
  const changes = [{ before: dead, after: claimRRset(cutover) }];
  return intend(cutover, { purpose: 'claim', position: null, changes, by: null }, now);
}

/** Removes our claim, if it stands. */
export const intendUnclaim = (cutover: Cutover, now: Now): LineBody =>
  intend(
    cutover,
    {
      purpose: 'unclaim',
      position: null,
      changes: [{ before: claimRRset(cutover), after: null }],
      by:
        cutover.ending === null
          ? null
          : wallAfter(cutover.ending.since, limits.abandonMs, cutover.clock),
    },
    now,
  );
