import { randomBytes, randomInt } from 'node:crypto';
import { type Chance } from '../clock.ts';

/** The machine's randomness. */
export const systemChance: Chance = {
  float: () => randomInt(2 ** 47) / 2 ** 47,
  hex: bytes => randomBytes(bytes).toString('hex'),
};
