import { type Instant, type Now, type Seconds } from '../clock.ts';
import { parseAnyName } from '../dns/name.ts';
import { limits } from '../limits.ts';
import { type Cutover } from './cutover.ts';
import { elapsed, wallAfter } from './elapsed.ts';
import { covers } from './finding.ts';
import { LOW, moves, SNAPSHOT, type Track, valueAt } from './path.ts';
import { type Plan } from './plan.ts';

/** The check that speaks for the wait of an id: whoever accepts it does not wait. */
export const idSettled = 'mta-sts-id-settled';

/** The TXT that tells senders of a new MTA-STS policy (RFC 8461 3.1); it may stand below subdomains as well. */
export const isPolicyId = ({ name, type }: Pick<Track, 'name' | 'type'>): boolean =>
  type === 'TXT' && name.startsWith('_mta-sts.');

/** Whose mail a policy id is about. */
const ownerOfId = ({ name }: Pick<Track, 'name'>) => parseAnyName(name.slice('_mta-sts.'.length));

/** Records that are written, and seen everywhere, before the TTL of what is swapped is lowered. */
export const preparedOnly = ({ prepared, swapped }: Track): boolean => prepared && !swapped;

/** The id of a policy comes after everything else that is prepared (RFC 8461 3.1: the body first). */
export const idsLast = <Edited extends Pick<Track, 'name' | 'type'>>(
  edits: readonly Edited[],
): readonly Edited[] => [
  ...edits.filter(edit => !isPolicyId(edit)),
  ...edits.filter(edit => isPolicyId(edit)),
];

interface Wait {
  readonly seconds: Seconds;
  readonly why: string;
}

/**
 * How long what stood there before may still be believed, from when every address shows the new: a cached
 * answer lives for its TTL, a cached denial for the negative TTL (RFC 2308 5). Senders look at the id of a
 * policy when they have reason to; a day is a safety of ours, no rule of RFC 8461.
 */
export function prepareWait(
  { policy }: Pick<Plan, 'policy'>,
  track: Track,
  { negative, lag }: { readonly negative: Seconds; readonly lag: Seconds },
): Wait {
  const before = valueAt(track, SNAPSHOT);
  const { margin } = policy.ttl;
  if (before === null) return { seconds: negative + margin, why: 'its absence may be remembered' };
  if (!isPolicyId(track))
    return { seconds: before.ttl + margin, why: 'what stood there before may be cached' };
  const seconds = Math.max(before.ttl + lag, limits.policySettleSeconds);
  return { seconds, why: 'senders may still hold the policy of the id before' };
}

/** A prepare record, and until when caches may hold what was there before. */
export interface Prepared {
  readonly track: Track;
  readonly why: string;
  /** Null: it was not seen everywhere yet. */
  readonly until: Instant | null;
  readonly leftMs: number | null;
}

const written = (track: Track): boolean => preparedOnly(track) && moves(track, SNAPSHOT, LOW);

/** Every prepare record with its own wait, in the order in which they are written. */
export function preparedNow(cutover: Cutover, now: Now): readonly Prepared[] {
  const { plan, snapshot, prepared, clock } = cutover;
  const lag = Math.max(plan.policy.ttl.lag, snapshot?.capabilities.lag ?? 0);
  const negative = snapshot?.negative ?? 0;
  return plan.tracks.filter(written).map(track => {
    const { seconds, why } = prepareWait(plan, track, { negative, lag });
    const since = prepared[track.key];
    if (since === undefined) return { track, why, until: null, leftMs: null };
    const leftMs = Math.max(0, seconds * 1000 - elapsed(since, now).ms);
    return { track, why, until: wallAfter(since, seconds * 1000, clock), leftMs };
  });
}

/** Waits that are not over; nobody waits for an id where somebody took responsibility for that. */
export const unsettled = (cutover: Cutover, now: Now): readonly Prepared[] =>
  preparedNow(cutover, now).filter(({ track, leftMs }) => {
    if (leftMs === null || leftMs === 0) return false;
    const subject = isPolicyId(track) ? ownerOfId(track).slice(0, -1) : '';
    const about = { id: idSettled, subject };
    return !isPolicyId(track) || !cutover.accepted.some(one => covers(one, about));
  });
