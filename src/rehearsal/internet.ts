import { type Chance, type Clock } from '../clock.ts';
import { keyText, type Key, type RRset } from '../dns/rrset.ts';
import { type Resolver, type Watched } from '../propagation/watched.ts';
import { authoritative, type ZoneView } from './authority.ts';
import { cacheOf, type Cache, type Said } from './cache.ts';
import { resolverOf, type Network, type Served } from './network.ts';
import { node, population, type Inhabitant } from './population.ts';

/** The caches of a rehearsal, with users of their own. */
export interface Internet {
  readonly resolvers: readonly Resolver[];
  /** The inhabitant behind a resolver. */
  readonly inhabitant: (id: string) => Inhabitant | null;
  /** True if it is called new while it holds another set that was there when it was asked. */
  readonly belied: (watched: Watched) => boolean;
  /** True once a server gave it what the primary no longer served. */
  readonly trailed: (id: string) => boolean;
  /** True once this machine kept an answer of its waiting, so that what was heard of it was not so any more. */
  readonly late: (id: string) => boolean;
  /** Other users ask nothing any more. */
  readonly rest: () => void;
  readonly close: () => Promise<void>;
}

export interface InternetOf {
  readonly network: Network;
  readonly clock: Clock;
  readonly chance: Chance;
  /** The nodes of the authority, see `node`. */
  readonly nodes: readonly ZoneView[];
  /** What the cutover swaps, and the sets that it swaps in. */
  readonly keys: readonly Key[];
  readonly swapped: readonly RRset[];
}

/** Entries that users left behind are of any age up to this; longer TTLs do not matter here. */
const oldestMs = 3_600_000;

/** An entry is known again by its end, to a second or so: an answer that is older when it arrives looks like another. */
const lateMs = 1000;

/** Clean answers after which no unseen member of a farm is left to reckon with. */
const cleanOfFarm = 11;

const dataOf = (said: Said | null): string =>
  JSON.stringify(said?.answer?.map(({ rdata }) => rdata));

/** `trails` hears when the cache is given what the primary no longer serves. */
function home(
  one: Inhabitant,
  { nodes, clock, chance, keys }: InternetOf,
  trails: () => void,
): Cache {
  // The straggling node is nobody's but of who always asks it.
  const known = one.habit.server === null ? [node.primary, node.secondary] : nodes.keys();
  const ask = (index: number, key: Key): Said | null => {
    const view = nodes[index];
    return view === undefined ? null : authoritative(view, key);
  };
  const servers = [...known].map(index => (key: Key) => {
    const said = ask(index, key);
    if (dataOf(said) !== dataOf(ask(node.primary, key))) trails();
    return said;
  });
  const cache = cacheOf(one.habit, { servers, now: () => clock.now().wall, chance });
  if (one.everySeconds !== null)
    for (const key of keys) cache.remember(key, chance.float() * oldestMs);
  return cache;
}

/** Its users ask now and then, each time for all that the cutover swaps. */
async function used(
  { everySeconds }: Inhabitant,
  cache: Cache,
  { of, signal }: { of: InternetOf; signal: AbortSignal },
): Promise<void> {
  if (everySeconds === null) return;
  const waited = (): Promise<boolean> =>
    of.clock.sleep(everySeconds * 1000 * (0.5 + of.chance.float()), signal).then(
      () => true,
      () => false,
    );
  while (await waited()) for (const key of of.keys) cache.answer(key);
}

const resolver = (one: Inhabitant, { address, port }: Served): Resolver => ({
  ...{ id: one.id, name: one.what, operator: one.id, country: null },
  ...{ addresses: [address], port, tier: 'core', weight: one.weight, anycast: one.anycast },
});

/** Opens the caches, and lets their users ask. */
export async function openInternet(of: InternetOf): Promise<Internet> {
  const resting = new AbortController();
  const homes = new Map<string, { one: Inhabitant; cache: Cache; served: Served }>();
  const users: Promise<void>[] = [];
  const trailed = new Set<string>();
  for (const one of population(of.swapped)) {
    const cache = home(one, of, () => trailed.add(one.id));
    const datagrams = one.habit.mute === 'silent';
    const served = await of.network.serve(resolverOf(cache), { datagrams });
    homes.set(one.id, { one, cache, served });
    users.push(used(one, cache, { of, signal: resting.signal }));
  }
  return {
    resolvers: [...homes.values()].map(({ one, served }) => resolver(one, served)),
    inhabitant: id => homes.get(id)?.one ?? null,
    belied: ({ key: name, resolver: { id }, state }) => {
      const found = homes.get(id);
      const key = of.keys.find(one => keyText(one) === name);
      if (found === undefined || key === undefined || state.verdict !== 'new') return false;
      if (found.one.habit.members.length > 0 && state.clean < cleanOfFarm) return false;
      const { received } = state.last;
      return found.cache
        .holds(key)
        .filter(({ fetchedAt, endsAt }) => fetchedAt <= received && endsAt > received)
        .some(({ rdata }) => JSON.stringify(rdata ?? []) !== state.aim);
    },
    trailed: id => trailed.has(id),
    late: id => {
      const home = homes.get(id);
      if (home?.one.habit.mute !== null) return false;
      return of.network.waitedMs(home.served) > home.one.habit.slowMs + lateMs;
    },
    rest: () => {
      resting.abort();
    },
    close: async () => {
      resting.abort();
      await Promise.all([...users, ...[...homes.values()].map(({ served }) => served.close())]);
    },
  };
}
