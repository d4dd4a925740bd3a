import { type Instant, type Now } from '../clock.ts';
import { elapsed } from '../cutover/elapsed.ts';
import { type Watch } from '../cutover/news.ts';
import { type Expectation } from '../propagation/expectation.ts';
import { type Steady } from '../propagation/watched.ts';

/**
 * The clock that instants were kept by, as long as this boot lasts. After a reboot it goes on by the
 * wall clock, less what that was set by since: the instants that were kept did not move with it.
 */
export function steadyOf(known: Steady | null, { boot, wall, up }: Now): Steady {
  if (known?.boot === boot) return known;
  const set = known?.wallOffset === undefined ? 0 : known.wallOffset - known.offset;
  return { boot, offset: wall - up - set };
}

/** As it is kept at this moment. */
export const keptOf = ({ boot, offset }: Steady, { wall, up }: Now): Steady => ({
  ...{ boot, offset, wallOffset: wall - up },
});

/** What the answers are held against, on the clock of the watch. */
export function expectationOf(watch: Watch, { offset }: Steady, now: Now): Expectation {
  const instant = (moment: Now | null): Instant | null =>
    moment === null ? null : now.up + offset - elapsed(moment, now).ms;
  const { key, old, ttl, firstSentAt } = watch;
  // What was seen before a reboot was judged before it; a moment that is reckoned by a wall clock, which
  // may be wrong, makes nobody a liar.
  const sure = firstSentAt?.boot === now.boot && firstSentAt.reckoned === undefined;
  return {
    ...{ key, old, new: watch.new, ttl },
    lowSince: instant(watch.lowSince),
    swappedAt: instant(watch.swappedAt),
    firstSentAt: sure ? instant(firstSentAt) : null,
    authorityNewSince: instant(watch.authorityNewSince),
  };
}
