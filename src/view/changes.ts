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

/** Every change of a plan, position by position; what stays as it is does not appear. */
export const changesOf = (plan: Plan): readonly ChangeView[] =>
  plan.positions.slice(1).flatMap((_, index) =>
    plan.tracks.flatMap(({ key, positions }) => {
      const before = positions[index] ?? null;
      const after = positions[index + 1] ?? null;
      if (sameRRset(before, after)) return [];
      const kept = new Set(after?.rdata);
      return [
        {
          key,
          kind: kindOf(before, after),
          at: labelAt(plan, index + 1),
          before: valueOf(before),
          after: valueOf(after),
          lost: before?.rdata.filter(rdata => !kept.has(rdata)) ?? [],
        },
      ];
    }),
  );
