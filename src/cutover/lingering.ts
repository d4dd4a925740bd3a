import { type Now } from '../clock.ts';
import { type Cutover } from './cutover.ts';
import { type LineBody } from './lines.ts';

/**
 * A person goes on after a conflict. What somebody else had put in the place of a set that moves was served
 * until now, as far as anybody knows: where its TTL is longer than the low one, another attempt waits for that.
 * Before the first swap the drain begins anew instead.
 */
export function lingering({ hold, plan, swaps }: Cutover, now: Now): readonly LineBody[] {
  if (swaps.length === 0 || hold?.why !== 'conflict') return [];
  const [longest] = hold.differences
    .filter(({ key }) => plan.tracks.some(track => track.swapped && track.key === key))
    .map(({ key, source: server, found }) => ({ key, server, ttl: found?.ttl ?? 0 }))
    .filter(({ ttl }) => ttl > plan.policy.ttl.low)
    .toSorted((one, other) => other.ttl - one.ttl);
  return longest === undefined ? [] : [{ type: 'ttl.lingers', data: { ...longest, now } }];
}
