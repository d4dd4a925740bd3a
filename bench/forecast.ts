// How far the forecast of before the swap is off: `node bench/forecast.ts [WORLDS]`.
//
// Each world has sixty resolvers of mixed habits with other users of their own, who ask at random; how
// often differs from world to world (once a day to once in five seconds) and from cache to cache. A TTL
// is lowered, the real poller asks each resolver once, the forecast is made, and everybody is left alone
// until the drain is over. Then the set changes, and the real poller watches until everything is new. The
// outcome is when 50 %, 95 % and 100 % of the weight were seen to be new, counted from when the last
// authoritative server had turned: what a report measures. The clock is virtual; there is no network.
//
// `ours`: half of the resolvers were measured by a canary once. `measured`: all of them were.
// Peers, for the same worlds:
//   floors   entries of any age, as long as the TTL or the floors that are known as for `ours`
//   uniform  entries of any age: half after TTL / 2, 95 % after 0.95 TTL, all after the TTL
//   TTL      the usual rule: after the TTL it is over; nothing is said of the way there
// "In time" are those that came no later than told: of the last moment, which is meant as a bound, all
// should be; of the others a half.
import { decodeMessage, encodeQuery } from '../src/dns/wire.ts';
import { Fault } from '../src/errors.ts';
import { forecastFrom } from '../src/poller/forecast.ts';
import { makePoller } from '../src/poller/poller.ts';
import { type Aim, heardOf, type Row, rowOf } from '../src/poller/row.ts';
import { type Heard } from '../src/poller/subject.ts';
import { summaryOf } from '../src/poller/summary.ts';
import { type CacheState } from '../src/propagation/cachestate.ts';
import { type Expectation } from '../src/propagation/expectation.ts';
import { type Learnt } from '../src/propagation/learnt.ts';
import { encodeSaid } from '../src/rehearsal/cache.ts';
import { seededChance } from '../src/rehearsal/chance.ts';
import { type Ask } from '../src/transport/transport.ts';
import { virtualClock } from '../test/support/virtual-clock.ts';
import {
  type Chance,
  type Course,
  key,
  liveUntil,
  newSet,
  oldSet,
  one,
  type Site,
  sitesOf,
  usualOf,
} from './forecast-world.ts';

const worlds = Number(process.argv[2] ?? 150);
const s = 1000;
const dayMs = 86_400 * s;
/** The baseline is over by then: those that are silent were given up. */
const askedMs = 400 * s;

type Shares = readonly [p50: number, p95: number, worst: number];

interface Result {
  /** A cache is asked so often, at the median, while an entry lives. */
  readonly busy: number;
  /** Seconds; Infinity: not within a day. */
  readonly outcome: Shares;
  readonly forecasts: Readonly<Record<string, Shares>>;
}

const measured = (sites: readonly Site[]): readonly Learnt[] =>
  sites.map(({ resolver, floor }) => ({
    ...{ resolver: resolver.id, address: resolver.addresses[0] ?? '', caches: null },
    ...{ floor: floor > 0 ? floor : null, ceiling: null, at: 0, from: 'canary' },
  }));

/** Entries of any age, with the floors that are known: the share grows evenly within each life. */
function byFloors(rows: readonly Row[], low: number, learnt: readonly Learnt[]): Shares {
  const parts = rows.map(({ resolver, watched }) => {
    const known = learnt.find(({ resolver: id }) => id === resolver.id)?.floor ?? 0;
    return { weight: resolver.weight, life: Math.max(low, watched?.state.floor ?? 0, known) };
  });
  const all = parts.reduce((sum, { weight }) => sum + weight, 0);
  const at = (share: number): number => {
    for (let t = 0; ; t++) {
      const turned = parts.map(({ weight, life }) => weight * Math.min(1, t / life));
      if (turned.reduce((sum, part) => sum + part, 0) / all >= share - 1e-9) return t;
    }
  };
  return [at(0.5), at(0.95), at(1)];
}

function stage(sites: readonly Site[], chance: Chance) {
  const clock = virtualClock(0);
  const real = clock.clockFor(act => {
    act();
  });
  const now = (): number => clock.now().wall;
  const byAddress = new Map(sites.map(site => [site.resolver.addresses[0], site]));
  const ask: Ask = async ({ name, type }, { address }, signal) => {
    const site = byAddress.get(address);
    const member = site?.members[site.turn++ % site.members.length];
    if (member === undefined) throw new Error(`nobody is at ${address}`);
    const rttMs = 5 + 75 * chance.float() ** 3;
    await real.sleep(rttMs, signal);
    liveUntil(member, now(), chance);
    const reply = member.cache.answer(key);
    if (reply === null) {
      await real.sleep(3000, signal);
      throw new Fault('UNAVAILABLE', 'no answer within 3000 ms');
    }
    const query = decodeMessage(encodeQuery({ id: 1, name, type, recursive: true, nsid: true }));
    return { message: decodeMessage(encodeSaid(query, reply.said)), transport: 'udp', rttMs };
  };
  const poller = makePoller({
    ...{ clock: real, chance, politeness: async () => ({ total: 20, operator: 1 }) },
    sweep: { renew: () => undefined, ask },
  });
  const resolvers = sites.map(({ resolver }) => resolver);
  const offset = clock.now().wall - clock.now().up;
  const rows = new Map<string, Row>();
  /** Watches from now on, with what is known already; gives the way to stop. */
  const watch = (aim: Aim, told: () => void) => {
    const known = new Map<string, CacheState>();
    for (const who of resolvers) {
      const before = rows.get(who.id)?.watched ?? null;
      if (before !== null) known.set(who.id, before.state);
      rows.set(who.id, rowOf(who, before, { aim, now: now() }));
    }
    const end = new AbortController();
    const heard: Heard = (who, state) => {
      const row = rows.get(who.id);
      if (row !== undefined) rows.set(who.id, heardOf(row, state, aim));
      told();
    };
    const subject = { key, resolvers, ...aim, offset, known };
    void poller.watch(subject, heard, end.signal).catch((error: unknown) => {
      if (!(error instanceof Fault) || error.code !== 'ABORTED') throw error;
    });
    return end;
  };
  const until = async (at: number): Promise<void> => {
    clock.after(at - now(), () => undefined);
    await clock.run(() => now() >= at, at + dayMs);
  };
  return { clock, now, watch, until, rows: () => [...rows.values()] };
}

/** A baseline, the forecasts, the swap, and the watch until everybody is new. */
async function play(seed: number): Promise<Result> {
  const chance = seededChance(seed);
  const low = one([60, 300, 900], chance);
  const old = one([3600, 14_400, 43_200], chance);
  const lag = chance.float() < 0.2 ? chance.float() * 60 * s : 0;
  const course: Course = { low, old, lag, swap: (old + 60 + chance.float() * 1800) * s };
  const usual = usualOf(chance);
  const sites = sitesOf({ course, chance }, usual);
  const { clock, now, watch, until, rows } = stage(sites, chance);
  const before: Expectation = {
    ...{ key, old: [oldSet], new: null, ttl: { old, low }, lowSince: 0 },
    ...{ swappedAt: null, authorityNewSince: null },
  };
  const baseline: Aim = { mode: 'baseline', expectation: before };
  const asking = watch(baseline, () => undefined);
  await until(askedMs);
  asking.abort();
  const all = measured(sites);
  const half = all.filter(() => chance.float() < 0.5);
  const forecast = (learnt: readonly Learnt[]): Shares => {
    const made = forecastFrom(rows(), baseline, { learnt, now: now(), wall: now() });
    if (made === null) throw new Error('nobody can tell');
    return [made.p50, made.p95, made.worst];
  };
  const forecasts: Readonly<Record<string, Shares>> = {
    ...{ ours: forecast(half), measured: forecast(all), floors: byFloors(rows(), low, half) },
    ...{ uniform: [low / 2, 0.95 * low, low], TTL: [low, low, low] },
  };
  const agreed = course.swap + lag;
  await until(agreed);
  const expectation = { ...before, new: newSet, swappedAt: course.swap, authorityNewSince: agreed };
  const aim: Aim = { mode: 'watch', expectation };
  const outcome: [number, number, number] = [Infinity, Infinity, Infinity];
  const watching = watch(aim, () => {
    const { share, complete } = summaryOf(rows(), aim, { now: now(), forecast: null }).news;
    for (const [index, wanted] of [0.5, 0.95, 1].entries())
      if (complete && (share ?? 0) >= wanted - 1e-9)
        outcome[index] = Math.min(outcome[index] ?? Infinity, (now() - agreed) / s);
  });
  await clock.run(() => outcome[2] < Infinity || now() > agreed + dayMs, agreed + 2 * dayMs);
  watching.abort();
  await clock.run(() => true, agreed + 2 * dayMs);
  return { busy: usual * low, outcome, forecasts };
}

const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);
const at = (values: readonly number[], part: number): number =>
  values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(values.length * part) - 1)] ?? NaN;
const line = (cells: readonly string[]): string =>
  cells.map((cell, index) => (index === 0 ? cell.padEnd(10) : cell.padStart(11))).join('');
const whole = (seconds: number): string => `${seconds.toFixed(0)} s`;

function table(title: string, results: readonly Result[], index: 0 | 1 | 2): void {
  const known = results.filter(({ outcome }) => outcome[index] < Infinity);
  const errorsOf = (peer: string): readonly number[] =>
    known.map(({ outcome, forecasts }) => (forecasts[peer]?.[index] ?? NaN) - outcome[index]);
  const mean = (peer: string): number => sum(errorsOf(peer).map(Math.abs)) / known.length;
  const came = known.map(({ outcome }) => outcome[index]);
  console.log(`\n${title}: came after ${whole(at(came, 0.5))} (median), in ${known.length} worlds`);
  console.log(line(['', 'error p50', 'p90', 'mean', 'bias', 'in time', 'x ours']));
  for (const peer of Object.keys(results[0]?.forecasts ?? {})) {
    const errors = errorsOf(peer);
    const sizes = errors.map(Math.abs);
    const inTime = errors.filter(error => error >= 0).length / errors.length;
    const figures = [at(sizes, 0.5), at(sizes, 0.9), mean(peer), at(errors, 0.5)].map(whole);
    const ratio = (mean(peer) / mean('ours')).toFixed(2);
    console.log(line([peer, ...figures, `${(inTime * 100).toFixed(0)} %`, ratio]));
  }
}

const results: Result[] = [];
for (let seed = 1; seed <= worlds; seed++) results.push(await play(seed));
console.log(`Node ${process.version}; ${worlds} worlds of 60 resolvers, TTL 60, 300 or 900 s`);
console.log('error: of the moment that was told; mean in proportion to that of `ours`');
const busy = results.filter(one => one.busy >= 1);
const quiet = results.filter(one => one.busy < 1);
table('50 % of the weight', results, 0);
table('95 % of the weight', results, 1);
table('50 % of the weight, quiet names', quiet, 0);
table('50 % of the weight, busy names', busy, 0);
table('95 % of the weight, quiet names', quiet, 1);
table('95 % of the weight, busy names', busy, 1);
table('all of it', results, 2);
