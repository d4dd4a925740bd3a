// How soon a flip is seen over real sockets: `node bench/detect-live.ts`, in two minutes.
//
// A hundred caches on loopback, a real swap of their MX from TTL 60 s, real time: eight real Unbounds (plain,
// with a floor, a ceiling, prefetching) and 92 of our own, in a process besides, since two cores do not carry a
// hundred Unbounds. Floors are 90 s. The real poller asks them under its usual politeness; at the same time
// a poller that asks each 5 s asks a hundred others that are made alike, since questions change what caches do.
//
// A cache flips when the last old entry in it ends. Our own caches know; of an Unbound the authoritative
// server knows, which hears what it fetches: entries are counted in whole seconds and given out for the last
// of them, too. "Seen" and "sure" are those of `bench/detect.ts`, where the schedule is measured more finely.
// With a TTL this short a poller each 5 s asks but a dozen times, so it says little about how much is saved.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Fault } from '../src/errors.ts';
import { systemChance } from '../src/machine/chance.ts';
import { systemClock } from '../src/machine/clock.ts';
import { makePoller } from '../src/poller/poller.ts';
import { type Heard } from '../src/poller/subject.ts';
import { isSettled, observe, type CacheState } from '../src/propagation/cachestate.ts';
import { type Expectation } from '../src/propagation/expectation.ts';
import { observationOf } from '../src/propagation/observation.ts';
import { type Resolver } from '../src/propagation/watched.ts';
import { sweepAsk } from '../src/transport/sweep.ts';
import { type Ask } from '../src/transport/transport.ts';
import { freePort } from '../test/support/server.ts';
import {
  crowds,
  floorTtl,
  key,
  networks,
  newSet,
  oldSet,
  own,
  real,
  respond,
  type Truth,
  ttl,
  type Unbound,
  unbound,
} from './detect-caches.ts';

const watchMs = (floorTtl + 15) * 1000;

interface Site {
  readonly habit: string;
  readonly news: number[];
  asked: number;
  sureAt: number;
  flippedAt: number;
}

const clock = systemClock();
const instant = clock.now().wall - clock.now().up;

/** Asks everybody at a fixed beat until it is known; the same judgement, another schedule. */
async function eachFive(
  ask: Ask,
  { resolvers, expectation, heard }: Crowd,
  signal: AbortSignal,
): Promise<void> {
  const one = async (resolver: Resolver): Promise<void> => {
    let state: CacheState | null = null;
    const [address = ''] = resolver.addresses;
    await clock.sleep(Math.random() * 5000, signal);
    for (;;) {
      const begun = clock.now().up;
      const question = { ...key, recursive: true, dnssec: false };
      const reply = await ask(question, { address, port: resolver.port }, signal).catch(
        (error: unknown) => ({ error }),
      );
      const received = clock.now().up;
      const times = {
        asked: begun + instant,
        received: received + instant,
        rttMs: received - begun,
      };
      const asking = { resolver: resolver.id, address, transport: 'udp' as const, ...times };
      const observation = observationOf(asking, key, reply);
      state = observe(state, observation, expectation);
      heard(resolver, state, observation);
      if (isSettled(state, expectation, 1)) return;
      await clock.sleep(Math.max(0, begun + 5000 - clock.now().up), signal);
    }
  };
  await Promise.all(resolvers.map(one));
}

interface Crowd {
  readonly resolvers: readonly Resolver[];
  readonly sites: ReadonlyMap<string, Site>;
  readonly expectation: Expectation;
  readonly heard: Heard;
}

function crowdOf(
  name: (typeof crowds)[number],
  at: { readonly port: number; readonly unbounds: readonly Unbound[]; readonly swappedAt: number },
): Crowd {
  const places = [
    ...own.map(({ id, habit }, index) => ({
      ...{ id, habit, address: `${networks[name]}.${index + 1}`, port: at.port },
    })),
    ...at.unbounds.map(({ server }, index) => ({ ...real[index]!, ...server })),
  ];
  const resolvers = places.map(({ id, address, port }, index): Resolver => ({
    ...{ id, name: id, operator: `operator ${index % 75}`, country: null, addresses: [address] },
    ...{ port, tier: 'core', weight: 1, anycast: false },
  }));
  const sites = new Map(
    places.map(({ id, habit }): [string, Site] => [
      id,
      { habit, news: [], asked: 0, sureAt: Infinity, flippedAt: Infinity },
    ]),
  );
  const expectation: Expectation = {
    ...{ key, old: [oldSet], new: newSet, ttl: { old: ttl, low: ttl } },
    ...{ lowSince: at.swappedAt - 10 * ttl * 1000, swappedAt: at.swappedAt },
    authorityNewSince: at.swappedAt,
  };
  const heard: Heard = ({ id }, { verdict, last }) => {
    const site = sites.get(id);
    if (site === undefined) return;
    site.asked += 1;
    if ('rdata' in last.outcome && last.outcome.rdata?.[0] === newSet[0])
      site.news.push(Date.now());
    if (verdict === 'new') site.sureAt = Math.min(site.sureAt, Date.now());
  };
  return { resolvers, sites, expectation, heard };
}

/** Until the signal; what was to come then does not matter any more. */
async function watch(crowd: Crowd, name: string, signal: AbortSignal): Promise<void> {
  const sweep = sweepAsk();
  const politeness = { total: 20, operator: 1 };
  const { resolvers, expectation, heard } = crowd;
  try {
    if (name === 'ours') {
      const parts = { clock, chance: systemChance, sweep, politeness: async () => politeness };
      const subject = { key, resolvers, mode: 'watch' as const, expectation, offset: instant };
      await makePoller(parts).watch(subject, heard, signal);
    } else await eachFive(sweep.ask, crowd, signal);
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'ABORTED') throw error;
  } finally {
    await sweep.close();
  }
}

const percentile = (values: readonly number[], part: number): string => {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * part) - 1)] ?? NaN;
  return `${(value / 1000).toFixed(2)} s`;
};
const seen = ({ news, flippedAt }: Site): number =>
  (news.find(at => at >= flippedAt) ?? Infinity) - flippedAt;
const sure = ({ sureAt, flippedAt }: Site): number => sureAt - flippedAt;
const line = (cells: readonly string[]): string =>
  cells.map((cell, index) => (index === 0 ? cell.padEnd(16) : cell.padStart(10))).join('');

function show(name: string, sites: readonly Site[]): void {
  const [soon, certain] = [sites.map(seen), sites.map(sure)];
  const asked = sites.reduce((sum, site) => sum + site.asked, 0) / sites.length;
  const early = certain.filter(lag => lag < 0).length;
  console.log(
    line([
      name,
      ...[0.5, 0.95].map(part => percentile(soon, part)),
      ...[0.5, 0.95].map(part => percentile(certain, part)),
      ...[String(early), asked.toFixed(1)],
    ]),
  );
}

async function compare(): Promise<void> {
  const port = await freePort('127.0.0.1');
  const swappedAt = Date.now() + 12_000;
  const child: ChildProcess = fork(import.meta.filename, [String(port), String(swappedAt)]);
  await once(child, 'message');
  const made = crowds.map(() => real.map((one, seed) => unbound(one, { swappedAt, seed })));
  const unbounds = await Promise.all(made.map(all => Promise.all(all)));
  const sleep = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));
  try {
    await sleep(swappedAt - 1500 - Date.now());
    await Promise.all(unbounds.flat().map(({ prime }) => prime()));
    await sleep(swappedAt + 20 - Date.now());
    const watching = crowds.map((name, index) =>
      crowdOf(name, { port, swappedAt, unbounds: unbounds[index] ?? [] }),
    );
    const end = new AbortController();
    const over = watching.map((crowd, index) => watch(crowd, crowds[index] ?? '', end.signal));
    await sleep(watchMs);
    end.abort();
    await Promise.all(over);
    child.send('truth');
    const [truths] = (await once(child, 'message')) as [readonly Truth[]];
    console.log(
      `Node ${process.version}; ${own.length} caches of ours, ${real.length} Unbounds each`,
    );
    console.log(line(['', 'seen p50', 'p95', 'sure p50', 'p95', 'early', 'asked']));
    const all = watching.map(({ sites }, index) => {
      for (const [id, site] of sites) site.flippedAt = truths[index]?.[id]?.flippedAt ?? Infinity;
      for (const [nth, { id }] of real.entries())
        sites.get(id)!.flippedAt = unbounds[index]?.[nth]?.flippedAt() ?? Infinity;
      return [...sites.values()];
    });
    for (const [index, name] of crowds.entries()) show(name, all[index] ?? []);
    for (const habit of new Set(all[0]?.map(site => site.habit)))
      show(`ours, ${habit}`, all[0]?.filter(site => site.habit === habit) ?? []);
    const [mine = NaN, theirs = NaN] = all.map(some => some.reduce((n, { asked }) => n + asked, 0));
    const part = (mine / theirs).toFixed(2);
    console.log(`questions: ${part}x those of the 5 s poller, over real sockets`);
  } finally {
    child.kill();
    await Promise.all(unbounds.flat().map(({ close }) => close()));
  }
}

const [port, swapped] = process.argv.slice(2).map(Number);
await (port === undefined || swapped === undefined ? compare() : respond(port, swapped));
