import { parseName } from '../../src/dns/name.ts';
import { type Expectation } from '../../src/propagation/expectation.ts';
import { observe } from '../../src/propagation/cachestate.ts';
import { type Observation } from '../../src/propagation/observation.ts';
import { stragglerOf } from '../../src/propagation/straggler.ts';
import { tallyOf } from '../../src/propagation/tally.ts';
import { type Minute, type WatchRecord, type Watched } from '../../src/propagation/watched.ts';
import { type Flush } from '../../src/store/store.ts';

export const mx = 'example.org. MX';

const expectation: Expectation = {
  key: { name: parseName('example.org.'), type: 'MX' },
  ...{ old: [['10 old.example.net.']], new: ['10 new.example.net.'] },
  ttl: { old: 3600, low: 60 },
  ...{ lowSince: 0, swappedAt: 5_000, authorityNewSince: null },
};

/** What was seen of a resolver that still gives the old set; `mark` goes wherever text may stand. */
export function watchedOf(id: string, { key = mx, mark = 'x' } = {}): Watched {
  const observation: Observation = {
    ...{ resolver: id, address: '192.0.2.1', transport: 'udp' },
    ...{ asked: 10_000, received: 10_020, rttMs: 20 },
    outcome: {
      ...{ kind: 'answered', rcodeName: 'NOERROR', ede: [{ code: 3, text: mark }], nsid: mark },
      ...{ rdata: ['10 old.example.net.'], ttl: 30, ad: false },
    },
  };
  const state = observe(null, observation, expectation);
  const resolver = {
    ...{ id, name: mark, operator: 'Example', country: null },
    ...({ addresses: ['192.0.2.1', '2001:db8::1'], port: 53, tier: 'core', weight: 0.5 } as const),
    anycast: null,
  };
  const spell = { cause: 'serves stale', from: 10_020, to: null, until: null } as const;
  return { key, resolver, state, straggler: stragglerOf(state, expectation), spells: [spell] };
}

export function minuteAt(at: number, { key = mx, asked = 1 } = {}): Minute {
  const about = { operator: 'Example', country: null, weight: 1, arrival: null };
  const ballots = Array.from({ length: asked }, () => ({ ...about, verdict: 'old' as const }));
  return { at, key, slice: tallyOf(ballots, at), forecast: { p50: 30, p95: 57, worst: 60 } };
}

export const flushOf = (id: string, given: Partial<Omit<Flush, 'id'>> = {}): Flush => ({
  ...{ id, steady: { boot: 'b', offset: 0 }, watched: [], minute: null },
  ...given,
});

/** Everything in it tells the same number, so that halves of two flushes cannot pass for one. */
export const numbered = (id: string, number: number): Flush =>
  flushOf(id, {
    steady: { boot: 'b', offset: number },
    watched: Array.from({ length: 40 }, (_, index) =>
      watchedOf(`r${index}`, { mark: String(number).padEnd(400) }),
    ),
    minute: minuteAt(0, { asked: number }),
  });

/** The number of the only flush that this record comes from; -1 for none, null for several. */
export function numberOf({ steady, watched, minutes }: WatchRecord): number | null {
  const numbers = new Set([
    steady?.offset ?? -1,
    ...watched.map(({ resolver }) => Number(resolver.name)),
    ...minutes.map(({ slice }) => slice.total),
  ]);
  const [number] = numbers;
  const whole = watched.length === (number === -1 ? 0 : 40);
  return numbers.size === 1 && number !== undefined && whole ? number : null;
}
