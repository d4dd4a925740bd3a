import { type Now } from '../clock.ts';
import { type Cutover } from './cutover.ts';
import { type Line } from './line.ts';
import { type Distrusted, type Foreseen } from './news.ts';

/**
 * What follows from the resolvers for the stage propagate. `waiting`: not enough is new, somebody is
 * unexplained, or nobody was heard since this watch began. `ready`: they do not keep it from going on.
 * `cannot-tell`: less than half could say anything. `nobody`: the list is empty.
 */
export type Judged = 'waiting' | 'ready' | 'cannot-tell' | 'nobody';

/** When the world was expected to turn, counted from the moment when every authoritative server has. */
export interface Foretold extends Foreseen {
  /** 0-based. */
  readonly step: number;
  /** From the answers before the swap, or from the first after it. */
  readonly from: 'baseline' | 'watch';
  readonly resolvers: number;
}

/** A forecast without whatever stands beside it. */
export const foreseenOf = ({ p50, p95, worst, makers, unsure, blind }: Foreseen): Foreseen => ({
  ...{ p50, p95, worst },
  ...(makers !== undefined && { makers }),
  ...(unsure !== undefined && { unsure }),
  ...(blind !== undefined && { blind }),
});

/** What was told of the resolvers: as much of it as decisions need, never each of their news. */
export interface World {
  readonly judged: Judged;
  /** Since when; null: nothing was judged since this watch began. */
  readonly since: Now | null;
  /** What it was judged from last; null: nothing was since this watch began. */
  readonly heard: {
    readonly ableToTell: number | null;
    readonly total: number;
    readonly counts: Readonly<Record<string, number>>;
    readonly distrust?: Distrusted;
  } | null;
  /** As told last, 0 to 1; null: nothing was told since this watch began. */
  readonly share: number | null;
  /** The highest milestone that was told since this watch began, in per cent. */
  readonly milestone: number | null;
  readonly forecast: Foretold | null;
  /** An entry that the drain waits for: when it was told of, and how long it lived on from then. */
  readonly entry: {
    readonly resolver: string;
    readonly leftMs: number;
    /** It lives on when the drain has waited for as long as it does for any resolver. */
    readonly outlives: boolean;
    readonly seen: Now;
  } | null;
  /** How the last wait for resolvers ended; null: none has. */
  readonly spread: 'target' | 'at-most' | 'bound' | null;
  /** When each step was first about to be written, in whatever attempt: nobody could answer it before. */
  readonly sent: readonly Now[];
}

export const untold: World = {
  judged: 'waiting',
  since: null,
  heard: null,
  share: null,
  milestone: null,
  forecast: null,
  entry: null,
  spread: null,
  sent: [],
};

/** Another watch begins: what the one before it told is no news of this one. */
const begun = (world: World): World => ({
  ...world,
  judged: 'waiting',
  since: null,
  heard: null,
  share: null,
  milestone: null,
});

/** What a line changes in what was told of the resolvers; null when it changes nothing. */
export function worldAfter(cutover: Cutover, line: Line): World | null {
  const { world } = cutover;
  switch (line.type) {
    case 'caches.forecast': {
      const { step, from, resolvers } = line.data;
      return { ...world, forecast: { step, from, ...foreseenOf(line.data), resolvers } };
    }
    case 'caches.milestone':
      return { ...world, milestone: line.data.milestone, share: line.data.share };
    case 'caches.judged': {
      const { judged, share, ableToTell, total, counts, distrust, now: since } = line.data;
      const heard = { ableToTell, total, counts, ...(distrust && { distrust }) };
      return { ...world, judged, since, share, heard };
    }
    case 'caches.entry': {
      const { resolver, leftMs, outlives, now: seen } = line.data;
      return { ...world, entry: { resolver, leftMs, outlives, seen } };
    }
    case 'caches.propagated':
      return { ...world, share: line.data.share, spread: line.data.why };
    case 'stage.entered': {
      const { stage, step, now } = line.data;
      // The drain begins anew, and with it the baseline.
      if (stage === 'lower') return { ...untold, sent: world.sent };
      if (stage === 'swap' && step === world.sent.length)
        return { ...world, sent: [...world.sent, now] };
      return stage === 'propagate' || stage === 'rollback' ? begun(world) : null;
    }
    case 'rollback.asked':
      return begun(world);
    case 'rollback.withdrawn':
      return { ...begun(world), forecast: null };
    // Who was ready by what others saw, or before a server turned back, must say so again.
    case 'owner.changed':
      return { ...world, judged: 'waiting' };
    case 'authority.seen':
      return world.judged === 'cannot-tell' ? null : { ...world, judged: 'waiting' };
    case 'hold.lifted':
      return line.data.by === 'retry' ? { ...world, judged: 'waiting' } : null;
    default:
      return null;
  }
}
