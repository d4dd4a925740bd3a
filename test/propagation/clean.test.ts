import { describe, expect, it } from 'vitest';
import { type CacheState, isSettled, observe } from '../../src/propagation/cachestate.ts';
import { verdictOfAll } from '../../src/propagation/service.ts';
import { type Resolver } from '../../src/propagation/watched.ts';
import { expectation, said, saidNew, saidOld } from './example.ts';

/** New once a second, each over the connection that this gives; undefined: over none that is kept. */
function heard(
  connections: readonly (number | undefined)[],
  { from = null, nsid }: { from?: CacheState | null; nsid?: string } = {},
): CacheState {
  const start = from?.last.received ?? 100_000;
  const named = nsid === undefined ? {} : { nsid };
  return connections.reduce<CacheState | null>((state, connection, index) => {
    const one = saidNew(start + 1000 * (index + 1), 50 - index, named);
    const over = connection === undefined ? one : { ...one, connection };
    return observe(state, over, expectation);
  }, from)!;
}
const anycast = (state: CacheState) =>
  verdictOfAll({ state, resolver: { ...resolver, anycast: true } });
const resolver: Resolver = {
  ...{ id: 'r', name: 'r', operator: 'r', country: null, addresses: ['192.0.2.1'], port: 853 },
  ...{ tier: 'core', weight: 1, anycast: null },
};
const eleven = Array.from({ length: 11 }, (_, index) => index + 1);

describe('clean answers', () => {
  it('over one connection are those of one cache: they count once', () => {
    const state = heard(eleven.map(() => 7));
    expect(state).toMatchObject({ verdict: 'new', clean: 1, samples: 11 });
    expect(anycast(state)).toBe('mixed');
    expect(isSettled(state, expectation, 11)).toBe(false);
    // For what is one cache anyway that is enough.
    expect(isSettled(state, expectation, 1)).toBe(true);
  });

  it('over a connection each, or over none, count each', () => {
    for (const connections of [eleven, eleven.map(() => undefined)]) {
      const state = heard(connections);
      expect(state.clean).toBe(11);
      expect(anycast(state)).toBe('new');
    }
  });

  it('do not count anew when the same connection is met again after a restart', () => {
    const kept = JSON.parse(JSON.stringify(heard([7]))) as CacheState;
    expect(heard([7, 7], { from: kept }).clean).toBe(1);
    expect(heard([7, 8], { from: kept }).clean).toBe(2);
  });

  it('begin anew after one that was not, also over the same connection', () => {
    const before = heard([7, 8, 9]);
    const old = observe(before, { ...saidOld(104_000, 2), connection: 9 }, expectation);
    expect(old).toMatchObject({ verdict: 'mixed', clean: 0 });
    const later = { ...old, last: { ...old.last, received: 110_000 } };
    expect(heard([9], { from: later }).clean).toBe(1);
  });

  it('of a farm come from its members only over connections of their own', () => {
    const [one, other] = ['a', 'b'].map(nsid => ({ ttl: 3, nsid }));
    const farm = [
      { ...said({ at: 100_000, ...one! }), connection: 1 },
      { ...said({ at: 100_500, ...other! }), connection: 2 },
    ].reduce<CacheState | null>((state, seen) => observe(state, seen, expectation), null)!;
    const later = { ...farm, last: { ...farm.last, received: 110_000 } };
    const pinned = heard(
      eleven.map(() => 3),
      { from: later, nsid: 'a' },
    );
    expect(pinned).toMatchObject({ verdict: 'mixed', clean: 1 });
    expect(heard(eleven, { from: later, nsid: 'a' })).toMatchObject({ verdict: 'new', clean: 11 });
  });
});
