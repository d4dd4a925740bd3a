import { type Seconds } from '../clock.ts';

/**
 * What a first question found: an entry that others had fetched, or none. `life`: how long such an entry
 * lives there.
 */
export interface Found {
  readonly held: boolean;
  readonly life: Seconds;
}

/** How busy a name is in the caches of the world, as far as first questions tell. */
export interface Traffic {
  /**
   * The probability that a cache holds an entry at any moment when entries live for so long. `found`: what
   * its own first question found; null: it was not asked, or that does not show.
   */
  holding(found: Found | null, life: Seconds): number;
}

/** Questions a second that one cache gets for the name, without ours: from one in a month to ten. */
const rates: readonly number[] = Array.from({ length: 29 }, (_, at) => 10 ** (at / 4 - 6));

/**
 * Caches are not equally busy: some get a tenth of what is usual, some ten times as much (a logarithmic
 * normal distribution, in five steps of equal probability; its standard deviation is 1.5).
 */
const spreads: readonly number[] = [-1.92, -0.79, 0, 0.79, 1.92].map(Math.exp);

/**
 * An entry ends, and is fetched again by the first question after that, which comes at random: it is there
 * for `life` of every `life + 1 / rate` seconds.
 */
const heldPart = (rate: number, life: Seconds): number => (rate * life) / (1 + rate * life);

const likely = (rate: number, found: Found | null): number => {
  // What keeps nothing is found without an entry however busy it is.
  if (found === null || found.life <= 0) return 1;
  const part = heldPart(rate, found.life);
  return found.held ? part : 1 - part;
};

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** From all that first questions found: each rate is as likely as it makes them, none was before. */
export function trafficOf(all: readonly Found[]): Traffic {
  const groups = grouped(all);
  const logs = rates.map(rate =>
    groups.reduce(
      (sum, { found, count }) =>
        sum + count * Math.log(mean(spreads.map(spread => likely(rate * spread, found)))),
      0,
    ),
  );
  const most = Math.max(...logs);
  const chances = logs.map(log => Math.exp(log - most));
  const whole = chances.reduce((sum, chance) => sum + chance, 0);
  const known = new Map<string, number>();
  const reckon = (found: Found | null, life: Seconds): number =>
    rates.reduce((sum, rate, at) => {
      const weights = spreads.map(spread => likely(rate * spread, found));
      const parts = spreads.map(
        (spread, step) => (weights[step] ?? 0) * heldPart(rate * spread, life),
      );
      return sum + ((chances[at] ?? 0) / whole) * (mean(parts) / mean(weights));
    }, 0);
  return {
    holding: (found, life) => {
      const name = `${found === null ? '' : `${String(found.held)} ${found.life}`} ${life}`;
      const part = known.get(name) ?? reckon(found, life);
      known.set(name, part);
      return part;
    },
  };
}

/** Most resolvers are alike, and are reckoned once. */
function grouped(all: readonly Found[]): readonly { found: Found; count: number }[] {
  const groups = new Map<string, { found: Found; count: number }>();
  for (const found of all) {
    const name = `${String(found.held)} ${found.life}`;
    groups.set(name, { found, count: (groups.get(name)?.count ?? 0) + 1 });
  }
  return [...groups.values()];
}
