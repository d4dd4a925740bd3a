import { observe } from '../../src/propagation/cachestate.ts';
import { type Observation } from '../../src/propagation/observation.ts';
import { stragglerOf } from '../../src/propagation/straggler.ts';
import { type Resolver, type Watched } from '../../src/propagation/watched.ts';
import { expectation } from '../propagation/example.ts';

export const resolver = (id: string, more: Partial<Resolver> = {}): Resolver => ({
  ...{ id, name: id.toUpperCase(), operator: id, country: 'DE', addresses: ['192.0.2.1'] },
  ...{ port: 53, tier: 'core', weight: 1, anycast: false },
  ...more,
});

/** What these observations of one resolver add up to. */
export function watched(
  id: string,
  observations: readonly Observation[],
  more: Partial<Resolver> = {},
): Watched {
  const state = observations.reduce<Watched['state'] | null>(
    (before, one) => observe(before, one, expectation),
    null,
  )!;
  const straggler = stragglerOf(state, expectation);
  return { key: 'example.org. MX', resolver: resolver(id, more), state, straggler, spells: [] };
}

/** The watch counts from 0 at the uptime 1,000,000; the wall showed 5,000,000 then. */
export const steady = { boot: 'b', offset: -1_000_000 };
export const at = (ms: number, wall = 5_000_000 + ms) => ({
  ...{ steady, now: { boot: 'b', up: 1_000_000 + ms, wall } },
});
