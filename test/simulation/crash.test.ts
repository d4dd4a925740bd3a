import { expect, it } from 'vitest';
import { simulate, type SimulationTerms } from './simulate.ts';

/*
 * The process dies at every port call of a whole cutover, before and after the call had its effect, and
 * another one goes on from what was stored. Between two lines of the journal the same call finds the same
 * state, so that one crash at each stands for all its repetitions.
 */
const paths: readonly (readonly [string, Partial<SimulationTerms>])[] = [
  ['done', {}],
  ['rolled-back', { rollbackIn: ['propagate', 'sweep', 'settle'] }],
];

/** A question leaves the world as it was: to die after it is to die before the next call. */
const asks = /^(ask|read|load|writable)/;

/** Numbers of the calls to die at: the first of each kind since the last line was stored. */
function points(calls: readonly string[], when: 'before' | 'after'): readonly number[] {
  let stored = 0;
  const seen = new Set<string>();
  return calls.flatMap((name, index) => {
    if (name.startsWith('save')) stored += 1;
    const point = `${stored} ${name}`;
    if (seen.has(point) || (when === 'after' && asks.test(name))) return [];
    seen.add(point);
    return [index + 1];
  });
}

for (const when of ['before', 'after'] as const)
  it(`a crash ${when} every question to a resolver and every flush of what they said changes nothing`, async () => {
    const terms = { seed: 1, small: true, classes: [], watched: 'healthy' } as const;
    const whole = await simulate({ ...terms, crash: { at: -1, when } });
    expect(whole.outcome).toBe('done');
    const at = whole.calls.flatMap((name, index) =>
      /^(sweep|keep|watch)/.test(name) ? [index + 1] : [],
    );
    expect(at.length).toBeGreaterThan(50);
    for (const call of at) {
      const { outcome, violations, watch } = await simulate({
        ...terms,
        crash: { at: call, when },
      });
      expect({ call, outcome, violations, whys: [...watch.whys] }).toEqual({
        ...{ call, outcome: 'done', violations: [], whys: ['target'] },
      });
    }
  });

for (const [outcome, path] of paths)
  for (const when of ['before', 'after'] as const)
    it(`a crash ${when} every port call on the way to ${outcome} changes nothing`, async () => {
      const terms = { ...path, seed: 1, small: true, classes: [] };
      const whole = await simulate({ ...terms, crash: { at: -1, when } });
      expect(whole.outcome).toBe(outcome);
      const at = points(whole.calls, when);
      expect(at.length).toBeGreaterThan(when === 'before' ? 200 : 50);
      for (const call of at) {
        const run = await simulate({ ...terms, crash: { at: call, when } });
        expect({ call, outcome: run.outcome, violations: run.violations }).toEqual({
          ...{ call, outcome, violations: [] },
        });
      }
    });
