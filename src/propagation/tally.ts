import { type Instant } from '../clock.ts';
import { tells, type Verdict, verdicts } from './verdict.ts';

/** One resolver's part in a tally. */
export interface Ballot {
  readonly operator: string;
  readonly country: string | null;
  /** An estimate of its part of the world's questions; positive. */
  readonly weight: number;
  /** Null: not asked yet. */
  readonly verdict: Verdict | null;
  readonly arrival: 'cold' | 'flipped' | null;
}

export interface Slice {
  readonly counts: Readonly<Record<Verdict, number>>;
  readonly weights: Readonly<Record<Verdict, number>>;
  readonly total: number;
  readonly unasked: number;
  /** Of those that are `new`: seen to turn, and new at first sight. */
  readonly flipped: number;
  readonly cold: number;
  /** `weight(new) / weight(new + old + mixed + other)`, 0 to 1; null where nobody can tell. */
  readonly share: number | null;
  /** Weight of those that can tell among those asked, 0 to 1; null before anybody was asked. */
  readonly ableToTell: number | null;
}

/** Public resolvers are a proxy and weights are estimates: whoever shows a share says so. */
export interface Tally extends Slice {
  readonly at: Instant;
  readonly operators: Readonly<Record<string, Slice>>;
  readonly countries: Readonly<Record<string, Slice>>;
}

/** All ballots counted, and by operator and country; without a country they count in none. */
export function tallyOf(ballots: readonly Ballot[], at: Instant): Tally {
  return {
    ...{ at, ...sliceOf(ballots) },
    operators: slicesBy(ballots, ({ operator }) => operator),
    countries: slicesBy(ballots, ({ country }) => country),
  };
}

function slicesBy(
  ballots: readonly Ballot[],
  by: (ballot: Ballot) => string | null,
): Readonly<Record<string, Slice>> {
  const groups = new Map<string, Ballot[]>();
  for (const ballot of ballots) {
    const name = by(ballot);
    if (name !== null) groups.set(name, [...(groups.get(name) ?? []), ballot]);
  }
  const names = [...groups].sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(names.map(([name, group]) => [name, sliceOf(group)]));
}

/** All ballots counted. */
export function sliceOf(ballots: readonly Ballot[]): Slice {
  const counts = zeros();
  const weights = zeros();
  for (const { verdict, weight } of ballots) {
    if (verdict === null) continue;
    counts[verdict] += 1;
    weights[verdict] += weight;
  }
  const arrived = ballots.filter(({ verdict }) => verdict === 'new');
  const sum = (some: readonly Verdict[]) => some.reduce((all, one) => all + weights[one], 0);
  const telling = sum(verdicts.filter(tells));
  const asked = sum(verdicts);
  return {
    ...{ counts, weights, total: ballots.length },
    unasked: ballots.filter(({ verdict }) => verdict === null).length,
    flipped: arrived.filter(({ arrival }) => arrival === 'flipped').length,
    cold: arrived.filter(({ arrival }) => arrival === 'cold').length,
    // Who cannot tell counts in neither part: silence is no reason to call it done, or not done.
    share: telling === 0 ? null : weights.new / telling,
    ableToTell: asked === 0 ? null : telling / asked,
  };
}

const zeros = (): Record<Verdict, number> => ({
  ...{ new: 0, old: 0, mixed: 0, other: 0 },
  ...{ empty: 0, refused: 0, silent: 0 },
});
