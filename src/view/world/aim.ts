import { type Cutover } from '../../cutover/cutover.ts';
import { due } from '../../cutover/course.ts';
import { type Watch } from '../../cutover/news.ts';
import { stepPosition, valueAt } from '../../cutover/path.ts';
import { keyText } from '../../dns/rrset.ts';
import { type Watched } from '../../propagation/watched.ts';

/** What the resolvers are expected to turn to at this moment. */
export interface Course {
  /** `keyText` of the RRset that is watched; null: no watch is due. */
  readonly key: string | null;
  /** Whether anybody can lag: before the swap everybody rightly says old. */
  readonly moving: boolean;
  /** It spreads what was before: a swap was taken back. */
  readonly back: boolean;
  /** Whether what was kept of a resolver is an answer to the question of now. */
  readonly counts: (one: Watched) => boolean;
}

/** What is to be watched now; null when nothing is. */
const watchOf = (cutover: Cutover): Watch | null => {
  const effect = due(cutover).find(one => one.do === 'watch');
  return effect?.do === 'watch' ? effect.watch : null;
};

/** True of what is shipped, less whom it leaves out; anything else is a file of somebody's own. */
const isShipped = (list: string): boolean =>
  list.split(',').every(part => part.startsWith('-') || /^(?:default|core|none)$/.test(part));

/** What the resolvers of a plan are called: those of an own list need not be public. */
export const resolverNoun = ({ plan }: Pick<Cutover, 'plan'>): 'public resolver' | 'resolver' =>
  isShipped(plan.policy.watch.resolvers) ? 'public resolver' : 'resolver';

/** Where the set that spreads stands on the paths; null where nothing new can honestly be answered. */
function positionSpread({ stage, step, swaps, rollback }: Cutover): number | null {
  if (stage !== 'rollback') return swaps[step] === undefined ? null : stepPosition(step);
  if (rollback?.delivered == null || swaps.length === 0) return null;
  return rollback.target;
}

/** The set that is to become new everywhere; null while nothing new can honestly be answered. */
export function spreadSet(cutover: Cutover, key: string): readonly string[] | null {
  const position = positionSpread(cutover);
  const track = cutover.plan.tracks.find(one => one.key === key);
  if (position === null || track === undefined) return null;
  return valueAt(track, position)?.rdata ?? [];
}

/** The same as the state of a resolver names it; null: any will do. */
function aimFor(cutover: Cutover, key: string): string | null {
  const set = spreadSet(cutover, key);
  return set === null ? null : JSON.stringify(set);
}

/**
 * The course of the resolvers. What one answered before the swap, or towards another set, says nothing of
 * now; who refused is asked no more, whatever spreads.
 */
export function courseOf(cutover: Cutover): Course {
  const watch = watchOf(cutover);
  const back = cutover.stage === 'rollback' && cutover.swaps.length > 0;
  const moving = watch === null ? positionSpread(cutover) !== null : watch.mode === 'watch';
  const wanted = (key: string): string | null => {
    if (watch === null) return aimFor(cutover, key);
    return watch.new === null ? null : JSON.stringify(watch.new);
  };
  return {
    ...{ key: watch === null ? null : keyText(watch.key), moving, back },
    counts: ({ key, state }) => {
      const aim = wanted(key);
      return aim === null || state.refused || state.aim === aim;
    },
  };
}
