import { due } from '../../src/cutover/course.ts';
import { type Cutover } from '../../src/cutover/cutover.ts';
import { type Watch } from '../../src/cutover/news.ts';
import { sameData } from '../../src/dns/rrset.ts';
import { isSettled } from '../../src/propagation/cachestate.ts';
import { cleanOfMany } from '../../src/propagation/verdict.ts';
import { type Watched } from '../../src/propagation/watched.ts';
import { type Flush } from '../../src/store/store.ts';
import { type Kept } from './caches.ts';
import { lastNot, serves } from './history.ts';
import { type Parts } from './judge.ts';
import { type SimulatedResolver } from './population.ts';
import { type SimulatedProcess } from './process.ts';

/** What resolvers said to a process, as far as the product can know of it. */
export interface Claims {
  /** Entries that were seen, by `process resolver`; and by resolver those that outlive the process. */
  readonly seen: Map<string, { readonly at: number; readonly entries: readonly Kept[] }[]>;
  readonly kept: Map<string, Set<string>>;
  /** Who was heard to answer the last step's set before it was sent, and that is kept. */
  readonly unmasked: Set<string>;
  /** How often `new` was claimed for good, and how often that was wrong in a way that nobody can know. */
  settled: number;
  unseen: number;
  stale: number;
  flushes: number;
}

export const noClaims = (): Claims => ({
  ...{ seen: new Map(), kept: new Map(), unmasked: new Set() },
  ...{ settled: 0, unseen: 0, stale: 0, flushes: 0 },
});

const nameOf = ({ member, fetchedAt }: Kept): string => `${String(member)} ${String(fetchedAt)}`;

/** A resolver told this process what came from these entries. */
export function heardOf(
  { world, book }: Parts,
  process: SimulatedProcess,
  { of, from }: { readonly of: SimulatedResolver; readonly from: readonly Kept[] },
): void {
  const name = `${process.id} ${of.resolver.id}`;
  const list = book.claims.seen.get(name) ?? [];
  if (list.length === 0) book.claims.seen.set(name, list);
  list.push({ at: world.clock.truth(), entries: from });
}

/** The watch that is due, if somebody has to know who is new. */
function watchOf(cutover: Cutover | null): Watch | null {
  if (cutover === null) return null;
  const effect = due(cutover).find(one => one.do === 'watch');
  return effect?.do === 'watch' && effect.watch.mode === 'watch' ? effect.watch : null;
}

/** The entries of this resolver that the process, or one before it, was shown and kept. */
function shown(
  { book }: Parts,
  process: SimulatedProcess,
  { id, heardBy }: { readonly id: string; readonly heardBy: number },
): ReadonlySet<string> {
  const { seen, kept } = book.claims;
  const durable = kept.get(id) ?? new Set();
  kept.set(id, durable);
  const list = seen.get(`${process.id} ${id}`) ?? [];
  for (const { at, entries } of list)
    if (at <= heardBy) for (const entry of entries) durable.add(nameOf(entry));
  seen.set(
    `${process.id} ${id}`,
    list.filter(({ at }) => at > heardBy),
  );
  return durable;
}

interface Claim {
  readonly of: SimulatedResolver;
  readonly watched: Watched;
  readonly entries: ReadonlySet<string>;
  readonly watch: Watch | null;
  readonly toTruth: (instant: number) => number;
}

/** No `new` for good while the cache can still answer something else, unless nobody could know. */
function judgeNew({ world, book, violate }: Parts, claim: Claim): void {
  const { of, watched, entries, watch, toTruth } = claim;
  const { state, resolver } = watched;
  if (watch?.authorityNewSince == null || watch.new === null) return;
  if (!of.honest || state.aim !== JSON.stringify(watch.new)) return;
  const { clock, addresses } = world;
  const { up, boot } = clock.now();
  const since = watch.authorityNewSince;
  // Of another boot only the wall clock tells; whoever sets it may deceive.
  if (since.boot !== boot) return;
  const sinceTruth = since.up - up + clock.truth();
  const samples = resolver.anycast === true ? cleanOfMany : 1;
  const authorityNewSince = sinceTruth;
  const told = { ...state, lastNewAt: state.lastNewAt === null ? null : toTruth(state.lastNewAt) };
  const expectation = { authorityNewSince } as Parameters<typeof isSettled>[1];
  if (!isSettled(told, expectation, samples)) return;
  const wanted = { ...watch.key, ttl: 0, rdata: watch.new };
  const is = serves(watch.key, watch.new.length === 0 ? null : wanted);
  // A server that turned back between two rounds gave old to a cache, and nobody could see it.
  if (lastNot(addresses, is, clock.truth()) > sinceTruth) return;
  book.claims.settled += 1;
  // Where absence is neither old nor new, an empty answer is no knowledge.
  const absent = watch.new.length === 0 || watch.old.some(set => set.length === 0);
  const text = JSON.stringify(watch.new.length === 0 ? null : watch.new);
  const wrong = world.caches
    .holds(of, watch.key)
    .filter(({ rdata }) => JSON.stringify(rdata) !== text && (rdata !== null || absent));
  if (wrong.length === 0) return;
  const [first] = wrong;
  const what = `${resolver.id} is called new, but holds ${JSON.stringify(first)}`;
  const alone = of.members.length === 1;
  const alive = wrong.filter(({ endsAt }) => endsAt > clock.truth());
  if (alone) violate(`I16 ${what}`);
  else if (alive.some(entry => entries.has(nameOf(entry)))) violate(`I16 ${what}, which was seen`);
  else if (alive.length > 0) book.claims.unseen += 1;
  else book.claims.stale += 1;
}

/** Who makes answers up and was heard at it before the set was sent anywhere never counts as new. */
function judgeLiar({ world, book, violate }: Parts, watched: Watched): void {
  const { plan } = world;
  const { unmasked } = book.claims;
  const { id } = watched.resolver;
  const final = plan?.tracks.find(({ key }) => key === watched.key)?.positions.at(-1) ?? null;
  if (final === null) return;
  const text = JSON.stringify(final.rdata);
  // Somebody else put it into the zone for a while: then honest caches have it, too.
  const foreign = world.foreign.get(watched.key) ?? [];
  if (foreign.some(set => set !== null && sameData(set, final))) {
    unmasked.clear();
    return;
  }
  if (!book.wasOut && watched.state.series.some(({ rdata }) => JSON.stringify(rdata) === text))
    unmasked.add(id);
  const { verdict, aim } = watched.state;
  if (verdict === 'new' && aim === text && unmasked.has(id))
    violate(`I19 ${id} was heard to answer the new set before it was sent, and counts as new`);
}

/** What must hold of everything that is kept of a watch. */
export function judgeFlush(parts: Parts, process: SimulatedProcess, flush: Flush): void {
  const { world, book, violate } = parts;
  const { clock, caches } = world;
  const { steady, watched } = flush;
  book.claims.flushes += 1;
  const { up, boot } = clock.now();
  if (steady.boot !== boot) violate(`I16 the watch is kept by the clock of ${steady.boot}`);
  const toTruth = (instant: number): number => instant - steady.offset - up + clock.truth();
  const watch = watchOf(book.folded);
  for (const one of watched) {
    const of = caches.resolvers.find(({ resolver }) => resolver.id === one.resolver.id);
    if (of === undefined) {
      violate(`I16 ${one.resolver.id} is kept, and is not in the list`);
      continue;
    }
    const heardBy = toTruth(one.state.last.received) + 1;
    const entries = shown(parts, process, { id: one.resolver.id, heardBy });
    judgeLiar(parts, one);
    if (one.state.verdict === 'new') judgeNew(parts, { of, watched: one, entries, watch, toTruth });
  }
}
