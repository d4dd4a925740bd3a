import { type Now } from '../../clock.ts';
import { limits } from '../../limits.ts';
import { type Minute, type WatchRecord } from '../../propagation/watched.ts';
import { wallOf } from '../propagation/rows.ts';
import { type HistoryPoint } from './stream.ts';
import { isoText } from '../words.ts';

/** The line over time of the RRset that was watched last, oldest first, thinned out where it is long. */
export function historyOf(
  { minutes, steady }: Pick<WatchRecord, 'minutes' | 'steady'>,
  now: Now,
): readonly HistoryPoint[] {
  const key = minutes.at(-1)?.key;
  const ours = minutes.filter(minute => minute.key === key);
  return thinned(ours).map(minute => pointOf(minute, wallOf(minute.at, { steady, now })));
}

function pointOf({ slice }: Minute, at: number): HistoryPoint {
  const { counts, share } = slice;
  const { new: fresh, old, mixed, other, empty, refused, silent } = counts;
  const cannotTell = empty + refused + silent;
  return { at: isoText(at), share, new: fresh, old, mixed, other, cannotTell };
}

/**
 * The first, the last, and between them the last of each of equal spans of time: where it changed fast, as
 * after a swap, no single span may take the points of all others.
 */
function thinned(minutes: readonly Minute[]): readonly Minute[] {
  const [first] = minutes;
  const last = minutes.at(-1);
  if (first === undefined || last === undefined || minutes.length <= limits.snapshotPoints)
    return minutes;
  const span = (last.at - first.at) / (limits.snapshotPoints - 2);
  const slots = new Map(minutes.map(minute => [Math.floor((minute.at - first.at) / span), minute]));
  return [first, ...[...slots.values()].filter(minute => minute !== first)];
}
