import { expect, it } from 'vitest';
import { limits } from '../../src/limits.ts';
import { knownOf, type Learnt } from '../../src/propagation/learnt.ts';

const now = 1_000_000_000_000;
const quad9 = { id: 'quad9', addresses: ['9.9.9.9', '2620:fe::fe'] };
const day = 86_400_000;

const learnt = (days: number, given: Partial<Learnt> = {}): Learnt => ({
  ...{ resolver: 'quad9', address: '9.9.9.9', floor: null, ceiling: null, caches: null },
  ...{ at: now - days * day, from: 'watch', ...given },
});

it('knows nothing of a resolver without a row, under another address, or of too long ago', () => {
  const rows = [
    learnt(1, { resolver: 'other', floor: 60 }),
    learnt(1, { address: '192.0.2.1', floor: 60 }),
    learnt(limits.learntTrustedMs / day + 1, { floor: 60 }),
  ];
  expect(knownOf(rows, quad9, now)).toBeNull();
  expect(knownOf([...rows, learnt(2, { floor: 30 })], quad9, now)?.floor).toBe(30);
});

it('joins what was met, the longer floor and the shorter ceiling, at the newest moment', () => {
  const rows = [
    learnt(9, { floor: 300, ceiling: 3600 }),
    learnt(2, { address: '2620:fe::fe', floor: 60, ceiling: 86_400, caches: 2 }),
  ];
  expect(knownOf(rows, quad9, now)).toEqual(
    learnt(2, { address: '2620:fe::fe', floor: 300, ceiling: 3600, caches: 2 }),
  );
});

it('lets a canary supersede what was met before it, also with nothing', () => {
  const canary = learnt(5, { from: 'canary', caches: 3 });
  const before = learnt(9, { floor: 300 });
  expect(knownOf([before, canary], quad9, now)?.floor).toBeNull();
  const since = learnt(1, { floor: 120 });
  expect(knownOf([since, before, canary], quad9, now)).toEqual(
    learnt(1, { floor: 120, caches: 3 }),
  );
  // Of the same moment the measured one counts.
  const same = learnt(5, { floor: 300 });
  expect(knownOf([same, canary], quad9, now)?.floor).toBeNull();
});

it('keeps of what was met before a canary what it could not show', () => {
  const canary = learnt(5, { from: 'canary', given: 300, caches: 1 });
  const low = learnt(9, { floor: 60, ceiling: 86_400, caches: 4 });
  expect(knownOf([canary, low], quad9, now)).toEqual({ ...canary, floor: 60, ceiling: 86_400 });
  const high = learnt(9, { floor: 600, ceiling: 10 });
  expect(knownOf([canary, high], quad9, now)).toEqual(canary);
});

it('takes a moment ahead of a clock that was set back for now', () => {
  expect(knownOf([learnt(-400, { floor: 60 })], quad9, now)?.floor).toBe(60);
});
