import { type Order } from '../../src/cutover/order.ts';
import { type RRset } from '../../src/dns/rrset.ts';
import { type Resolver } from '../../src/propagation/watched.ts';
import { type Habit } from '../../src/rehearsal/cache.ts';
import * as habits from '../../src/rehearsal/habits.ts';
import { type Random } from './random.ts';
import { set, type Scene } from './scene.ts';

/** Keep what the world said, each in its way: what they hold can be known. */
const honest = [
  ...(['plain', 'exact', 'floor', 'ceiling', 'prefetches', 'frozen', 'behind'] as const),
  ...(['stale-signed', 'stale-unsigned', 'farm', 'anycast'] as const),
] as const;
const mute = ['silent', 'refusing'] as const;
const liars = ['filters', 'rewrites', 'says-new', 'says-old', 'forges'] as const;

export const kinds = [...honest, ...mute, ...liars] as const;
export type Kind = (typeof kinds)[number];

/** A resolver of a run, and what is true of it. */
export interface SimulatedResolver {
  readonly resolver: Resolver;
  readonly kind: Kind;
  readonly honest: boolean;
  /** One for each cache behind its address. */
  readonly members: readonly Habit[];
  /** The next member answers each question, or any. */
  readonly inTurn: boolean;
  /** How often there is no answer, and how often it comes late. */
  readonly silences: number;
  readonly delays: number;
  /** Milliseconds between two questions of its other users, on the average. */
  readonly usersMs: number;
}

/** Who is asked in a run, and how; empty where resolvers are none. */
export interface Population {
  readonly resolvers: readonly SimulatedResolver[];
  readonly politeness: { readonly total: number; readonly operator: number };
  readonly watch: Order['policy']['watch'];
}

/** Without resolvers, as an operator may want it. */
export const nobody: Population = {
  resolvers: [],
  politeness: { total: 20, operator: 1 },
  watch: { resolvers: 'none', target: 95, atMost: 1800, canary: false },
};

interface Sets {
  readonly old: RRset;
  readonly new: RRset;
}

function habitOf(kind: Kind, random: Random, { old, new: next }: Sets): readonly Habit[] {
  const caches = [habits.plain, habits.exact, habits.floor(random.pick([60, 300]))];
  switch (kind) {
    case 'floor':
      return [habits.floor(random.pick([60, 300, 900]))];
    case 'ceiling':
      return [habits.ceiling(random.pick([10, 30]))];
    case 'prefetches':
      return [habits.prefetching];
    case 'frozen':
      return [habits.frozen(random.pick([60, 300]))];
    case 'behind':
      return [habits.behind(random.below(3))];
    case 'stale-signed':
      return [habits.staleSigned];
    case 'stale-unsigned':
      return [habits.staleUnsigned];
    case 'farm':
    case 'anycast': {
      const all = kind === 'farm' ? caches : [...caches, habits.staleSigned, habits.staleUnsigned];
      const count = kind === 'farm' ? 2 : random.pick([2, 3, 4]);
      const members = Array.from({ length: count }, () => random.pick(all));
      return habits.farm(members, random.chance(0.5)).members;
    }
    case 'silent':
      return [habits.silent];
    case 'refusing':
      return [habits.refusing];
    case 'filters':
      return [habits.filtering([{ ...old, rdata: ['0 .'], ttl: 10 }])];
    case 'rewrites':
      return [habits.inventing([{ ...old, rdata: ['10 mx.portal.example.'], ttl: 30 }])];
    case 'says-new':
      return [habits.inventing([{ ...next, ttl: random.pick([5, 60, 3600]) }])];
    case 'says-old':
      return [habits.inventing([{ ...old, ttl: random.pick([5, 60, 3600]) }])];
    case 'plain':
    case 'exact':
    case 'forges':
      return [kind === 'exact' ? habits.exact : habits.plain];
  }
}

/** What the operator's list holds: mostly good ones, a bit of everything, or hardly any that answers. */
function kindsOf(random: Random, healthy: boolean): readonly Kind[] {
  const count = random.pick([3, 4, 5, 6, 8, 15]);
  const mood = random.pick(['good', 'good', 'good', 'anything', 'anything', 'bad'] as const);
  const from = (): readonly Kind[] => {
    if (healthy) return honest;
    if (mood === 'anything') return kinds;
    if (mood === 'good') return random.chance(0.9) ? honest : kinds;
    return random.chance(0.7) ? mute : kinds;
  };
  return Array.from({ length: count }, () => random.pick(from()));
}

/** The resolvers of a run. `healthy`: honest ones only, that answer, and time enough for each. */
export function makePopulation(
  random: Random,
  { domain, sets, order }: Scene,
  healthy: boolean,
): Population {
  const key = { name: domain, type: 'MX' };
  const old = sets.find(({ after }) => after?.name === domain && after.type === 'MX')?.after;
  const last = order.steps.at(-1)?.edits.find(({ type }) => type === 'MX')?.want;
  if (old == null || last?.is !== 'set') return nobody;
  const next = set(key, 60, ...last.rdata);
  const resolvers = kindsOf(random, healthy).map((kind, index): SimulatedResolver => {
    const address = `198.51.100.${String(index + 1)}`;
    const resolver: Resolver = {
      ...{ id: `r${String(index + 1)}-${kind}`, name: kind, addresses: [address], port: 53 },
      operator: random.pick(['alpha', 'beta', 'gamma', `own-${String(index)}`]),
      country: random.pick(['DE', 'US', 'JP', null]),
      tier: random.chance(0.1) ? 'regional' : 'core',
      weight: random.pick([1, 1, 2, 5]),
      anycast: kind === 'anycast' || random.pick([false, false, null]),
    };
    const flaky = !healthy && random.chance(0.2);
    return {
      ...{ resolver, kind, honest: (honest as readonly Kind[]).includes(kind) },
      members: habitOf(kind, random, { old, new: next }),
      inTurn: random.chance(0.7),
      silences: flaky ? random.pick([0.1, 0.3]) : 0,
      delays: flaky ? 0.2 : 0,
      usersMs: random.pick([60_000, 300_000, 1_800_000]),
    };
  });
  const watch = {
    resolvers: 'default',
    target: random.pick([50, 75, 90, 95, 100]),
    atMost: healthy ? 7200 : random.pick([600, 1800, 3600]),
    canary: false,
  };
  const politeness = random.pick([
    { total: 20, operator: 1 },
    { total: 20, operator: 1 },
    { total: 2, operator: 0.5 },
  ]);
  return { resolvers, politeness, watch };
}
