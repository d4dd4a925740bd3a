import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faultClasses, noHits } from './faults.ts';
import { simulate } from './simulate.ts';

/** How many seeds; more by the environment: SEEDS=20000, and from where: SEEDS_FROM=100000. */
const count = Number(process.env['SEEDS'] ?? 2000);
const first = Number(process.env['SEEDS_FROM'] ?? 1);
const portion = 250;

const known = JSON.parse(readFileSync(new URL('seeds.json', import.meta.url), 'utf8')) as {
  readonly seeds: readonly number[];
};

const hits = noHits();
const outcomes = new Map<string, number>();
const limit = Error.stackTraceLimit;

beforeAll(() => {
  // Faults are thrown by the hundred thousand, and nobody reads where from.
  Error.stackTraceLimit = 0;
});

afterAll(() => {
  Error.stackTraceLimit = limit;
});

async function mustHold(seed: number): Promise<void> {
  const run = await simulate({ seed });
  for (const name of faultClasses) hits[name] += run.hits[name];
  outcomes.set(run.outcome ?? 'none', (outcomes.get(run.outcome ?? 'none') ?? 0) + 1);
  // The message is the command that shows the whole story.
  expect(run.violations, `npm run simulate -- --seed ${seed} --trace`).toEqual([]);
}

describe('seeds that once failed', () => {
  it.each(known.seeds)('seed %i', mustHold);
});

describe('the same seed is the same run', () => {
  it('50 seeds twice', async () => {
    for (let seed = first; seed < first + 50; seed += 1) {
      const once = await simulate({ seed });
      const again = await simulate({ seed });
      expect(again.hash).toBe(once.hash);
    }
  });
});

describe(`${count} seeds from ${first}`, () => {
  for (let from = first; from < first + count; from += portion) {
    const to = Math.min(first + count, from + portion);
    it(`seeds ${from} to ${to - 1}`, async () => {
      for (let seed = from; seed < to; seed += 1) await mustHold(seed);
    });
  }

  it('struck with every class of fault', () => {
    expect(faultClasses.filter(name => hits[name] === 0)).toEqual([]);
  });

  it('came to every kind of end', () => {
    expect([...outcomes.keys()].sort()).toEqual(['abandoned', 'done', 'rolled-back']);
  });
});
