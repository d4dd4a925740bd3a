import { type Seconds } from '../clock.ts';
import { sameData, sameRRset, type RRset } from '../dns/rrset.ts';
import { type Plan } from '../cutover/plan.ts';
import { labelAt } from './position.ts';

export interface ValueView {
  readonly ttl: Seconds;
  readonly rdata: readonly string[];
}

/** What happens to one RRset on the way to one position. */
export interface ChangeView {
  /** `keyText` of the RRset. */
  readonly key: string;
  readonly kind: 'ttl' | 'modify' | 'create' | 'delete';
  /** Label of the position that it reaches. */
  readonly at: string;
  readonly before: ValueView | null;
  readonly after: ValueView | null;
  /** Values that are there before and gone after. */
  readonly lost: readonly string[];
}

const valueOf = (rrset: RRset | null): ValueView | null =>
  rrset === null ? null : { ttl: rrset.ttl, rdata: rrset.rdata };

function kindOf(before: RRset | null, after: RRset | null): ChangeView['kind'] {
  if (before === null) return 'create';
  if (after === null) return 'delete';
  return sameData(before, after) ? 'ttl' : 'modify';
}

/** What becomes of one RRset; null when it stays as it is. */
export function changeBetween({
  before,
  after,
}: {
  readonly before: RRset | null;
  readonly after: RRset | null;
}): Omit<ChangeView, 'key' | 'at'> | null {
  if (sameRRset(before, after)) return null;
  const kept = new Set(after?.rdata);
  return {
    kind: kindOf(before, after),
    before: valueOf(before),
    after: valueOf(after),
    lost: before?.rdata.filter(rdata => !kept.has(rdata)) ?? [],
  };
}

/** Every change of a plan, position by position; what stays as it is does not appear. */
export const changesOf = (plan: Plan): readonly ChangeView[] =>
  plan.positions.slice(1).flatMap((_, index) =>
    plan.tracks.flatMap(({ key, positions }) => {
      const [before = null, after = null] = [positions[index], positions[index + 1]];
      const change = changeBetween({ before, after });
      return change === null ? [] : [{ key, at: labelAt(plan, index + 1), ...change }];
    }),
  );
