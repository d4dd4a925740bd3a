import { type Chance } from '../clock.ts';

/** The same seed gives the same numbers (mulberry32: 32 bits of state, good enough to choose faults by). */
export function seededChance(seed: number): Chance {
  let state = seed >>> 0;
  const float = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const octet = (): string =>
    Math.floor(float() * 256)
      .toString(16)
      .padStart(2, '0');
  return { float, hex: bytes => Array.from({ length: bytes }, octet).join('') };
}
