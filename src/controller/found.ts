import { type Cutover } from '../cutover/cutover.ts';
import { type Difference } from '../cutover/intent.ts';
import { positionsOf } from '../cutover/path.ts';
import { type Change } from '../dns/change.ts';
import { type HostedRRset, type Key, keyOf, keyText, sameRRset } from '../dns/rrset.ts';
import { Fault } from '../errors.ts';

export const keyOfChange = ({ before, after }: Change): Key => {
  const rrset = after ?? before;
  if (rrset === null) throw new Fault('BUG', 'a change from nothing to nothing');
  return keyOf(rrset);
};

/** One RRset of an intent, and what the provider holds of it now. */
export interface Found {
  readonly change: Change;
  readonly hosted: HostedRRset | null;
}

export type Picture = 'after' | 'before' | 'mixed' | 'earlier' | 'foreign';

/** What the zone shows, seen from the intent and the path. */
export function picture(cutover: Cutover, found: readonly Found[]): Picture {
  const each = found.flatMap(({ change, hosted }): Picture | [] => {
    const value = hosted?.rrset ?? null;
    // A change that changes nothing is a verification: being so, it is before and after at once.
    if (sameRRset(value, change.after)) return sameRRset(value, change.before) ? [] : 'after';
    if (sameRRset(value, change.before)) return 'before';
    const track = cutover.plan.tracks.find(({ key }) => key === keyText(keyOfChange(change)));
    return track !== undefined && positionsOf(track, value).length > 0 ? 'earlier' : 'foreign';
  });
  if (each.includes('foreign')) return 'foreign';
  if (each.includes('earlier')) return 'earlier';
  if (each.every(one => one === 'after')) return 'after';
  return each.every(one => one === 'before') ? 'before' : 'mixed';
}

/** What stands in the way of a write, RRset by RRset. */
export const differences = ({ plan }: Cutover, found: readonly Found[]): readonly Difference[] =>
  found
    .filter(({ change, hosted }) => !sameRRset(hosted?.rrset ?? null, change.after))
    .map(({ change, hosted }) => ({
      key: keyText(keyOfChange(change)),
      expected: change.before,
      found: hosted?.rrset ?? null,
      source: plan.provider,
    }));
