import { type Chance, type Clock } from '../clock.ts';
import { canaryLabel, type Measured, type Rehearsed } from '../cutover/canary.ts';
import { type Name } from '../dns/name.ts';
import { type Key, type RRset } from '../dns/rrset.ts';
import { Fault, isFault } from '../errors.ts';
import { limits } from '../limits.ts';
import { type CacheState, observe } from '../propagation/cachestate.ts';
import {
  type CanaryAim,
  type CanarySeen,
  firstExpected,
  gaveIt,
  learntFrom,
  secondExpected,
  slowestLast,
  type Turn,
  turnedBy,
  wantsAgain,
} from '../propagation/canary.ts';
import { type Resolver } from '../propagation/watched.ts';
import { type Store } from '../store/store.ts';
import { type Heard, type Poller } from './subject.ts';

export interface CanaryParts {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly poller: Pick<Poller, 'watch'>;
  readonly store: Pick<Store, 'saveLearnt'>;
}

/** What stands in the zone, and whom to ask. */
export interface CanaryOf {
  readonly domain: Name;
  readonly values: { readonly first: RRset; readonly second: RRset };
  readonly resolvers: readonly Resolver[];
}

/** Odd, as an even number of questions sees half of a round robin. */
const questions = { core: 5, regional: 2 };
/** A countdown shows, and an answer that was passed on unclamped is told from one of the cache. */
const apartMs = 2000;

interface Site extends CanaryParts {
  readonly of: CanaryOf;
  readonly aim: CanaryAim;
  readonly seen: Map<string, CanarySeen>;
}

/**
 * Measures resolvers at names that a canary answers and nobody has asked for, within the budget of all
 * questions. To be used once every authoritative address gives the first value: a name that is asked for
 * earlier is denied, and a cache may then deny all others (RFC 8198 5.1 to 5.4).
 */
export const openCanary = (parts: CanaryParts) => (of: CanaryOf) => {
  const { first, second } = of.values;
  const key = canaryLabel(of.domain, parts.chance.hex(8));
  const since = parts.clock.now().up;
  const values = { first: first.rdata, second: second.rdata };
  const aim: CanaryAim = { key, ...values, ttl: first.ttl, since };
  const site: Site = { ...parts, of, aim, seen: new Map() };
  return {
    /** Asks each several times, for so long at most; what was learnt is kept. */
    measure: (ms: number, signal: AbortSignal): Promise<Measured> => measure(site, ms, signal),
    /** Asks each as its entries end, until all have turned, or time is over. `turnedAt`: by the uptime. */
    follow: (turnedAt: number, ms: number, signal: AbortSignal): Promise<Rehearsed> =>
      follow(site, { turnedAt, mostMs: ms }, signal),
  };
};

/** Ends what is done within so long; being over is no failure, an abort from outside is. */
async function within(
  { clock }: Pick<Site, 'clock'>,
  { ms, signal }: { readonly ms: number; readonly signal: AbortSignal },
  work: (signal: AbortSignal, done: () => void) => Promise<void>,
): Promise<void> {
  const end = new AbortController();
  const stop = (): void => {
    end.abort();
  };
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  clock.sleep(ms, end.signal).then(stop, () => undefined);
  try {
    await work(end.signal, stop);
  } catch (error) {
    if (!isFault(error, 'ABORTED') || !end.signal.aborted) throw error;
  } finally {
    stop();
    signal.removeEventListener('abort', stop);
  }
  if (signal.aborted) throw new Fault('ABORTED', 'the canary was given up');
}

/** One answer of each. */
async function look(
  { poller, aim }: Site,
  { key, resolvers, heard }: { readonly key: Key; resolvers: readonly Resolver[]; heard: Heard },
  signal: AbortSignal,
): Promise<void> {
  const expectation = { ...firstExpected(aim), key };
  const subject = { key, resolvers, mode: 'look', expectation, offset: 0 } as const;
  await poller.watch(subject, heard, signal);
}

async function measure(site: Site, mostMs: number, signal: AbortSignal): Promise<Measured> {
  const { of, aim, seen, clock } = site;
  const note: Heard = (resolver, _, observation) => {
    const before = seen.get(resolver.id)?.state ?? null;
    const state = observe(before, observation, firstExpected(aim));
    seen.set(resolver.id, { resolver, state, again: null });
  };
  const ms = Math.min(mostMs, limits.canaryMeasureMs);
  await within(site, { ms, signal }, async own => {
    // Each tier for itself: one of them may be asked once a minute, and a cache forgets meanwhile.
    const rounds = async (tier: Resolver['tier']): Promise<void> => {
      for (let round = 1; round <= questions[tier]; round += 1) {
        const resolvers = of.resolvers.filter(
          one => one.tier === tier && (round === 1 || hasGiven(site, one)),
        );
        if (resolvers.length === 0) return;
        await look(site, { key: aim.key, resolvers, heard: note }, own);
        await clock.sleep(apartMs, own);
      }
    };
    await Promise.all([rounds('core'), rounds('regional')]);
    await askAgain(site, own);
  });
  await learn(site);
  return measured(site);
}

const hasGiven = ({ seen }: Site, { id }: Resolver): boolean => {
  const state = seen.get(id)?.state;
  return state !== undefined && gaveIt(state);
};

/** Each a name of its own, one after the other where they are asked by one budget. */
async function askAgain(site: Site, signal: AbortSignal): Promise<void> {
  const { of, aim, seen, chance } = site;
  const unsure = [...seen.values()].filter(({ state }) => gaveIt(state) && wantsAgain(state, aim));
  await Promise.all(
    unsure.map(one =>
      look(
        site,
        {
          key: canaryLabel(of.domain, chance.hex(8)),
          resolvers: [one.resolver],
          heard: (resolver, { last }) => {
            const { outcome } = last;
            const again = outcome.kind === 'answered' && outcome.rdata ? outcome.ttl : null;
            seen.set(resolver.id, { ...one, again });
          },
        },
        signal,
      ),
    ),
  );
}

async function learn({ seen, aim, store, clock }: Site): Promise<void> {
  const rows = learntFrom([...seen.values()], aim, clock.now().wall);
  // What could not be kept is learnt again by the next one.
  if (rows.length > 0) await store.saveLearnt(rows).catch(() => undefined);
}

function measured({ seen, aim, of }: Site): Measured {
  const rows = learntFrom([...seen.values()], aim, 0);
  const floors = rows.flatMap(({ resolver, floor }) =>
    floor === null ? [] : [{ resolver, floor }],
  );
  return {
    ...{ total: of.resolvers.length, told: rows.length, floored: floors.length },
    cut: rows.filter(({ ceiling }) => ceiling !== null).length,
    farms: rows.filter(({ caches }) => (caches ?? 1) > 1).length,
    floors: floors.sort((one, other) => other.floor - one.floor).slice(0, limits.newsLaggards),
  };
}

async function follow(
  site: Site,
  { turnedAt, mostMs }: { readonly turnedAt: number; readonly mostMs: number },
  signal: AbortSignal,
): Promise<Rehearsed> {
  const { seen, aim, poller, clock } = site;
  const all = [...seen.values()].filter(({ state }) => gaveIt(state));
  const known = new Map<string, CacheState>(all.map(({ resolver, state }) => [resolver.id, state]));
  const expectation = secondExpected(aim, { changedAt: turnedAt, turnedAt });
  const resolvers = all.map(({ resolver }) => resolver);
  const turned = new Map<string, number>();
  const longest = Math.max(aim.ttl, ...all.map(({ state }) => state.floor ?? 0));
  const lastMs = longest * 1000 + limits.canaryGraceMs;
  const ms = Math.min(mostMs, limits.canaryFollowMs, lastMs);
  const subject = {
    key: aim.key,
    resolvers,
    mode: 'watch',
    expectation,
    offset: 0,
    known,
  } as const;
  await within({ clock }, { ms, signal }, async (own, done) => {
    if (resolvers.length === 0) return;
    const heard: Heard = (resolver, state) => {
      const before = seen.get(resolver.id);
      seen.set(resolver.id, { resolver, again: before?.again ?? null, state });
      if (state.newSince === null) turned.delete(resolver.id);
      else turned.set(resolver.id, state.newSince);
      if (turned.size === resolvers.length) done();
    };
    await poller.watch(subject, heard, own);
  });
  await learn(site);
  const turns = resolvers.map(({ id, weight }): Turn => {
    const at = turned.get(id);
    const after = at === undefined ? null : Math.max(0, Math.round((at - turnedAt) / 1000));
    return { resolver: id, weight, after };
  });
  return rehearsed(turns);
}

function rehearsed(turns: readonly Turn[]): Rehearsed {
  const sorted = slowestLast(turns);
  const last = sorted.toReversed().slice(0, limits.newsLaggards);
  return {
    ...{ total: turns.length, turned: turns.filter(({ after }) => after !== null).length },
    ...{
      p50: turnedBy(turns, 0.5),
      p95: turnedBy(turns, 0.95),
      worst: sorted.at(-1)?.after ?? null,
    },
    last: last.map(({ resolver, after }) => ({ resolver, after })),
  };
}
