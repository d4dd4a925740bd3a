import { type Principal } from '../../src/access/principal.ts';
import { type Chance } from '../../src/clock.ts';
import { FOLD } from '../../src/cutover/apply.ts';
import { genesis, seal, type Line } from '../../src/cutover/line.ts';
import { type Fault } from '../../src/errors.ts';
import { type Hub } from '../../src/hub/hub.ts';
import { makeHub, type HubParts } from '../../src/hub/make-hub.ts';
import { memoryBacking, memoryStore, type MemoryBacking } from '../../src/store/memory.ts';
import { type Store } from '../../src/store/store.ts';
import { virtualClock, type VirtualClock } from '../support/virtual-clock.ts';
import { swapped } from '../support/view-fixture.ts';

export const viewer: Principal = {
  ...{ id: 't1', kind: 'token', token: 't1', name: 'anna', role: 'viewer' },
  ...{ cutovers: null, expiresAt: 8e15 },
};

/** A sequence of numbers in [0, 1) that a seed decides on. */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  const float = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return {
    float,
    hex: bytes =>
      Math.floor(float() * 1e9)
        .toString(16)
        .padStart(2 * bytes, '0'),
  };
}

const { cutover: example } = swapped();

export interface World {
  readonly clock: VirtualClock;
  readonly backing: MemoryBacking;
  readonly faults: Fault[];
  /** Whether a principal still holds, by its id. */
  readonly revoked: Set<string>;
  /** What the hub reads, to be counted or broken. */
  readonly store: Store;
  readonly hub: Hub;
  /** Stores so many lines of this cutover at once, each with this reason; the last seq. */
  readonly write: (id: string, lines?: number, reason?: string) => Promise<number>;
  /** Lets time pass. */
  readonly pass: (ms: number) => Promise<void>;
  /** Lets time pass until it is settled. */
  readonly finish: <T>(doing: Promise<T>) => Promise<T>;
  /** Another hub, as another process would have over the same store. */
  readonly another: (name: string) => Hub;
}

const lineAt = (seq: number, at: number, reason: string): Line =>
  seq % 2 === 0
    ? { v: 1, at, type: 'paused', data: { reason } }
    : { v: 1, at, type: 'resumed', data: { reason } };

export interface Options {
  readonly epoch?: string;
  readonly clock?: VirtualClock;
  readonly store?: (store: Store) => Store;
  readonly seed?: number;
}

/** A store in memory, a clock that passes as the test wants, and a hub over both. */
export function openWorld(options: Options = {}): World {
  const { epoch = 'epoch', clock = virtualClock(), store: wrap = (one: Store) => one } = options;
  const backing = memoryBacking(epoch);
  const plain = memoryStore(backing, { id: 'writer', pid: 1, host: 'here' });
  const faults: Fault[] = [];
  const revoked = new Set<string>();
  const chance = chanceOf(options.seed ?? 1);
  const partsOf = (store: Store): HubParts => ({
    ...{ store, chance, onFault: fault => faults.push(fault) },
    clock: clock.clockFor(act => {
      act();
    }),
    access: { stands: async ({ id }) => !revoked.has(id) },
  });
  const another = (name: string): Hub =>
    makeHub(partsOf(wrap(memoryStore(backing, { id: name, pid: 2, host: 'here' }))));
  const store = wrap(memoryStore(backing, { id: 'server', pid: 2, host: 'here' }));
  const pass = async (ms: number): Promise<void> => {
    const until = clock.truth() + ms;
    let there = false;
    clock.after(ms, () => {
      there = true;
    });
    await clock.run(() => there, until);
  };
  return {
    ...{ clock, backing, faults, revoked, store, pass, another },
    hub: makeHub(partsOf(store)),
    write: async (id, lines = 1, reason = 'why not') => {
      const row = await plain.load(id);
      const seq = row?.seq ?? 0;
      const { wall } = clock.now();
      const told = Array.from({ length: lines }, (_, index) => lineAt(seq + index, wall, reason));
      const actor = { kind: 'person', name: 'anna' } as const;
      const hash = row?.hash ?? genesis(id);
      const sealed = seal(told, { cutover: id, seq, hash, actor, cause: 'pause' });
      const state = { ...example, id, seq: seq + lines };
      const saved = await plain.save({
        ...{ id, seq, lines: sealed, state, fold: FOLD, open: true, keys: [id] },
      });
      if (saved.is !== 'saved') throw new Error(`not saved: ${saved.is}`);
      return seq + lines;
    },
    finish: async doing => {
      let ended = false;
      const end = () => {
        ended = true;
      };
      doing.then(end, end);
      await clock.run(() => ended, clock.truth() + 3_600_000);
      return doing;
    },
  };
}
