/** Chance from a seed: the same seed gives the same numbers on every machine. */
export interface Random {
  /** In [0, 1). */
  float(): number;
  /** A whole number in [0, bound). */
  below(bound: number): number;
  /** A whole number in [from, to]. */
  between(from: number, to: number): number;
  chance(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
  hex(bytes: number): string;
  /** Another stream; what is drawn from it does not disturb this one. */
  fork(): Random;
}

/** Mulberry32: small, fast, and good enough to choose faults. */
export function random(seed: number): Random {
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) >>> 0;
  const float = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (bound: number): number => Math.floor(float() * bound);
  return {
    float,
    below,
    between: (from, to) => from + below(to - from + 1),
    chance: probability => float() < probability,
    pick: list => {
      const one = list[below(list.length)];
      if (one === undefined) throw new RangeError('nothing to pick from');
      return one;
    },
    hex: bytes =>
      Array.from({ length: bytes }, () => below(256).toString(16).padStart(2, '0')).join(''),
    fork: () => random(below(4_294_967_296)),
  };
}
