import { scaleLinear } from 'd3-scale';
import { area, curveMonotoneX, curveStepAfter, line } from 'd3-shape';
import { type CutoverSnapshot } from '../../view/stream/stream.ts';
import { clockText, dayText, type Here } from './moments.ts';
import { wholePercent } from './percent.ts';

/** In the units of the drawing; its width is that of its place. */
export const frame = { width: 720, height: 400, left: 48, right: 16, top: 28, bottom: 44 } as const;

/** So much room the words beside the last point take at most, on the smallest screen. */
export const valueWidth = 200;

export interface Tick {
  readonly at: number;
  readonly text: string;
}

/** A time below the drawing. */
interface TimeTick extends Tick {
  /** Where another day begins, which; null: it is that of the tick before. */
  readonly day: string | null;
}

/** The share over time as paths and marks, ready to be drawn. */
export interface Chart {
  readonly area: string;
  readonly line: string;
  /** What was foreseen before the swap, through 50 %, 95 % and all; empty: nothing was. */
  readonly foreseen: string;
  /** Where the forecast lies, by the entries seen or as it was foreseen; null: there is none. */
  readonly band: { readonly from: number; readonly to: number; readonly text: string } | null;
  readonly target: { readonly y: number; readonly text: string };
  /** The swap, or the rollback that takes it back. */
  readonly began: Tick;
  readonly now: number;
  readonly last: {
    readonly x: number;
    readonly y: number;
    readonly text: string;
    /** Below here no line runs through words that end at the last point. */
    readonly under: number;
  };
  /** What the share is of: the new set, or after a rollback those that have the old one back. */
  readonly word: 'new' | 'back';
  readonly times: readonly TimeTick[];
  readonly shares: readonly Tick[];
  /** The whole in words. */
  readonly says: string;
  readonly rows: readonly ChartRow[];
}

/** The same as a table. */
export interface ChartRow {
  readonly at: string;
  readonly clock: string;
  readonly percent: string;
  readonly turned: number;
  readonly notYet: number;
  readonly cannotTell: number;
}

interface Point {
  readonly at: number;
  readonly share: number;
}

/** When the last step was swapped, or its rollback was delivered; null: nothing moves. */
function beginning({ status: { steps, rollback } }: CutoverSnapshot): number | null {
  const swapped = steps.flatMap(({ swappedAt }) => swappedAt ?? []).at(-1) ?? null;
  const began = rollback === null ? swapped : rollback.deliveredAt;
  return began === null ? null : Date.parse(began);
}

const percentText = (share: number): string => `${String(wholePercent(share))} %`;

/** A few of many points are enough for a table. */
const tableRows = 12;

function rowsOf(snapshot: CutoverSnapshot, from: number, here: Here): readonly ChartRow[] {
  const points = snapshot.history.filter(({ at }) => Date.parse(at) >= from);
  const every = Math.max(1, Math.ceil(points.length / tableRows));
  return points
    .filter((_, index) => (points.length - 1 - index) % every === 0)
    .map(({ at, share, cannotTell, ...counts }) => ({
      ...{ at, clock: clockText(at, here, true), cannotTell, turned: counts.new },
      percent: share === null ? '–' : percentText(share),
      notYet: counts.old + counts.mixed + counts.other,
    }));
}

interface Span {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** From now to the moment that the sentence above tells; before any entry was seen, what was foreseen. */
function bandOf({ status }: CutoverSnapshot, foreseen: readonly Point[], now: number): Span | null {
  const { outlook, target } = status.propagation?.resolvers ?? {};
  const until = outlook?.target == null ? null : Date.parse(outlook.target);
  if (until !== null && until > now)
    return { from: now, to: until, text: `until ${String(target)} % are expected` };
  const [, half, most] = foreseen;
  const known = outlook != null || half === undefined || most === undefined;
  return known ? null : { from: half.at, to: most.at, text: 'forecast, from 50 % to 95 %' };
}

interface Ends {
  readonly began: number;
  readonly points: readonly Point[];
  readonly foreseen: readonly Point[];
  readonly band: Span | null;
  readonly now: number;
}

/** From a little before the swap to now or the end of the forecast, whichever is later. */
function domainOf({ began, points, foreseen, band, now }: Ends): readonly [number, number] {
  const p95 = foreseen[2]?.at ?? now;
  const heard = points.at(-1)?.at ?? now;
  const last = Math.max(heard, Math.min(now, began + 86_400_000), p95, band?.to ?? 0);
  const span = Math.max(60_000, last - began);
  return [began - span * 0.06, began + span * 1.04];
}

function foreseenOf({ status }: CutoverSnapshot, began: number): readonly Point[] {
  const expected = status.propagation?.resolvers?.expected ?? null;
  if (expected === null || status.rollback !== null) return [];
  const at = (seconds: number): number => began + seconds * 1000;
  return [
    { at: began, share: 0 },
    { at: at(expected.p50), share: 0.5 },
    { at: at(expected.p95), share: 0.95 },
    { at: at(expected.worst), share: 1 },
  ];
}

/** What a clock counts in, in seconds. A scale of times would bring formats and colours along that nobody needs. */
const steps: readonly number[] = [
  ...[10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400],
];

/** Whole minutes or hours within a span, eight at most. */
function timesIn([from, to]: readonly [number, number]): readonly number[] {
  const step = 1000 * (steps.find(one => to - from <= one * 8000) ?? 604_800);
  const first = Math.ceil(from / step) * step;
  const count = Math.max(0, Math.floor((to - first) / step) + 1);
  return Array.from({ length: Math.min(count, 9) }, (_, index) => first + index * step);
}

/** What stands below the drawing: clocks alone, since dates beside them would lie over each other. */
function timeTicks(
  instants: readonly number[],
  {
    began,
    x,
    here,
  }: { readonly began: number; readonly x: (at: number) => number; readonly here: Here },
): readonly TimeTick[] {
  return instants.map((at, index) => {
    const day = dayText(at, here);
    return {
      at: tenth(x(at)),
      text: clockText(new Date(at).toISOString(), { now: at, zone: here.zone }),
      day: day === dayText(instants[index - 1] ?? began, here) ? null : day,
    };
  });
}

/** Finer than that nobody sees. */
const tenth = (value: number): number => Math.round(value * 10) / 10;

export const turnedWords: Readonly<Record<Chart['word'], string>> = {
  new: 'answer new',
  back: 'have the old MX back',
};

/** Null while nothing moves, or nothing was kept of it. */
export function chartOf(snapshot: CutoverSnapshot, here: Here): Chart | null {
  const began = beginning(snapshot);
  const { resolvers } = snapshot.status.propagation ?? { resolvers: null };
  if (began === null || resolvers === null) return null;
  const heard = snapshot.history.flatMap(({ at, share }): readonly Point[] =>
    share === null || Date.parse(at) < began ? [] : [{ at: Date.parse(at), share }],
  );
  const { share, target, back } = resolvers;
  const points = [...heard, ...(share === null ? [] : [{ at: here.now, share }])];
  const foreseen = foreseenOf(snapshot, began);
  const latest = points.at(-1);
  if (latest === undefined) return null;
  const span = bandOf(snapshot, foreseen, here.now);
  const domain = domainOf({ began, points, foreseen, band: span, now: here.now });
  const x = scaleLinear(domain, [frame.left, frame.width - frame.right]);
  const y = scaleLinear([0, 1], [frame.height - frame.bottom, frame.top]);
  const drawn = [{ at: began, share: 0 }, ...points];
  const px = (point: Point): number => tenth(x(point.at));
  const py = (point: Point): number => tenth(y(point.share));
  const word = back ? 'back' : 'new';
  const near = drawn.filter((_, index) => {
    const next = drawn[index + 1];
    return next === undefined || px(next) > px(latest) - valueWidth;
  });
  const under = Math.max(...near.map(py));
  return {
    area: area<Point>(px, y(0), py).curve(curveStepAfter)(drawn) ?? '',
    line: line<Point>(px, py).curve(curveStepAfter)(drawn) ?? '',
    foreseen: line<Point>(px, py).curve(curveMonotoneX)(foreseen) ?? '',
    band:
      span === null ? null : { from: tenth(x(span.from)), to: tenth(x(span.to)), text: span.text },
    target: { y: tenth(y(target / 100)), text: `${target} %` },
    began: { at: tenth(x(began)), text: back ? 'rollback' : 'swap' },
    now: tenth(x(here.now)),
    last: { x: px(latest), y: py(latest), text: percentText(latest.share), under },
    ...{ word, times: timeTicks(timesIn(domain), { began, x, here }) },
    shares: [0, 0.25, 0.5, 0.75, 1].map(one => ({ at: tenth(y(one)), text: `${one * 100}` })),
    says: `Since ${clockText(new Date(began).toISOString(), here)} the share of resolvers that ${turnedWords[word]} has come to ${percentText(latest.share)}; ${target} % are waited for.`,
    rows: rowsOf(snapshot, began, here),
  };
}
