import { randomFillSync } from 'node:crypto';

/** Octets that nobody can guess, fetched in batches: one call for many questions. */
export interface RandomPool {
  /** From 0 to 65535. */
  u16(): number;
  /** A view of `length` octets, at most 256; good until the pool is asked again. */
  octets(length: number): Uint8Array;
}

const BATCH_OCTETS = 16_384;

export function randomPool(): RandomPool {
  const pool = new Uint8Array(BATCH_OCTETS);
  let at = BATCH_OCTETS;
  const advance = (length: number): number => {
    if (at + length > BATCH_OCTETS) {
      randomFillSync(pool);
      at = 0;
    }
    at += length;
    return at - length;
  };
  return {
    u16: () => {
      const from = advance(2);
      return ((pool[from] ?? 0) << 8) | (pool[from + 1] ?? 0);
    },
    octets: length => {
      const from = advance(length);
      return pool.subarray(from, from + length);
    },
  };
}
