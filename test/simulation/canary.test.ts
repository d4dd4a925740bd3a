import { afterEach, describe, expect, it, vi } from 'vitest';
import type * as Course from '../../src/cutover/canary-course.ts';
import { mustBeCaught } from './hunt.ts';
import { simulate } from './simulate.ts';

const calm = { classes: [], watched: true, canary: true } as const;

describe('where nothing goes wrong', () => {
  it('the swap is rehearsed, what was learnt is true, and nothing of it is left', async () => {
    const ends = new Map<unknown, number>();
    for (let seed = 1; seed <= 15; seed += 1) {
      const { outcome, violations, watch } = await simulate({ seed, ...calm });
      expect({ seed, violations }).toEqual({ seed, violations: [] });
      expect(outcome).not.toBeNull();
      ends.set(watch.canary, (ends.get(watch.canary) ?? 0) + 1);
    }
    expect(ends.get('rehearsed')).toBeGreaterThan(5);
    expect(ends.get('left')).toBeUndefined();
  });
});

/** Numbers of the calls to die at: the first of each kind that is about the canary, since the last line. */
function points(calls: readonly string[]): readonly number[] {
  let stored = 0;
  const seen = new Set<string>();
  return calls.flatMap((name, index) => {
    if (name.startsWith('save')) stored += 1;
    const kind = `${stored} ${name.replace(/ \\S+\\._dns-cutover/, ' canary')}`;
    if (!/canary|_dns-cutover|keep habits/.test(name) || seen.has(kind)) return [];
    seen.add(kind);
    return [index + 1];
  });
}

for (const when of ['before', 'after'] as const)
  it(`a crash ${when} every call that is about the canary leaves nothing of it, and ends as ever`, async () => {
    const terms = { seed: 2, small: true, classes: [], watched: 'healthy', canary: true } as const;
    const whole = await simulate({ ...terms, crash: { at: -1, when } });
    expect(whole.watch.canary).toBe('rehearsed');
    const at = points(whole.calls);
    expect(at.length).toBeGreaterThan(20);
    for (const call of at) {
      const { outcome, violations } = await simulate({ ...terms, crash: { at: call, when } });
      expect({ call, outcome, violations }).toEqual({ call, outcome: 'done', violations: [] });
    }
  });

describe('mutants', () => {
  afterEach(() => {
    vi.doUnmock('../../src/cutover/canary-course.ts');
  });

  const mutate = (change: (original: typeof Course) => Partial<typeof Course>): void => {
    vi.doMock('../../src/cutover/canary-course.ts', async importOriginal => {
      const original = await importOriginal<typeof Course>();
      return { ...original, ...change(original) };
    });
  };

  it('a canary that is forgotten', () => {
    mutate(({ canaryLines }) => ({
      canaryEnd: () => null,
      canaryLines: (cutover, now) =>
        canaryLines(cutover, now).filter(
          line => line.type !== 'canary.intended' || line.data.intent.purpose !== 'uncanary',
        ),
    }));
    return mustBeCaught({}, /I21 the canary still stands/, calm);
  });

  it('a name that is asked for before every address answers it', () => {
    mutate(() => ({ canaryRounds: 0 as never }));
    return mustBeCaught({}, /I21 .* not served yet/, calm);
  });
});
