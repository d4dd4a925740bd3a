import { type Instant, type Now } from '../clock.ts';
import { elapsed } from '../cutover/elapsed.ts';
import { type Watch } from '../cutover/news.ts';
import { type Expectation } from '../propagation/expectation.ts';
import { type Steady } from '../propagation/watched.ts';

/** The clock that instants were kept by, as long as this boot lasts; else a new one. */
export function steadyOf(known: Steady | null, { boot, wall, up }: Now): Steady {
  return known?.boot === boot ? known : { boot, offset: wall - up };
}

/** What the answers are held against, on the clock of the watch. */
export function expectationOf(watch: Watch, { offset }: Steady, now: Now): Expectation {
  const instant = (moment: Now | null): Instant | null =>
    moment === null ? null : now.up + offset - elapsed(moment, now).ms;
  const { key, old, ttl } = watch;
  return {
    ...{ key, old, new: watch.new, ttl },
    lowSince: instant(watch.lowSince),
    swappedAt: instant(watch.swappedAt),
    firstSentAt: instant(watch.firstSentAt),
    authorityNewSince: instant(watch.authorityNewSince),
  };
}
