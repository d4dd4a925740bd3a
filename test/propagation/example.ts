import { parseName } from '../../src/dns/name.ts';
import { type CacheState, observe } from '../../src/propagation/cachestate.ts';
import { type Expectation } from '../../src/propagation/expectation.ts';
import { type Observation } from '../../src/propagation/observation.ts';

export const oldSet = ['10 mx1.oldhost.example.'];
export const newSet = ['10 mx1.newhost.example.'];
export const otherSet = ['10 mx.elsewhere.example.'];

/** Lowered from 3600 to 60 long ago, swapped at 0, agreed by every authoritative server at 1 s. */
export const expectation: Expectation = {
  key: { name: parseName('example.org'), type: 'MX' },
  old: [oldSet],
  new: newSet,
  ttl: { old: 3600, low: 60 },
  lowSince: -4_000_000,
  swappedAt: 0,
  authorityNewSince: 1000,
};

/** Before the swap. */
export const draining: Expectation = {
  ...{ ...expectation, new: null, swappedAt: null, authorityNewSince: null },
  lowSince: -1_000_000,
};

export interface Saying {
  /** Milliseconds. */
  readonly at: number;
  readonly ttl: number;
  readonly rdata?: readonly string[] | null;
  readonly ede?: number;
  readonly nsid?: string;
}

const asking = (at: number) => ({
  ...{ resolver: 'cache', address: '192.0.2.1', transport: 'udp' as const },
  ...{ asked: at - 5, received: at, rttMs: 5 },
});

export const said = ({ at, ttl, rdata = oldSet, ede, nsid }: Saying): Observation => ({
  ...asking(at),
  outcome: {
    ...{ kind: 'answered', rcodeName: 'NOERROR', rdata, ttl, ad: false, nsid: nsid ?? null },
    ede: ede === undefined ? [] : [{ code: ede, text: '' }],
  },
});
export const saidOld = (at: number, ttl: number, more: Partial<Saying> = {}): Observation =>
  said({ at, ttl, ...more, rdata: oldSet });
export const saidNew = (at: number, ttl: number, more: Partial<Saying> = {}): Observation =>
  said({ at, ttl, ...more, rdata: newSet });
export const silent = (at: number): Observation => ({
  ...asking(at),
  outcome: { kind: 'silent', why: 'no answer within 3000 ms' },
});
export const refused = (at: number, rcodeName = 'REFUSED'): Observation => ({
  ...asking(at),
  outcome: { kind: 'refused', rcodeName, ede: [], nsid: null },
});
export const empty = (at: number, ttl: number | null = null, ede: readonly number[] = []) => ({
  ...asking(at),
  outcome: {
    ...({ kind: 'answered', rcodeName: 'NOERROR', rdata: null, ttl } as const),
    ...{ ad: false, nsid: null, ede: ede.map(code => ({ code, text: '' })) },
  },
});

/** The states after each of these observations. */
export function fold(
  observations: readonly Observation[],
  expected: Expectation = expectation,
): readonly CacheState[] {
  const states: CacheState[] = [];
  for (const observation of observations)
    states.push(observe(states.at(-1) ?? null, observation, expected));
  return states;
}

/** The state after the last of them. */
export const after = (
  observations: readonly Observation[],
  expected: Expectation = expectation,
): CacheState => fold(observations, expected).at(-1)!;
