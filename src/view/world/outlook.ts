import { type Instant, type Seconds } from '../../clock.ts';
import { type Awaited, type Outlook } from '../../propagation/outlook.ts';
import { type Cause } from '../../propagation/straggler.ts';
import { type Look } from '../table.ts';
import { distanceText, isoOrNull, timeText } from '../words.ts';

/** A resolver that a share waits for. */
export interface AwaitedView {
  readonly id: string;
  /** Null: it is new by its last words, and asked again to be sure. */
  readonly cause: Cause | null;
  /** When what it was seen to hold ends; null: nothing seen tells. */
  readonly until: string | null;
  /** The least TTL that it was seen to use; null: no other than that of the servers. */
  readonly floor: Seconds | null;
  /** False while an authoritative server may hand out old again. */
  readonly final: boolean;
}

interface WaitsView {
  /** Those that decide it, the last first; three at most. Empty: it is reached, or nobody can tell. */
  readonly first: readonly AwaitedView[];
  readonly more: number;
}

/** When so much of what can tell is new, from the entries seen; null where that has no known end. */
export interface OutlookView {
  /** 50 %. */
  readonly half: string | null;
  readonly target: string | null;
  readonly worst: string | null;
  /** Who is waited for until then, and why. */
  readonly waits: Readonly<Record<'half' | 'target' | 'worst', WaitsView>>;
}

export const byTheWall = (outlook: Outlook, wall: (at: Instant) => Instant): Outlook => ({
  at: outlook.at === null ? null : wall(outlook.at),
  waits: outlook.waits.map(one => ({
    ...one,
    until: one.until === null ? null : wall(one.until),
  })),
  more: outlook.more,
});

const waitsView = ({ waits, more }: Outlook): WaitsView => ({
  first: waits.map(({ resolver, cause, until, floor, final }: Awaited) => ({
    ...{ id: resolver, cause, until: isoOrNull(until), floor, final },
  })),
  more,
});

/** The moments by the wall clock, for programs. */
export const outlookView = (
  of: Readonly<Record<'half' | 'target' | 'worst', Outlook>>,
): OutlookView => ({
  ...{ half: isoOrNull(of.half.at), target: isoOrNull(of.target.at) },
  worst: isoOrNull(of.worst.at),
  waits: {
    half: waitsView(of.half),
    target: waitsView(of.target),
    worst: waitsView(of.worst),
  },
});

const whyText = ({ cause, floor }: AwaitedView): string => {
  if (cause === null) return 'asked again to be sure';
  if (cause === 'raises TTLs' && floor !== null) return `floor ${floor} s`;
  return cause === 'waiting for its TTL' ? 'its TTL' : cause;
};

/** `nine: floor 900 s until 06:30:55`, the last; where there is no end, how many more; empty: nobody. */
function waitsText({ first, more }: WaitsView, { zone, now }: Pick<Look, 'zone' | 'now'>): string {
  const [one] = first;
  if (one === undefined) return '';
  const until = one.until === null ? null : Date.parse(one.until);
  const end =
    until === null
      ? ''
      : until <= now
        ? ', due now'
        : ` until ${timeText(until, zone).slice(11, 19)}`;
  const others = until === null ? first.length - 1 + more : 0;
  const again = one.final || until === null ? '' : ', or again';
  return `${one.id}: ${whyText(one)}${end}${again}${others === 0 ? '' : `, and ${others} more`}`;
}

const inBrackets = (text: string): string => (text === '' ? '' : ` (${text})`);

const whenText = (iso: string | null, now: number): string =>
  iso === null ? 'no known end' : `expected ${distanceText(Date.parse(iso), now)}`;

interface Wanted {
  /** 0 to 1; null: nobody can tell. */
  readonly share: number | null;
  /** Per cent. */
  readonly target: number;
  /** A swap is taken back, which waits for no share. */
  readonly back: boolean;
}

/** When a half, what is wanted and all is expected, each with the one that decides it. */
export function etaTexts(
  { half, target, worst, waits }: OutlookView,
  { share, target: percent, back }: Wanted,
  look: Pick<Look, 'zone' | 'now'>,
): readonly string[] {
  const reached = (wanted: number): boolean => share !== null && share * 100 >= wanted - 1e-9;
  const part = (name: keyof typeof waits, iso: string | null): string =>
    `${whenText(iso, look.now)}${inBrackets(waitsText(waits[name], look))}`;
  const all = reached(100) ? [] : [`all: ${part('worst', worst)}`];
  if (back) return all;
  const tellsHalf = !reached(50) && percent > 50 && half !== target;
  const first = tellsHalf ? [`50 %: ${part('half', half)}`] : [];
  const aim = reached(percent) ? 'reached' : part('target', target);
  // What one resolver decides is told once.
  if (aim !== 'reached' && target !== null && target === worst)
    return [...first, `${percent} % and all: ${aim}`];
  return [...first, `${percent} %: ${aim}`, ...all];
}
