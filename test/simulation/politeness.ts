import { LOW } from '../../src/cutover/path.ts';
import { keyText, type Key } from '../../src/dns/rrset.ts';
import { heldAtOnce } from './history.ts';
import { type Parts } from './judge.ts';
import { type SimulatedResolver } from './population.ts';
import { type SimulatedProcess } from './process.ts';

/** Tokens that are left of what one process may ask. */
interface Bucket {
  left: number;
  at: number;
}

/** Questions to resolvers, as they count in any window of time. */
export interface Manners {
  readonly buckets: Map<string, Bucket>;
  /** Since when the TTL was to be lowered, and whether all had at one moment since. */
  lowFrom: number;
  low: boolean;
  questions: number;
  readonly kinds: Set<string>;
}

export const noManners = (): Manners => ({
  ...{ buckets: new Map(), lowFrom: 0, low: false, questions: 0, kinds: new Set() },
});

/** Stages in which somebody may ask. */
const asking = ['drain', 'propagate', 'sweep', 'rollback'];
/** The end of an entry may be looked at several times in a row, also where an operator has one resolver. */
const operatorBurst = 3;
/** How long a process may take to notice what was stored by somebody else, or while it was stopped. */
const noticeMs = 2000;

interface Allowance {
  readonly name: string;
  readonly burst: number;
  readonly intervalMs: number;
  readonly rule: string;
}

/** In no stretch of time more than a burst, one for each resolver, and what the rate gives. */
function spend({ world, book, violate }: Parts, { name, burst, intervalMs, rule }: Allowance) {
  const { buckets } = book.manners;
  const now = world.clock.truth();
  const bucket = buckets.get(name) ?? { left: burst, at: now };
  buckets.set(name, bucket);
  bucket.left = Math.min(burst, bucket.left + (now - bucket.at) / intervalMs) - 1;
  bucket.at = now;
  if (bucket.left < -0.01)
    violate(`${rule} ${name} more often than ${burst} times at once and each ${intervalMs} ms`);
}

/** Was there a moment when every authoritative address gave the low TTL, since it was to be lowered? */
function wasLow({ world, book }: Parts): boolean {
  const { plan, addresses, scene } = world;
  const { manners } = book;
  if (manners.low || plan === null) return manners.low;
  const key: Key = { name: scene.domain, type: 'MX' };
  const name = keyText(key);
  const track = plan.tracks.find(one => one.key === name);
  const low = (track?.positions[LOW] ?? null)?.ttl ?? 0;
  manners.low = heldAtOnce(
    addresses,
    ({ sets }) => (sets.get(name)?.ttl ?? 0) <= low,
    manners.lowFrom,
  );
  return manners.low;
}

/** What is kept of a watch is kept once a second; another watch that begins makes it a few at once. */
export function judgeFlushes(parts: Parts, process: SimulatedProcess): void {
  const name = `the watch was kept by ${process.id}`;
  spend(parts, { name, burst: 6, intervalMs: 1000, rule: 'I20' });
}

/** How often anybody is asked, for whatever. */
export function judgeRates(
  parts: Parts,
  process: SimulatedProcess,
  { resolver, kind }: SimulatedResolver,
): void {
  const { world, book } = parts;
  const { politeness, resolvers } = world.population;
  const { manners } = book;
  manners.questions += 1;
  manners.kinds.add(kind);
  const { operator, id } = resolver;
  const same = resolvers.filter(one => one.resolver.operator === operator).length;
  const of = (what: string, burst: number, perSecond: number): Allowance => ({
    name: `${what} was asked by ${process.id}`,
    ...{ burst, intervalMs: 1000 / perSecond, rule: 'I18' },
  });
  spend(parts, of('everybody', resolvers.length, politeness.total));
  spend(parts, of(`operator ${operator}`, Math.max(operatorBurst, same), politeness.operator));
  if (resolver.tier === 'regional') spend(parts, of(`resolver ${id}`, 1, 1 / 60));
}

/** What must hold whenever a question for what moves leaves a process. */
export function judgeQuestion(
  parts: Parts,
  process: SimulatedProcess,
  of: SimulatedResolver,
): void {
  judgeRates(parts, process, of);
  const { world, book, violate } = parts;
  const { id } = of.resolver;
  const now = world.clock.truth();
  const stage = book.folded?.stage ?? 'none';
  // A rollback is watched where something had been swapped; whatever its TTL, another swap drains anew.
  const allowed = stage === 'rollback' ? book.moved : wasLow(parts);
  // Who was stopped first does what was due then.
  const awake = now >= book.nap.to + noticeMs || book.nap.to === 0;
  if (!allowed && awake) violate(`I18 ${id} was asked before every address gave the low TTL`);
  const noticed = now >= Math.max(book.since.stage, process.awake()) + noticeMs;
  if (noticed && !asking.includes(stage)) violate(`I18 ${id} was asked in the stage ${stage}`);
  const row = world.id === null ? undefined : world.backing.cutovers.get(world.id)?.row;
  const owner = row?.owner ?? null;
  const known = now >= Math.max(book.since.owner, process.awake()) + noticeMs;
  if (known && owner !== null && owner !== process.id)
    violate(`I18 ${id} was asked by ${process.id}, but ${owner} owns the cutover`);
}
