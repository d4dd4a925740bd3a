import { afterEach, it, vi } from 'vitest';
import type * as Effects from '../../src/controller/effects.ts';
import type * as Caches from '../../src/cutover/caches.ts';
import type * as Gate from '../../src/cutover/stages/gate.ts';
import type * as Lower from '../../src/cutover/stages/lower.ts';
import type * as Propagate from '../../src/cutover/stages/propagate.ts';
import type * as CacheState from '../../src/propagation/cachestate.ts';
import type * as Verdict from '../../src/propagation/verdict.ts';
import { mustBeCaught } from './hunt.ts';

/*
 * What a watch of caches must never do, done on purpose: each must be seen. Faults would only make the
 * hunt longer; those that a mistake needs are named.
 */
const calm = { classes: [], watched: true } as const;

const mutated = [
  '../../src/controller/effects.ts',
  '../../src/propagation/cachestate.ts',
  '../../src/propagation/verdict.ts',
  '../../src/cutover/stages/gate.ts',
  '../../src/cutover/stages/lower.ts',
  '../../src/cutover/stages/propagate.ts',
  '../../src/cutover/caches.ts',
] as const;

afterEach(() => {
  for (const path of mutated) vi.doUnmock(path);
});

it('one new answer that is believed at once', () => {
  vi.doMock('../../src/propagation/cachestate.ts', async importOriginal => {
    const original = await importOriginal<typeof CacheState>();
    const observe: typeof CacheState.observe = (state, observation, expectation) => {
      const next = original.observe(state, observation, expectation);
      const turned = next.verdict === 'mixed' && next.lastNewAt === next.last.received;
      return turned ? { ...next, verdict: 'new', clean: 11, newSince: next.lastNewAt } : next;
    };
    return { ...original, observe };
  });
  return mustBeCaught({}, /I16/, calm);
});

it('entries that were seen and are forgotten', () => {
  vi.doMock('../../src/propagation/verdict.ts', async importOriginal => ({
    ...(await importOriginal<typeof Verdict>()),
    othersAlive: () => false,
    verdictOf: (_: unknown, { value }: { readonly value: Verdict.Verdict }) => value,
  }));
  return mustBeCaught({}, /I16/, { ...calm, caughtBy: 73 });
});

it('a liar that counts as new', () => {
  vi.doMock('../../src/propagation/cachestate.ts', async importOriginal => {
    const original = await importOriginal<typeof CacheState>();
    const observe: typeof CacheState.observe = (state, observation, expectation) =>
      original.observe(state, observation, { ...expectation, firstSentAt: null });
    return { ...original, observe };
  });
  return mustBeCaught({}, /I19 .* counts as new/, calm);
});

it('a share that leaves out who still answers old', () => {
  vi.doMock('../../src/cutover/caches.ts', async importOriginal => {
    const original = await importOriginal<typeof Caches>();
    const newsLines: typeof Caches.newsLines = (cutover, news, now) =>
      original.newsLines(cutover, { ...news, share: news.share && 1 }, now);
    return { ...original, newsLines };
  });
  return mustBeCaught({}, /I19 .* told to be new/, calm);
});

it('propagate that is left for a share alone', () => {
  vi.doMock('../../src/cutover/stages/propagate.ts', async importOriginal => {
    const { propagate, ...rest } = await importOriginal<typeof Propagate>();
    const { enter } = await import('../../src/cutover/stages/rules.ts');
    const on: typeof propagate.on = (cutover, event, now) =>
      cutover.world.judged === 'ready'
        ? [enter('sweep', cutover.step, now)]
        : propagate.on(cutover, event, now);
    return { ...rest, propagate: { ...propagate, on } };
  });
  return mustBeCaught({}, /I17/, { watched: true, classes: ['authority-lags'] });
});

it('caches that are asked while the gate waits', () => {
  vi.doMock('../../src/cutover/stages/gate.ts', async importOriginal => {
    const { gate } = await importOriginal<typeof Gate>();
    const { forwards } = await import('../../src/cutover/watching.ts');
    const due: typeof gate.due = cutover => [...gate.due(cutover), ...forwards(cutover)];
    return { gate: { ...gate, due } };
  });
  return mustBeCaught({}, /I18 .* in the stage gate/, calm);
});

it('caches that are asked before the TTL is low', () => {
  vi.doMock('../../src/cutover/stages/lower.ts', async importOriginal => {
    const { lower } = await importOriginal<typeof Lower>();
    const { forwards } = await import('../../src/cutover/watching.ts');
    const due: typeof lower.due = cutover => [...lower.due(cutover), ...forwards(cutover)];
    return { lower: { ...lower, due } };
  });
  return mustBeCaught({}, /I18 .* before every address gave the low TTL/, calm);
});

it('a budget that is not kept', () =>
  mustBeCaught({ politeness: { total: 200, operator: 100 } }, /I18 operator/, calm));

it('an owner of yesterday that goes on asking', () => {
  vi.doMock('../../src/controller/effects.ts', async importOriginal => {
    const { runEffect, ...rest } = await importOriginal<typeof Effects>();
    const forEver = new AbortController().signal;
    const deaf: typeof runEffect = run =>
      runEffect(run.effect.do === 'watch' ? { ...run, signal: forEver } : run);
    return { ...rest, runEffect: deaf };
  });
  return mustBeCaught({}, /I18 .* owns the cutover/, {
    ...{ watched: true, classes: ['stopped', 'lease-expires'] },
  });
});

it('news that are written down one by one', () => {
  vi.doMock('../../src/cutover/caches.ts', async importOriginal => {
    const original = await importOriginal<typeof Caches>();
    const newsLines: typeof Caches.newsLines = (cutover, news, now) =>
      original.newsLines({ ...cutover, world: { ...cutover.world, milestone: null } }, news, now);
    return { ...original, newsLines };
  });
  return mustBeCaught({}, /I20/, calm);
});
