import { expect, vi } from 'vitest';
import { type FaultClass } from './faults.ts';
import { simulate as sound, type SimulationTerms } from './simulate.ts';
import { type Seams } from './world.ts';

const SEEDS = 300;

interface Caught {
  readonly seed: number;
  readonly violation: string;
}

/** Where a mistake shows only under some terms, those are aimed at it. */
export interface Aim {
  /** The seed that caught it when this was written: tried first, so that nobody waits for the others. */
  readonly caughtBy?: number;
  readonly classes?: readonly FaultClass[];
  readonly watched?: boolean;
  readonly canary?: boolean;
  readonly mail?: boolean;
}

/** A seed that shows it. Modules are loaded anew, so that a mutated one is the one that runs. */
async function hunt(seams: Seams, expected: RegExp, aim: Aim): Promise<Caught | null> {
  vi.resetModules();
  const { simulate } = await import('./simulate.ts');
  const { caughtBy, ...others } = aim;
  const all = Array.from({ length: SEEDS }, (_, index) => index + 1);
  for (const seed of caughtBy === undefined ? all : [caughtBy, ...all]) {
    const terms: SimulationTerms = { seed, ...others };
    const { violations } = await simulate({ ...terms, seams });
    const violation = violations.find(text => expected.test(text));
    // What the product does wrong by itself is not the mutant's doing.
    if (violation !== undefined && (await sound(terms)).violations.length === 0)
      return { seed, violation };
  }
  return null;
}

/** A mutant that survives means that an invariant is asleep. */
export async function mustBeCaught(seams: Seams, expected: RegExp, aim: Aim = {}): Promise<void> {
  const caught = await hunt(seams, expected, aim);
  if (caught !== null) console.log(`caught by seed ${caught.seed}: ${caught.violation}`);
  expect(caught).not.toBeNull();
}
