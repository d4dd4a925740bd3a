import { type Now } from '../clock.ts';
import { limits } from '../limits.ts';
import { type Cutover } from './cutover.ts';
import { proof, entryCap } from './drain.ts';
import { elapsed } from './elapsed.ts';
import { type Event } from './event.ts';
import { type LineBody } from './lines.ts';
import { type Foreseen, type News } from './news.ts';
import { watched } from './watching.ts';
import { type Foretold, type Judged } from './world.ts';

/** Shares in per cent that are worth a line. */
const milestones: readonly number[] = [1, 25, 50, 75, 90, 95, 99, 100];

// Weights are sums of fractions: a hair's breadth below is there.
const reaches = (share: number, percent: number): boolean => share * 100 >= percent - 1e-9;

/** Under half able to tell a share says nothing; a little more is wanted before it says something again. */
const ableEnough = { still: 0.5, again: 0.6 };

/** So far may the share fall below the target before it counts as missed again. */
const slackPercent = 1;

/** Since when this step has been spreading. */
export const sinceSwap = ({ swaps, step, entered }: Cutover): Now => swaps[step] ?? entered;

/** Is the longest wait for resolvers and late servers over? */
export const atMostOver = (cutover: Cutover, now: Now): boolean =>
  elapsed(sinceSwap(cutover), now).ms >= cutover.plan.policy.watch.atMost * 1000;

/** Can so many tell that their share says something? */
const able = ({ share, ableToTell }: News, least: number): boolean =>
  share !== null && (ableToTell ?? 0) >= least;

/** What the news mean for the stage propagate. */
function judge(cutover: Cutover, news: News): Judged {
  const { plan, world } = cutover;
  const { complete, total, share, unexplained } = news;
  if (!complete) {
    // As long as some were not heard nobody is ready, and it is not known yet that most can tell again.
    const stays = world.judged === 'cannot-tell' || (world.judged === 'nobody' && total === 0);
    return stays ? world.judged : 'waiting';
  }
  if (total === 0) return 'nobody';
  const least = world.judged === 'cannot-tell' ? ableEnough.again : ableEnough.still;
  if (share === null || !able(news, least)) return 'cannot-tell';
  // What is ready stays so while one resolver more or less turns back.
  const target = plan.policy.watch.target - (world.judged === 'ready' ? slackPercent : 0);
  return reaches(share, target) && unexplained === 0 ? 'ready' : 'waiting';
}

function judged(cutover: Cutover, news: News, now: Now): readonly LineBody[] {
  const is = judge(cutover, news);
  if (is === cutover.world.judged) return [];
  const { share, ableToTell, unexplained, total, counts, distrust } = news;
  const more = distrust && { distrust };
  const data = { judged: is, share, ableToTell, unexplained, total, counts, ...more, now };
  return [{ type: 'caches.judged', data }];
}

/** Whoever is asked first counts for all: a share is worth a line once everybody was heard. */
function milestone(cutover: Cutover, news: News, now: Now): readonly LineBody[] {
  const { complete, share, counts, flipped, cold } = news;
  if (!complete || share === null || !able(news, ableEnough.still)) return [];
  const passed = milestones.findLast(one => reaches(share, one));
  if (passed === undefined || passed <= (cutover.world.milestone ?? 0)) return [];
  const data = { milestone: passed, share, counts, flipped, cold, now };
  return [{ type: 'caches.milestone', data }];
}

function forecast(
  { world, step }: Cutover,
  { from, news }: { readonly from: Foretold['from']; readonly news: News },
  now: Now,
): readonly LineBody[] {
  if (!news.complete || news.forecast === null) return [];
  const known = world.forecast?.step === step ? world.forecast : null;
  if (known !== null && !(from === 'baseline' && isBetterKnown(news.forecast, known))) return [];
  const data = { step, from, ...news.forecast, resolvers: news.total, now };
  return [{ type: 'caches.forecast', data }];
}

/** Before the swap habits may still be learnt, as by a canary: then the forecast is told again. */
const isBetterKnown = (made: Foreseen, known: Foreseen): boolean =>
  (made.unsure ?? 0) < (known.unsure ?? 0) ||
  Math.abs(made.worst - known.worst) * 10 > Math.max(made.worst, known.worst);

/**
 * An entry that lives on when the drain would be over, our own questions' included: the proof is extended.
 * Told again when a longer one is found, and no more once the proof is as long as it can get.
 */
function entry(cutover: Cutover, news: News, now: Now): readonly LineBody[] {
  const proven = proof(cutover, now);
  const { entry: found } = news;
  if (proven === null || found === null || found.leftMs <= proven.leftMs) return [];
  const { entry: known } = cutover.world;
  const knownMs = known === null ? 0 : known.leftMs - elapsed(known.seen, now).ms;
  const capMs = entryCap(cutover, now);
  if (knownMs >= capMs || found.leftMs <= knownMs) return [];
  const { resolver, leftMs } = found;
  return [{ type: 'caches.entry', data: { resolver, leftMs, outlives: leftMs > capMs, now } }];
}

/** What the resolvers say: a line only when a decision changes, or a milestone is passed. */
export function newsLines(cutover: Cutover, news: News, now: Now): readonly LineBody[] {
  if (!watched(cutover) || cutover.ending !== null) return [];
  switch (cutover.stage) {
    case 'drain':
      return [...forecast(cutover, { from: 'baseline', news }, now), ...entry(cutover, news, now)];
    case 'propagate':
      return [
        ...forecast(cutover, { from: 'watch', news }, now),
        ...milestone(cutover, news, now),
        ...judged(cutover, news, now),
      ];
    case 'sweep':
      return milestone(cutover, news, now);
    case 'rollback':
      return cutover.rollback?.phase === 'mx' ? [] : milestone(cutover, news, now);
    default:
      return [];
  }
}

/** A hold because nobody could tell ends when half can, or when there is no more waiting for them. */
export function ableAgain(cutover: Cutover, event: Event, now: Now): readonly LineBody[] {
  if (cutover.hold?.why !== 'resolvers-cannot-tell') return [];
  const told =
    event.type === 'news' && event.news.complete && judge(cutover, event.news) !== 'cannot-tell';
  if (!told && !atMostOver(cutover, now)) return [];
  return [{ type: 'hold.lifted', data: { by: 'cause gone', reason: null } }];
}

/** When a person is asked why so few can tell; null: there is no cause to. */
export const unableSince = ({ world }: Cutover): Now | null =>
  world.judged === 'cannot-tell' ? world.since : null;

/** Too few can tell, and have not for a while: somebody must know, as long as there is time to wait. */
export function unableHold(cutover: Cutover, now: Now): readonly LineBody[] {
  const { heard } = cutover.world;
  const since = unableSince(cutover);
  if (since === null || !watched(cutover) || atMostOver(cutover, now)) return [];
  if (elapsed(since, now).ms < limits.cannotTellMs) return [];
  const known = heard ?? { ableToTell: null, total: 0, counts: {} };
  const reason = { why: 'resolvers-cannot-tell', ...known } as const;
  return [{ type: 'held', data: { reason } }];
}

/** Why the stage propagate may end as far as resolvers are concerned; null: it waits for them. */
export function spread(cutover: Cutover, now: Now): 'target' | 'at-most' | 'bound' | null {
  const { judged: is } = cutover.world;
  if (is === 'ready') return 'target';
  if (is === 'nobody') return 'bound';
  return atMostOver(cutover, now) ? 'at-most' : null;
}

/** What is told when the stage ends: of all that decided, the news at hand say most. */
export function propagated(
  cutover: Cutover,
  { event, why }: { readonly event: Event; readonly why: 'target' | 'at-most' | 'bound' },
  now: Now,
): LineBody {
  const { step, world } = cutover;
  const news = event.type === 'news' && event.news.complete ? event.news : null;
  // What was told last of a share holds only as long as it decided.
  const told =
    news === null
      ? { share: why === 'target' ? world.share : null, counts: null, laggards: null }
      : { share: news.share, counts: news.counts, laggards: news.laggards };
  return { type: 'caches.propagated', data: { step, why, ...told, now } };
}
