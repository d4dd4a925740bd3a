import { type Now, type Seconds } from '../clock.ts';
import { distinctSets, keyText, sameSet } from '../dns/rrset.ts';
import { type Cutover } from './cutover.ts';
import { type Effect } from './effect.ts';
import { type Watch } from './news.ts';
import { LOW, SNAPSHOT, stepPosition, valueAt, type Track } from './path.ts';
import { allThere } from './standing.ts';

type Rdata = readonly string[];

/** What a resolver answers from there; an empty set is absence. */
const dataAt = (track: Track, position: number): Rdata => valueAt(track, position)?.rdata ?? [];

/** The RRset that says where mail goes speaks for those that move with it. */
const leading = (tracks: readonly Track[]): Track | null =>
  tracks.find(({ type }) => type === 'MX') ?? tracks[0] ?? null;

/** The RRset that is watched while a step spreads; null where caches could show no difference. */
function movedBy({ plan }: Cutover, step: number): Track | null {
  const to = stepPosition(step);
  const from = step === 0 ? LOW : to - 1;
  return leading(
    plan.tracks.filter(track => track.swapped && !sameSet(dataAt(track, from), dataAt(track, to))),
  );
}

/** Are resolvers asked in this cutover, and can they show what this step does? */
export const watched = (cutover: Cutover): boolean =>
  cutover.plan.policy.watch.resolvers !== 'none' && movedBy(cutover, cutover.step) !== null;

/**
 * The longest that authoritative servers gave before, and what they give while records move: the low TTL,
 * or for a set that did not exist how long its absence may be remembered (RFC 2308 5).
 */
function ttlOf({ plan, longest, lingering, snapshot }: Cutover, track: Track): Watch['ttl'] {
  const value = valueAt(track, LOW);
  const low: Seconds = value?.ttl ?? Math.max(plan.policy.ttl.low, snapshot?.negative ?? 0);
  return { old: Math.max(longest, lingering?.ttl ?? 0), low };
}

type Moments = 'swappedAt' | 'firstSentAt' | 'authorityNewSince';
type Aim = Pick<Watch, 'mode' | 'old' | 'new' | Moments>;

/** Moments by the uptime: a wall clock that is set makes no other watch. */
const moment = (at: Now | null): string => (at === null ? '' : `${at.boot} ${String(at.up)}`);

function effect(cutover: Cutover, track: Track, aim: Aim): Effect {
  const { plan, drain, lingering } = cutover;
  const { resolvers } = plan.policy.watch;
  // A server that gave a longer TTL since: then nobody can say since when all gave the low one.
  const lowSince = lingering === null ? (drain?.since ?? null) : null;
  const { name, type } = track;
  const ttl = ttlOf(cutover, track);
  const watch: Watch = { key: { name, type }, ...aim, ttl, lowSince, resolvers };
  const { swappedAt, firstSentAt, authorityNewSince } = aim;
  const moments = [lowSince, swappedAt, firstSentAt, authorityNewSince].map(moment);
  const content = [keyText(track), aim.mode, aim.old, aim.new, ttl.old, ttl.low, resolvers];
  return { key: `watch:${JSON.stringify([...content, ...moments])}`, do: 'watch', watch };
}

/**
 * One answer of each resolver before the swap, once every authoritative address gives the low TTL: to ask
 * sooner would plant the old one.
 */
export function baseline(cutover: Cutover): readonly Effect[] {
  const track = movedBy(cutover, 0);
  if (!watched(cutover) || track === null || cutover.drain === null) return [];
  // After a restart the servers come first: the drain may be over, and a question then plants an entry.
  if (cutover.authority === null) return [];
  const old = distinctSets([dataAt(track, LOW), dataAt(track, SNAPSHOT)]);
  const unknown = { swappedAt: null, firstSentAt: null, authorityNewSince: null };
  return [effect(cutover, track, { mode: 'baseline', old, new: null, ...unknown })];
}

/** Who answers the set of this position has turned; any other set of the path is old. */
function towards(cutover: Cutover, track: Track, position: number): Aim {
  const aim = dataAt(track, position);
  const sets = track.positions.map((_, index) => dataAt(track, index));
  return {
    mode: 'watch',
    new: aim,
    old: distinctSets(sets).filter(set => !sameSet(set, aim)),
    swappedAt: null,
    firstSentAt: null,
    authorityNewSince: allThere(cutover) ? (cutover.authority?.since ?? null) : null,
  };
}

/** Was this set served before the step? Then nobody who answers it is a liar. */
function servedBefore(track: Track, position: number): boolean {
  const aim = dataAt(track, position);
  return track.positions.slice(0, position).some((_, index) => sameSet(dataAt(track, index), aim));
}

/** The swap of this step, as it spreads. */
export function forwards(cutover: Cutover): readonly Effect[] {
  const { step, swaps, world } = cutover;
  const track = movedBy(cutover, step);
  if (!watched(cutover) || track === null) return [];
  const position = stepPosition(step);
  const aim = towards(cutover, track, position);
  // The first attempt counts, also where its write was lost or taken back: it may have been served since.
  const firstSentAt = servedBefore(track, position) ? null : (world.sent[step] ?? null);
  return [effect(cutover, track, { ...aim, swappedAt: swaps[step] ?? null, firstSentAt })];
}

/** What a rollback put back, as it spreads: it was served before. Nothing where no swap was out. */
export function backwards(cutover: Cutover): readonly Effect[] {
  const { plan, rollback, swaps, step } = cutover;
  if (plan.policy.watch.resolvers === 'none' || rollback === null || swaps.length === 0) return [];
  const { target, delivered } = rollback;
  const track = leading(
    plan.tracks.filter(
      one =>
        one.swapped &&
        one.positions
          .slice(target + 1, stepPosition(step) + 1)
          .some((_, index) => !sameSet(dataAt(one, target + 1 + index), dataAt(one, target))),
    ),
  );
  if (track === null) return [];
  return [effect(cutover, track, { ...towards(cutover, track, target), swappedAt: delivered })];
}
