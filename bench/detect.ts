// How soon a flip is seen, and by how many questions: `node bench/detect.ts [RUNS]`.
//
// A hundred caches of known habits, farms and floors among them, a real swap of their MX from TTL 300 s, and the real poller under its
// usual politeness, beside pollers that ask every cache each 1, 5 and 30 s until it is known. The clock
// is virtual and round trips are simulated (5 to 80 ms, one question in 200 is lost), so that hours
// pass in seconds: what is measured is the schedule; `bench/detect-live.ts` has sockets and real caches. Each poller has a world of its own,
// made of the same numbers, since questions change what caches do.
//
// A cache flips when the last old entry in it ends: known to the model, never to a poller. What serves
// stale data flips when somebody has asked it after that. "Seen" is the first answer from then on that
// says new. "Sure" is the verdict `new`: it waits until no old entry that was seen can be answered any
// more, which takes a second or two longer since TTLs are whole seconds and caches round them in
// different ways; a farm is `new` after eleven clean answers, and what once served stale data after three.
import { parseName } from '../src/dns/name.ts';
import { type Key, rrset } from '../src/dns/rrset.ts';
import { decodeMessage, encodeQuery } from '../src/dns/wire.ts';
import { Fault } from '../src/errors.ts';
import { makePoller } from '../src/poller/poller.ts';
import { type Heard, type Poller } from '../src/poller/subject.ts';
import { type CacheState, isSettled, observe } from '../src/propagation/cachestate.ts';
import { type Expectation } from '../src/propagation/expectation.ts';
import { observationOf } from '../src/propagation/observation.ts';
import { type Resolver } from '../src/propagation/watched.ts';
import { type Cache, cacheOf, encodeSaid, type Habit } from '../src/rehearsal/cache.ts';
import { seededChance } from '../src/rehearsal/chance.ts';
import * as habits from '../src/rehearsal/habits.ts';
import { type Ask } from '../src/transport/transport.ts';
import { virtualClock, type VirtualClock } from '../test/support/virtual-clock.ts';

const runs = Number(process.argv[2] ?? 5);
const ttl = 300;
const politeness = { total: 20, operator: 1 };
const swapMs = 700_000;
const endMs = swapMs + 1_500_000;
const key: Key = { name: parseName('example.org'), type: 'MX' };
const [oldSet, newSet] = [['10 mx1.oldhost.example.'], ['10 mx1.newhost.example.']];

/** What is met in the world, as far as it can turn; most of it counts down and no more. */
const population: readonly (readonly [string, number, Habit])[] = [
  ['plain', 36, habits.plain],
  ['exact', 22, habits.exact],
  ['prefetching', 12, habits.prefetching],
  ['floor', 8, habits.floor(600)],
  ['ceiling', 7, habits.ceiling(60)],
  ['stale', 4, habits.staleSigned],
  ['stale unsigned', 2, habits.staleUnsigned],
  ['farm', 6, habits.farm([habits.plain, habits.exact, habits.plain], true)],
  ['frozen', 3, habits.frozen(300)],
];

interface Site {
  readonly habit: string;
  readonly cache: Cache;
  /** When the last old entry ends; known since the swap. */
  flippedAt: number;
  /** It has been asked since. */
  flipped: boolean;
  questions: number;
  /** Answers that said new. */
  readonly news: number[];
  /** When the verdict was `new` first. */
  sureAt: number | null;
}

interface World {
  readonly clock: VirtualClock;
  readonly sites: ReadonlyMap<string, Site>;
  readonly resolvers: readonly Resolver[];
  readonly ask: Ask;
  /** What other people's questions had the caches fetch, at the moment of the swap. */
  readonly prime: () => void;
}

function world(seed: number): World {
  const chance = seededChance(seed);
  const clock = virtualClock(Date.UTC(2026, 11, 1, 5) + Math.floor(chance.float() * 1000));
  const now = () => clock.now().wall;
  const start = now();
  const served = () => (now() < start + swapMs ? oldSet : newSet);
  const server = () => ({ answer: [rrset({ ...key, ttl, rdata: served() })] });
  const sites = new Map<string, Site>();
  const resolvers: Resolver[] = [];
  for (const [habit, count, how] of population)
    for (let index = 1; index <= count; index++) {
      const id = `${habit} ${index}`;
      const cache = cacheOf(how, { servers: [server], now, chance: seededChance(seed + index) });
      sites.set(id, {
        habit,
        cache,
        flippedAt: Infinity,
        flipped: false,
        questions: 0,
        news: [],
        sureAt: null,
      });
      resolvers.push({
        ...{ id, name: id, operator: `operator ${resolvers.length % 75}`, country: null },
        ...{ addresses: [`192.0.2.${resolvers.length + 1}`], port: 53, tier: 'core' },
        ...{ weight: 1, anycast: false },
      });
    }
  const byAddress = new Map(resolvers.map(({ id, addresses }) => [addresses[0], sites.get(id)!]));
  const lastOld = ({ cache }: Site): number =>
    Math.max(
      start + swapMs,
      ...cache.holds(key).map(({ rdata, endsAt }) => (rdata?.[0] === oldSet[0] ? endsAt : 0)),
    );
  /** A question can end an entry before its time, where the cache fetches early; or make stale data end. */
  const look = (site: Site) => {
    if (now() < start + swapMs || site.flipped || lastOld(site) > now()) return;
    const stale = site.cache.holds(key).some(({ rdata }) => rdata?.[0] === oldSet[0]);
    site.flippedAt = stale || now() < site.flippedAt ? now() : site.flippedAt;
    site.flipped = true;
  };
  const sleep = (ms: number, signal: AbortSignal) =>
    clock
      .clockFor(act => {
        act();
      })
      .sleep(ms, signal);
  return {
    ...{ clock, sites, resolvers },
    prime: () => {
      for (const site of sites.values()) {
        const longest = site.habit === 'floor' ? 600 : site.habit === 'ceiling' ? 60 : ttl;
        site.cache.remember(key, chance.float() * longest * 1000);
        site.flippedAt = lastOld(site);
      }
    },
    ask: async (question, at, signal) => {
      const site = byAddress.get(at.address);
      if (site === undefined) throw new Error(`nobody is at ${at.address}`);
      if (now() >= start + swapMs) site.questions += 1;
      const rttMs = 5 + 75 * chance.float() ** 3;
      if (chance.float() < 0.005) {
        await sleep(3000, signal);
        throw new Fault('UNAVAILABLE', `no answer from ${at.address} within 3000 ms`);
      }
      await sleep(rttMs / 2, signal);
      const query = decodeMessage(
        encodeQuery({
          id: 1,
          name: question.name,
          type: question.type,
          recursive: true,
          nsid: true,
        }),
      );
      const reply = site.cache.answer(key);
      look(site);
      if (reply === null) throw new Fault('UNAVAILABLE', `no answer from ${at.address}`);
      await sleep(rttMs / 2, signal);
      const message = decodeMessage(encodeSaid(query, reply.said));
      return { message, transport: 'udp', rttMs };
    },
  };
}

/** Asks everybody at a fixed beat until it is known; the same judgement, another schedule. */
const fixed =
  (everyMs: number) =>
  ({ clock: virtual, ask }: World, seed: number): Poller => {
    const clock = virtual.clockFor(act => {
      act();
    });
    const chance = seededChance(seed);
    return {
      watch: async ({ key: asked, resolvers, expectation, known, mode }, heard, signal) => {
        const one = async (resolver: Resolver): Promise<void> => {
          let state: CacheState | null = known?.get(resolver.id) ?? null;
          const [address = ''] = resolver.addresses;
          if (mode === 'watch') await clock.sleep(chance.float() * everyMs, signal);
          for (;;) {
            const begun = clock.now().wall;
            const question = { ...asked, recursive: true, dnssec: false };
            const reply = await ask(question, { address, port: 53 }, signal).catch(
              (error: unknown) => ({ error }),
            );
            const received = clock.now().wall;
            const times = { asked: begun, received, rttMs: received - begun };
            const asking = { resolver: resolver.id, address, transport: 'udp' as const, ...times };
            const observation = observationOf(asking, asked, reply);
            state = observe(state, observation, expectation);
            heard(resolver, state, observation);
            if (mode !== 'watch' || isSettled(state, expectation, 1)) return;
            await clock.sleep(Math.max(0, begun + everyMs - clock.now().wall), signal);
          }
        };
        await Promise.all(resolvers.map(one));
      },
    };
  };

const ours = ({ clock, ask }: World, seed: number): Poller =>
  makePoller({
    clock: clock.clockFor(act => {
      act();
    }),
    chance: seededChance(seed),
    sweep: { ask, renew: () => undefined },
    politeness: async () => politeness,
  });

const pollers: Readonly<Record<string, (world: World, seed: number) => Poller>> = {
  ours: ours,
  'each 1 s': fixed(1000),
  'each 5 s': fixed(5000),
  'each 30 s': fixed(30_000),
};

/** A baseline, the swap, and the watch until everybody is known; what happened at each cache. */
async function play(make: (world: World, seed: number) => Poller, seed: number): Promise<Site[]> {
  const here = world(seed);
  const { clock, sites, resolvers } = here;
  const poller = make(here, seed);
  const begun = clock.now();
  const offset = begun.wall - begun.up;
  const states = new Map<string, CacheState>();
  const heard: Heard = ({ id }, state) => {
    states.set(id, state);
    const site = sites.get(id);
    if (site === undefined) return;
    const { outcome } = state.last;
    const at = clock.now().wall;
    if ('rdata' in outcome && outcome.rdata?.[0] === newSet[0]) site.news.push(at);
    if (state.verdict === 'new') site.sureAt ??= at;
  };
  const before: Expectation = {
    ...{ key, old: [oldSet], new: null, ttl: { old: ttl, low: ttl } },
    ...{ lowSince: begun.wall - 10 * ttl * 1000, swappedAt: null, authorityNewSince: null },
  };
  const watch = (mode: 'baseline' | 'watch', expectation: Expectation) => {
    const aborter = new AbortController();
    const known = new Map(states);
    const subject = { key, resolvers, mode, expectation, offset, known };
    void poller.watch(subject, heard, aborter.signal).catch((error: unknown) => {
      if (!(error instanceof Fault) || error.code !== 'ABORTED') throw error;
    });
    return aborter;
  };
  const baseline = watch('baseline', before);
  // Entries of the baseline have ended by then; the caches are as other people's questions left them.
  clock.after(swapMs - 1, here.prime);
  clock.after(swapMs, baseline.abort.bind(baseline));
  const swapped = begun.wall + swapMs;
  await clock.run(() => clock.now().wall >= swapped, endMs);
  const after = { ...before, new: newSet, swappedAt: swapped, authorityNewSince: swapped };
  const watching = watch('watch', after);
  await clock.run(() => [...sites.values()].every(({ sureAt }) => sureAt !== null), endMs);
  watching.abort();
  await clock.run(() => true, endMs);
  return [...sites.values()];
}

const percentile = (sorted: readonly number[], part: number): number =>
  sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * part) - 1)] ?? NaN;
const seen = ({ news, flippedAt }: Site): number =>
  (news.find(at => at >= flippedAt) ?? Infinity) - flippedAt;
const sure = ({ sureAt, flippedAt }: Site): number => (sureAt ?? Infinity) - flippedAt;
const row = (cells: readonly string[]): string =>
  cells.map((cell, index) => (index === 0 ? cell.padEnd(16) : cell.padStart(10))).join('');
const lags = (sites: readonly Site[], lag: (site: Site) => number): readonly number[] =>
  sites.map(lag).sort((a, b) => a - b);
const percentiles = (sorted: readonly number[]): readonly string[] =>
  [0.5, 0.95, 0.99].map(part => `${(percentile(sorted, part) / 1000).toFixed(2)} s`);
const asked = (sites: readonly Site[]): number =>
  sites.reduce((sum, { questions }) => sum + questions, 0) / sites.length;

function table(title: string, rows: readonly (readonly [string, readonly Site[]])[]): void {
  console.log(row([title, 'seen p50', 'p95', 'p99', 'sure p50', 'p95', 'p99', 'early', 'asked']));
  for (const [name, sites] of rows) {
    const certain = lags(sites, sure);
    // Sure before the flip would be wrong.
    const early = certain.filter(lag => lag < 0).length;
    const figures = [...percentiles(lags(sites, seen)), ...percentiles(certain)];
    console.log(row([name, ...figures, String(early), asked(sites).toFixed(1)]));
  }
}

const results = new Map<string, Site[]>();
for (const [name, make] of Object.entries(pollers)) {
  const sites: Site[] = [];
  for (let run = 0; run < runs; run++) sites.push(...(await play(make, 1000 * (run + 1))));
  results.set(name, sites);
}
console.log(`Node ${process.version}; ${runs} runs of 100 caches, TTL ${ttl} s, virtual time`);
table('', [...results]);
const mine = results.get('ours') ?? [];
const byHabit = population.map(
  ([habit]) => [habit, mine.filter(site => site.habit === habit)] as const,
);
table('ours, by habit', byHabit);
const part = asked(mine) / asked(results.get('each 5 s') ?? []);
const met = percentile(lags(mine, seen), 0.95) <= 1000 && part <= 1 / 3;
console.log(`questions: ${part.toFixed(2)}x those of the 5 s poller, from the swap on`);
console.log(
  `seen p95 <= 1 s with <= 1/3 of the questions of a 5 s poller: ${met ? 'accept' : 'miss'}`,
);
