import { type Instant } from '../../clock.ts';
import { type Cutover } from '../../cutover/cutover.ts';
import { type Entry } from '../../cutover/line.ts';
import { type Purpose } from '../../cutover/intent.ts';
import { foreseenOf, type Foretold } from '../../cutover/world.ts';
import { type Verdict } from '../../propagation/verdict.ts';
import { type Minute, type Watched } from '../../propagation/watched.ts';
import { type DeviationReport, deviationsOf, errorOf } from '../resolvers/calibration.ts';
import { agreementsOf } from '../history.ts';
import { isoOrNull, isoText } from '../words.ts';

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
    /** How much later it came, and that as a part of the forecast; null: nothing to compare. */
    readonly errorSeconds: number | null;
    readonly errorPercent: number | null;
  }[];
  /** Why it came otherwise than foreseen; empty: it did not, or nothing was foreseen. */
  readonly deviations: readonly DeviationReport[];
  readonly course: readonly {
    readonly at: string;
    readonly seconds: number;
    readonly share: number | null;
    readonly counts: Readonly<Record<Verdict, number>>;
    readonly flipped: number;
    readonly cold: number;
  }[];
}

/** The time in which the swap of one step spread: until the next swap, or until it was taken back. */
export interface Window {
  readonly step: number;
  readonly intent: string;
  readonly from: Instant;
  readonly to: Instant;
}

export function windowsOf(entries: readonly Entry[]): readonly Window[] {
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
  // Whoever is asked first counts for all: a share is one once as many were heard as ever were.
  const unheard = Math.min(...minutes.map(({ slice: { unasked } }) => unasked));
  const kept = minutes.find(
    ({ slice: { share, unasked } }) => unasked <= unheard && (share ?? 0) * 100 >= percent - 1e-9,
  );
  const times = [told?.line.at, kept?.at].filter(at => at !== undefined);
  return times.length === 0 ? null : Math.min(...times);
}

/** Minutes by the wall clock. */
type Minutes = readonly Pick<Minute, 'at' | 'slice'>[];

export interface SpreadGround {
  readonly cutover: Cutover;
  readonly entries: readonly Entry[];
  readonly minutes: Minutes;
  readonly watched: readonly Watched[];
  /** A moment of the wall clock on the clock of the watch. */
  readonly steady: (at: Instant) => Instant;
}

/** How the swap of one window spread. */
export function spreadOf(
  window: Window,
  { cutover, entries, minutes: all, watched, steady }: SpreadGround,
): SpreadReport {
  const minutes = all.filter(({ at }) => at >= window.from && at < window.to);
  const agreement = agreementsOf(entries).find(({ intent }) => intent === window.intent);
  const agreedAt = agreement?.agreedAt ?? null;
  const zero = agreedAt === null ? window.from : Date.parse(agreedAt);
  const told = entries.findLast(
    ({ line }) =>
      line.type === 'caches.forecast' && line.data.step === window.step && line.at < window.to,
  );
  const data = told?.line.type === 'caches.forecast' ? told.line.data : null;
  const foretold: Readonly<Record<number, number | undefined>> =
    data === null ? {} : { 50: data.p50, 95: data.p95, 100: data.worst };
  const reached = percents.map(percent => {
    const at = reachedAt(percent, { window, entries, minutes });
    const seconds = at === null ? null : secondsBetween(zero, at);
    const forecast = foretold[percent] ?? null;
    return { percent, at: isoOrNull(at), seconds, forecast, ...errorOf(forecast, seconds) };
  });
  return {
    step: cutover.plan.steps[window.step] ?? `step ${window.step + 1}`,
    swappedAt: isoText(window.from),
    agreedAt,
    forecast:
      data === null
        ? null
        : {
            ...foreseenOf(data),
            ...{ from: data.from, resolvers: data.resolvers },
          },
    reached,
    deviations:
      data === null
        ? []
        : deviationsOf({
            ...{ reached, foreseen: foreseenOf(data), watched, low: cutover.plan.policy.ttl.low },
            ...{ from: steady(window.from), to: steady(window.to) },
            lagSeconds: agreedAt === null ? null : secondsBetween(window.from, zero),
          }),
    course: some(minutes, coursePoints).map(({ at, slice: { share, counts, flipped, cold } }) => ({
      ...{ at: isoText(at), seconds: secondsBetween(zero, at), share, counts, flipped, cold },
    })),
  };
}
