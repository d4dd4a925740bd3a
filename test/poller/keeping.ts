import { type Instant, type Now } from '../../src/clock.ts';
import { type News, type Watch } from '../../src/cutover/news.ts';
import { type Fault, toFault } from '../../src/errors.ts';
import { watchWorld } from '../../src/poller/world.ts';
import { type Learnt } from '../../src/propagation/learnt.ts';
import { type Resolver, type WatchRecord } from '../../src/propagation/watched.ts';
import { seededChance } from '../../src/rehearsal/chance.ts';
import { type Flush } from '../../src/store/store.ts';
import { virtualClock, type VirtualClock } from '../support/virtual-clock.ts';
import { type Name } from '../../src/dns/name.ts';
import { addressOf, type Habit, internet, type Internet, mx, newSet, oldSet } from './caches.ts';

/** A store that keeps watches only; the tests may break it. */
export interface Keeping {
  record: WatchRecord;
  readonly flushes: { readonly at: Instant; readonly flush: Flush }[];
  broken: boolean;
  readonly learnt: Learnt[];
}

export interface Told {
  readonly at: number;
  readonly news: News;
}

export interface Running {
  readonly told: readonly Told[];
  readonly last: () => News | undefined;
  readonly abort: () => void;
  readonly end: () => Fault | null;
}

export interface Worlds {
  readonly clock: VirtualClock;
  readonly net: Internet;
  readonly kept: Keeping;
  readonly pass: (ms: number) => Promise<void>;
  /** Another process, with nothing in its memory. */
  readonly restart: () => void;
  readonly watch: (
    ...of: readonly [
      watch: Watch,
      resolvers: readonly Resolver[],
      hear?: ((news: News) => Promise<void>) | undefined,
      id?: string,
    ]
  ) => Running;
}

export function worlds(
  habits: Readonly<Record<string, Habit>> = {},
  { zone }: { readonly zone?: Name } = {},
): Worlds {
  const clock = virtualClock();
  const net = internet(clock, new Map(Object.entries(habits)));
  const kept: Keeping = {
    record: { steady: null, watched: [], minutes: [] },
    ...{ flushes: [], broken: false, learnt: [] },
  };
  const store = {
    watchRecord: async () => kept.record,
    learnt: async () => [...kept.learnt],
    saveLearnt: async (rows: readonly Learnt[]) => {
      kept.learnt.push(...rows);
    },
    saveWatch: async (flush: Flush) => {
      if (kept.broken) throw new Error('the disk is full');
      kept.flushes.push({ at: clock.now().up, flush });
      const ids = flush.watched.map(({ key, resolver: { id } }) => `${key} ${id}`);
      const others = kept.record.watched.filter(
        ({ key, resolver: { id } }) => !ids.includes(`${key} ${id}`),
      );
      const fitness = flush.fitness ?? kept.record.fitness;
      kept.record = {
        steady: flush.steady,
        watched: [...others, ...flush.watched],
        minutes: [...kept.record.minutes, ...(flush.minute === null ? [] : [flush.minute])],
        ...(fitness !== undefined && { fitness }),
      };
    },
  };
  const open = () =>
    watchWorld({
      clock: clock.clockFor(act => {
        act();
      }),
      ...{ chance: seededChance(7), store },
      sweep: { ask: net.ask, renew: () => undefined },
      ask: net.authorityAsk,
      politeness: () => Promise.reject(new Error('the configuration is gone')),
    });
  const servers = [{ address: addressOf(9999), port: 53 }];
  const ground = zone === undefined ? null : { zone, servers, coming: [] };
  let world = open();
  return {
    ...{ clock, net, kept },
    pass: async ms => {
      let there = false;
      clock.after(ms, () => {
        there = true;
      });
      await clock.run(() => there, Infinity);
    },
    restart: () => {
      world = open();
    },
    watch: (...[watch, resolvers, hear = async () => undefined, id = 'example.org.1']) => {
      const stop = new AbortController();
      const told: Told[] = [];
      let end: Fault | null = null;
      const listen = async (news: News): Promise<void> => {
        told.push({ at: clock.now().up, news });
        await hear(news);
      };
      world({ id, watch, resolvers, ground }, listen, stop.signal).catch((error: unknown) => {
        end = toFault(error);
      });
      return {
        ...{ told, last: () => told.at(-1)?.news, end: () => end },
        abort: () => {
          stop.abort();
        },
      };
    },
  };
}

/** Before the swap. */
export const draining: Watch = {
  ...{ key: mx, mode: 'baseline', old: [oldSet], new: null, ttl: { old: 60, low: 60 } },
  ...{ lowSince: null, swappedAt: null, firstSentAt: null, authorityNewSince: null },
  resolvers: 'default',
};

/** After it; every authoritative address turned at once. */
export const swapped = (at: Now): Watch => ({
  ...{ ...draining, mode: 'watch', new: newSet, lowSince: { ...at, up: at.up - 86_400_000 } },
  ...{ swappedAt: at, firstSentAt: at, authorityNewSince: at },
});
