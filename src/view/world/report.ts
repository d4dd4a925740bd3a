import { type Instant, type Now } from '../../clock.ts';
import { type Cutover } from '../../cutover/cutover.ts';
import { type Entry } from '../../cutover/line.ts';
import { verdictOfAll } from '../../propagation/service.ts';
import { type Cause } from '../../propagation/straggler.ts';
import { type Verdict } from '../../propagation/verdict.ts';
import { type Watched, type WatchRecord } from '../../propagation/watched.ts';
import {
  attentionOf,
  rowsOf,
  sliceOfRows,
  wallOf,
  type PropagationRow,
} from '../propagation/rows.ts';
import { type SpreadReport, spreadOf, windowsOf } from '../report/spread.ts';
import { courseOf, resolverNoun } from './aim.ts';
import { believing } from './fitness.ts';
import { isoText } from '../words.ts';

export interface SpellReport {
  readonly cause: Cause;
  readonly from: string;
  /** Null while it lasts. */
  readonly to: string | null;
  /** The end that was told last. */
  readonly told: string | null;
  /** How much later than told it ended, in seconds; negative: earlier. */
  readonly lateSeconds: number | null;
}

/** What the resolvers showed. A proxy: the senders' own are others, and weights are estimates. */
export interface WorldReport {
  readonly key: string;
  /** What the resolvers are called: an own list need not be one of public ones. */
  readonly noun: 'public resolver' | 'resolver';
  /** The swap was taken back: share and counts tell of what was before it, as the last that spread. */
  readonly back: boolean;
  /** Per cent. */
  readonly target: number;
  readonly resolvers: number;
  readonly share: number | null;
  readonly counts: Readonly<Record<Verdict, number>>;
  readonly flipped: number;
  readonly cold: number;
  readonly spread: readonly SpreadReport[];
  readonly operators: readonly {
    readonly operator: string;
    readonly resolvers: number;
    readonly new: number;
    readonly share: number | null;
  }[];
  readonly stragglers: readonly {
    readonly id: string;
    readonly operator: string;
    readonly verdict: Verdict | null;
    readonly spells: readonly SpellReport[];
  }[];
  readonly couldNotTell: readonly { readonly id: string; readonly why: string }[];
  /** New, and old again. */
  readonly regressions: readonly { readonly id: string; readonly times: number }[];
}

export interface WorldGround {
  readonly cutover: Cutover;
  readonly entries: readonly Entry[];
  readonly record: WatchRecord;
  readonly now: Now;
}

function spellsOf(
  { spells }: Watched,
  swappedAt: Instant,
  wall: (at: Instant) => Instant,
): readonly SpellReport[] {
  return spells
    .filter(({ to }) => to === null || wall(to) > swappedAt)
    .map(({ cause, from, to, until }) => {
      const late = to === null || until === null ? null : Math.round((to - until) / 1000);
      // Better explained before its end: what had been told of the first cause was not put to the test.
      const outlived = late !== null && late < 0 && spells.some(next => next.from === to);
      return {
        cause,
        from: isoText(wall(from)),
        to: to === null ? null : isoText(wall(to)),
        told: until === null ? null : isoText(wall(until)),
        lateSeconds: outlived ? null : late,
      };
    });
}

const byOperator = (rows: readonly PropagationRow[], at: Instant): WorldReport['operators'] =>
  [...new Set(rows.map(({ operator }) => operator))].sort().map(operator => {
    const own = rows.filter(row => row.operator === operator);
    const { counts, share, total } = sliceOfRows(own, at);
    return { operator, resolvers: total, new: counts.new, share };
  });

/** The story of how the world turned; null where nothing was kept. */
export function worldReport(ground: WorldGround): WorldReport | null {
  const { cutover, entries, record, now } = ground;
  const { steady, minutes } = record;
  const key = minutes.at(-1)?.key ?? record.watched[0]?.key;
  const watched = record.watched.filter(one => one.key === key);
  if (key === undefined || watched.length === 0) return null;
  const wall = (at: Instant) => wallOf(at, { steady, now });
  const course = courseOf(cutover);
  const { back, moving } = course;
  // Answers towards a set that spreads no more are no share of the one that does.
  const believed = believing(record.fitness);
  const { unfit, distrust } = believed.judgement;
  const rows = rowsOf(watched.filter(course.counts), { steady, now }).map(believed.row);
  const own = minutes
    .filter(one => one.key === key)
    .map(({ at, slice }) => ({ at: wall(at), slice }));
  const windows = windowsOf(entries);
  // What the wall clock is ahead of the clock of the watch.
  const shift = wall(0);
  const swappedAt = windows[0]?.from ?? Infinity;
  const { share, counts, flipped, cold } = sliceOfRows(rows, now.wall);
  const lags = watched
    .filter(one => !unfit.has(one.resolver.id))
    .map(one => ({
      ...{ id: one.resolver.id, operator: one.resolver.operator },
      verdict: verdictOfAll(one),
      spells: spellsOf(one, swappedAt, wall),
    }))
    .filter(({ spells }) => spells.length > 0 && swappedAt !== Infinity);
  return {
    ...{
      key,
      back,
      noun: resolverNoun(cutover),
      target: cutover.plan.policy.watch.target,
      resolvers: watched.length,
    },
    share: distrust === null && (back ? moving : windows.length > 0) ? share : null,
    ...{ counts, flipped: back ? 0 : flipped, cold: back ? 0 : cold },
    spread: windows.map(window =>
      spreadOf(window, { cutover, entries, minutes: own, watched, steady: at => at - shift }),
    ),
    operators: byOperator(rows, now.wall),
    stragglers: lags,
    couldNotTell: rows
      .filter(row => attentionOf(row) === 'cannot tell')
      .map(({ id, verdict, silence }) => ({ id, why: silence ?? verdict ?? 'not asked' })),
    regressions: watched
      .filter(({ state }) => state.regressions > 0)
      .map(({ resolver: { id }, state }) => ({ id, times: state.regressions })),
  };
}
