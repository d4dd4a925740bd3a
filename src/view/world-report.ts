import { type Instant, type Now } from '../clock.ts';
import { type Cutover } from '../cutover/cutover.ts';
import { type Entry } from '../cutover/line.ts';
import { type Purpose } from '../cutover/intent.ts';
import { type Foretold } from '../cutover/world.ts';
import { verdictOfAll } from '../propagation/service.ts';
import { type Cause } from '../propagation/straggler.ts';
import { type Verdict } from '../propagation/verdict.ts';
import { type Minute, type Watched, type WatchRecord } from '../propagation/watched.ts';
import { agreementsOf } from './history.ts';
import {
  attentionOf,
  rowsOf,
  sliceOfRows,
  wallOf,
  type PropagationRow,
} from './propagation-rows.ts';
import { courseOf, resolverNoun } from './world-aim.ts';
import { isoOrNull, isoText } from './words.ts';

/** How the swap of one step spread, as far as resolvers show it. */
export interface SpreadReport {
  readonly step: string;
  readonly swappedAt: string;
  /** When every authoritative address showed it; what follows is counted from there. */
  readonly agreedAt: string | null;
  /** What was told before; seconds. */
  readonly forecast: Omit<Foretold, 'step'> | null;
  /** When so many per cent were reached first; `seconds` after the servers agreed. */
  readonly reached: readonly {
    readonly percent: number;
    readonly at: string | null;
    readonly seconds: number | null;
    /** What the forecast said; null where it said nothing of that share. */
    readonly forecast: number | null;
  }[];
  readonly course: readonly {
    readonly at: string;
    readonly seconds: number;
    readonly share: number | null;
    readonly counts: Readonly<Record<Verdict, number>>;
    readonly flipped: number;
    readonly cold: number;
  }[];
}

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

/** The time in which the swap of one step spread: until the next swap, or until it was taken back. */
interface Window {
  readonly step: number;
  readonly intent: string;
  readonly from: Instant;
  readonly to: Instant;
}

function windowsOf(entries: readonly Entry[]): readonly Window[] {
  const windows: Window[] = [];
  const purposes = new Map<string, Purpose>();
  let swap: { readonly intent: string; readonly at: Instant } | null = null;
  const close = (at: Instant) => {
    const last = windows.pop();
    if (last !== undefined) windows.push({ ...last, to: Math.min(last.to, at) });
  };
  for (const { line } of entries) {
    if (line.type === 'write.intended') purposes.set(line.data.intent.id, line.data.intent.purpose);
    if (line.type === 'write.confirmed' && purposes.get(line.data.intent) === 'swap') {
      close(line.at);
      swap = { intent: line.data.intent, at: line.at };
    }
    if (line.type === 'rollback.asked') close(line.at);
    if (line.type === 'stage.entered' && line.data.stage === 'propagate' && swap !== null)
      windows.push({ step: line.data.step, intent: swap.intent, from: swap.at, to: Infinity });
  }
  return windows;
}

const percents = [50, 90, 95, 99, 100];
const coursePoints = 12;

/** Some of many, evenly, the last always. */
const some = <T>(all: readonly T[], most: number): readonly T[] =>
  all.length <= most
    ? all
    : Array.from({ length: most }, (_, index) =>
        Math.round((index * (all.length - 1)) / (most - 1)),
      ).flatMap(index => all.slice(index, index + 1));

const secondsBetween = (from: Instant, to: Instant): number =>
  Math.max(0, Math.round((to - from) / 1000));

/** When a share was first reached: by the journal, else by the minutes that were kept. */
function reachedAt(
  percent: number,
  { window, entries, minutes }: { window: Window; entries: readonly Entry[]; minutes: Minutes },
): Instant | null {
  const told = entries.find(
    ({ line }) =>
      line.type === 'caches.milestone' &&
      line.at >= window.from &&
      line.at < window.to &&
      line.data.milestone >= percent,
  );
  const kept = minutes.find(({ slice: { share } }) => (share ?? 0) * 100 >= percent - 1e-9);
  const times = [told?.line.at, kept?.at].filter(at => at !== undefined);
  return times.length === 0 ? null : Math.min(...times);
}

/** Minutes by the wall clock. */
type Minutes = readonly Pick<Minute, 'at' | 'slice'>[];

function spreadOf(window: Window, all: Minutes, { cutover, entries }: WorldGround): SpreadReport {
  const minutes = all.filter(({ at }) => at >= window.from && at < window.to);
  const agreement = agreementsOf(entries).find(({ intent }) => intent === window.intent);
  const agreedAt = agreement?.agreedAt ?? null;
  const zero = agreedAt === null ? window.from : Date.parse(agreedAt);
  const told = entries.findLast(
    ({ line }) =>
      line.type === 'caches.forecast' && line.data.step === window.step && line.at < window.to,
  );
  const data = told?.line.type === 'caches.forecast' ? told.line.data : null;
  const forecast: Readonly<Record<number, number | undefined>> =
    data === null ? {} : { 50: data.p50, 95: data.p95, 100: data.worst };
  return {
    step: cutover.plan.steps[window.step] ?? `step ${window.step + 1}`,
    swappedAt: isoText(window.from),
    agreedAt,
    forecast:
      data === null
        ? null
        : {
            ...{ from: data.from, p50: data.p50, p95: data.p95, worst: data.worst },
            resolvers: data.resolvers,
          },
    reached: percents.map(percent => {
      const at = reachedAt(percent, { window, entries, minutes });
      const seconds = at === null ? null : secondsBetween(zero, at);
      return { percent, at: isoOrNull(at), seconds, forecast: forecast[percent] ?? null };
    }),
    course: some(minutes, coursePoints).map(({ at, slice: { share, counts, flipped, cold } }) => ({
      ...{ at: isoText(at), seconds: secondsBetween(zero, at), share, counts, flipped, cold },
    })),
  };
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
  const rows = rowsOf(watched.filter(course.counts), { steady, now });
  const own = minutes
    .filter(one => one.key === key)
    .map(({ at, slice }) => ({ at: wall(at), slice }));
  const windows = windowsOf(entries);
  const swappedAt = windows[0]?.from ?? Infinity;
  const { share, counts, flipped, cold } = sliceOfRows(rows, now.wall);
  const lags = watched
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
    share: (back ? moving : windows.length > 0) ? share : null,
    ...{ counts, flipped: back ? 0 : flipped, cold: back ? 0 : cold },
    spread: windows.map(window => spreadOf(window, own, ground)),
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
