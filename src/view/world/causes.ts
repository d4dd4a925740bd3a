import { type Cause } from '../../propagation/straggler.ts';
import { type StragglerView } from './world.ts';

/** Who lags for the same reason, counted: ten thousand resolvers have nine causes at most. */
export interface CauseView {
  readonly cause: Cause;
  readonly count: number;
  /** Of those, how many nothing that was seen accounts for. */
  readonly unexplained: number;
  /** When the last of them is over; null where one of them has no known end. */
  readonly until: string | null;
}

/** Stragglers by their cause, in the order in which the first of each stands among them. */
export function causesOf(stragglers: readonly StragglerView[]): readonly CauseView[] {
  const groups = Map.groupBy(stragglers, ({ cause }) => cause);
  return [...groups].map(([cause, some]) => ({
    cause,
    count: some.length,
    unexplained: some.filter(({ explained }) => !explained).length,
    until: latest(some.map(({ until }) => until)),
  }));
}

/** ISO 8601 in UTC sorts as text. Where one of them has no known end, they all together have none. */
function latest(ends: readonly (string | null)[]): string | null {
  let last: string | null = null;
  for (const end of ends) {
    if (end === null) return null;
    if (last === null || end > last) last = end;
  }
  return last;
}
