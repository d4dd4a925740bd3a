import { type Cutover } from '../cutover/cutover.ts';
import { nextWave, type Member, type NextWave, type Waves } from '../cutover/wave.ts';
import { type Instant } from '../clock.ts';
import { displayName } from '../dns/name.ts';
import { shown, table, wrap, type Cell, type Look } from './table.ts';
import { commandText, count, durationText, isoOrNull, isoText, timeText } from './words.ts';

/** One domain of the waves as it would be, or is, moved. */
export interface WaveRow {
  readonly member: Member;
  /** From 0. */
  readonly wave: number;
  readonly cutover: Cutover | null;
  /** Null: there is no plan, see `problem`. */
  readonly hash: string | null;
  /** Findings that keep it from being started. */
  readonly blockers: readonly string[];
  readonly problem: string | null;
}

/** The waves as programs read them. Additive changes only. */
export interface WaveView {
  /** Covers the waves and every plan; null where one of them has no plan, or nobody planned. */
  readonly hash: string | null;
  readonly waves: Omit<Waves, 'canary'> & { readonly canary: readonly string[] };
  readonly next: {
    readonly is: NextWave['is'];
    readonly what: string;
    /** When the next wave begins, where only that is waited for. */
    readonly at: string | null;
  };
  readonly domains: readonly {
    /** From 1. */
    readonly wave: number;
    readonly domain: string;
    readonly state: Member['standing'];
    readonly id: string | null;
    readonly stage: string | null;
    readonly hash: string | null;
    readonly swapped: string | null;
    readonly blockers: readonly string[];
    /** Why it has failed, or cannot be planned; empty otherwise. */
    readonly why: string;
  }[];
}

/** What is awaited, or why nothing is started, in one line. */
export function nextWaveText(next: NextWave, momentText: (at: Instant) => string): string {
  switch (next.is) {
    case 'start':
      return `wave ${next.wave + 1} starts: ${next.domains.map(displayName).join(', ')}`;
    case 'wait':
      return next.until === null
        ? `wave ${next.wave + 1} waits for those that are on their way`
        : `wave ${next.wave + 1} begins ${momentText(next.until)}`;
    case 'stopped': {
      const failed = next.failed.map(({ domain, why }) => `${displayName(domain)} (${why})`);
      return `nothing new is started, because of ${failed.join(', ')}`;
    }
    case 'through':
      return 'nobody is left to be started';
  }
}

export function waveView(
  { waves, rows, hash }: { waves: Waves; rows: readonly WaveRow[]; hash: string | null },
  now: Instant,
): WaveView {
  const next = nextWave({ waves, members: rows.map(({ member }) => member), now });
  const at = next.is === 'wait' ? next.until : null;
  return {
    hash,
    waves: { ...waves, canary: waves.canary.map(displayName) },
    next: { is: next.is, what: nextWaveText(next, isoText), at: isoOrNull(at) },
    domains: rows
      .toSorted((one, other) => one.wave - other.wave)
      .map(({ member, wave, cutover, hash: own, blockers, problem }) => ({
        wave: wave + 1,
        domain: displayName(member.domain),
        state: member.standing,
        id: cutover?.id ?? null,
        stage: cutover?.stage ?? null,
        hash: own,
        swapped: isoOrNull(member.swapped),
        blockers,
        why: problem ?? member.why,
      })),
  };
}

const words: Record<Member['standing'], string> = {
  'to-come': 'to come',
  moving: 'moving',
  over: 'moved, settling',
  done: 'done',
  failed: 'FAILED',
};

function rowText(row: WaveView['domains'][number], look: Look): readonly (string | Cell)[] {
  const { paint } = look;
  const colour = { 'to-come': paint.dim, moving: paint.cyan, over: paint.green, done: paint.green };
  const blocked =
    row.blockers.length === 0
      ? ''
      : `${count(row.blockers.length, 'blocker')}: ${row.blockers.join(', ')}`;
  const stage = row.stage === null || row.state === 'done' ? '' : `stage ${row.stage}`;
  return [
    String(row.wave),
    shown(row.domain, look),
    {
      text: words[row.state],
      paint: row.state === 'failed' ? paint.red : colour[row.state],
    },
    row.hash ?? '-',
    shown([row.why, blocked, stage].filter(text => text !== '').join('; '), look),
  ];
}

/** The waves for people: who is in which, how far each is, and what comes next. */
export function waveText(view: WaveView, look: Look): string {
  const { waves, hash, next, domains } = view;
  const title = ['WAVE', 'DOMAIN', 'STATE', 'PLAN', ''].map((text): Cell => ({
    text,
    paint: look.paint.dim,
  }));
  const canary = waves.canary.length === 0 ? '' : `${count(waves.canary.length, 'canary', 's')}, `;
  const at = next.at === null ? null : timeText(Date.parse(next.at), look.zone);
  const shares = waves.shares.map(share => `${share} %`).join(', ');
  const failing = waves.stopOnFailure ? 'nothing new after a failure' : 'going on after a failure';
  const settings = `${count(domains.length, 'domain')}: ${canary}then ${shares} of the others; ${waves.concurrency} at once, ${durationText(waves.wait * 1000)} between waves; ${failing}`;
  const what = at === null || next.at === null ? next.what : next.what.replace(next.at, at);
  return [
    ...wrap(settings, look.width),
    '',
    ...table([title, ...domains.map(row => rowText(row, look))], { width: look.width }),
    '',
    ...wrap(shown(what, look), look.width),
    ...(hash === null ? [] : [`hash of the whole: ${hash}`]),
    ...(hash === null || next.is === 'through'
      ? []
      : [`start it: ${commandText('wave', 'start', '--plan-hash', hash)}`]),
  ].join('\n');
}
