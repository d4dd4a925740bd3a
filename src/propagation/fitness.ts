import { type Instant } from '../clock.ts';
import { displayName, type Name } from '../dns/name.ts';
import { type Absence, type Hearing, type Remembered } from './hearing.ts';

/** What was heard of all, and what is found of the way to them. Survives JSON. */
export interface Fitness {
  /** The zone whose SOA was asked for; null: none was. */
  readonly zone: Name | null;
  readonly absence: Absence;
  /** Where no machine is, and an answer came from all the same; null: nowhere. */
  readonly intercepted: string | null;
  /** When that was looked at; null: not yet. */
  readonly probedAt: Instant | null;
  /**
   * When such an answer was found to come no more: what was heard before may not have been of those who were
   * asked. Absent: none ever came.
   */
  readonly clearedAt?: Instant;
  /** One of each resolver, the last. */
  readonly hearings: readonly Hearing[];
}

export const unheard: Fitness = {
  ...{ zone: null, absence: 'reserved', intercepted: null, probedAt: null },
  hearings: [],
};

/** Why no share of these resolvers means anything. */
export type Distrust = 'intercepted' | 'one cache' | 'everybody rewrites' | 'nobody passed';

/** What follows from it. */
export interface Judgement {
  /** By id of the resolver: why what it says does not count. */
  readonly unfit: ReadonlyMap<string, string>;
  /** Null: a share may be shown. */
  readonly distrust: Distrust | null;
}

/**
 * Who can be believed. Resolvers that are one cache keep one voice: that of the greatest weight.
 */
export function judge(fitness: Fitness): Judgement {
  const { hearings, intercepted } = fitness;
  const inventors = inventorsOf(fitness);
  const unfit = new Map<string, string>();
  for (const one of hearings) {
    const why = faultOf(one, { ...fitness, inventors });
    if (why !== null) unfit.set(one.resolver, why);
  }
  const groups = oneCaches(hearings.filter(({ resolver }) => !unfit.has(resolver)));
  for (const { members, by } of groups) {
    const [first, ...others] = members.toSorted(byWeight);
    for (const one of others)
      unfit.set(one.resolver, `is the same cache as ${first?.resolver ?? ''}, by ${by}`);
  }
  const passed = hearings.filter(({ resolver }) => !unfit.has(resolver));
  return { unfit, distrust: distrustOf({ hearings, passed, inventors, intercepted }) };
}

interface Found {
  readonly hearings: readonly Hearing[];
  readonly passed: readonly Hearing[];
  readonly inventors: ReadonlySet<Hearing>;
  readonly intercepted: string | null;
}

/** What answers on the way answers for all whom it stands before; who is sheltered from it is not. */
function distrustOf({ hearings, passed, inventors, intercepted }: Found): Distrust | null {
  if (hearings.length === 0) return intercepted === null ? null : 'intercepted';
  const open = hearings.filter(({ exposure }) => exposure === 'open');
  const sheltered = passed.some(({ exposure }) => exposure !== 'open');
  if (intercepted !== null && open.length > 0 && !sheltered) return 'intercepted';
  const said = open.filter(({ invents }) => invents !== null);
  if (severalOperators(said) && said.every(one => inventors.has(one)) && !sheltered)
    return 'everybody rewrites';
  if (areOne(open) && !sheltered) return 'one cache';
  return passed.length === 0 ? 'nobody passed' : null;
}

const operatorsOf = (some: readonly Hearing[]): number =>
  new Set(some.map(({ operator }) => operator)).size;

const severalOperators = (some: readonly Hearing[]): boolean => operatorsOf(some) > 1;

/**
 * All that name a machine name the same one, and half of all name one. Three operators at least: two that
 * forward to the same third are one cache, and no sign of what the network does.
 */
function areOne(open: readonly Hearing[]): boolean {
  const named = open.filter(({ member }) => member !== null);
  return (
    operatorsOf(named) > 2 &&
    named.length * 2 >= open.length &&
    new Set(named.map(({ member }) => member)).size === 1
  );
}

/** Who makes up answers. Where half or more have one for a name that may match a wildcard, it does. */
function inventorsOf({ hearings, absence }: Fitness): ReadonlySet<Hearing> {
  const said = hearings.filter(({ invents }) => invents !== null);
  const inventing = said
    .filter(({ invents }) => invents === true)
    .filter(({ exposure }) => absence !== 'reserved' || exposure === 'open');
  const wildcard = absence === 'supposed' && inventing.length * 2 >= said.length;
  return new Set(wildcard ? [] : inventing);
}

function faultOf(
  one: Hearing,
  { zone, intercepted, inventors }: Fitness & Pick<Found, 'inventors'>,
): string | null {
  if (intercepted !== null && one.exposure === 'open')
    return `something on this network answers in its place, as it does at ${intercepted}`;
  if (one.trouble !== null)
    return `does not resolve ${zone === null ? 'the domain' : displayName(zone)} (${one.trouble})`;
  return inventors.has(one) ? 'answers for a name that does not exist' : null;
}

const byWeight = (one: Hearing, other: Hearing): number =>
  other.weight - one.weight || (one.resolver < other.resolver ? -1 : 1);

interface OneCache {
  readonly members: readonly Hearing[];
  readonly by: string;
}

/**
 * Resolvers of different operators that are one cache: they name the same machine, or one of them counts
 * down what only the other was ever asked for.
 */
function oneCaches(hearings: readonly Hearing[]): readonly OneCache[] {
  // On this machine many servers may give the one name that it has.
  const far = hearings.filter(({ exposure }) => exposure !== 'here');
  const byName = Map.groupBy(far, ({ member }) => member);
  const named = [...byName].flatMap(([name, members]) =>
    name === null ? [] : [{ members, by: `the name that both give: ${name}` }],
  );
  const by = 'an entry that only the other was asked for';
  const shared = entriesOf(far).map(members => ({ members, by }));
  return disjoint([...named, ...shared].filter(({ members }) => severalOperators(members)));
}

/** Each counts in the first of its groups alone, or the one voice of a group would be silenced by another. */
function disjoint(groups: readonly OneCache[]): readonly OneCache[] {
  const seen = new Set<Hearing>();
  return groups.flatMap(({ members, by }) => {
    const fresh = members.filter(one => !seen.has(one));
    for (const one of fresh) seen.add(one);
    return severalOperators(fresh) ? [{ members: fresh, by }] : [];
  });
}

/** So far apart must two answers be for a countdown to show. */
const apartMs = 3000;
/** TTLs are whole seconds, and each end rounds its own. */
const blurMs = 1000;

/**
 * Nobody else knows the absent name: an answer whose TTL has already counted down comes from the entry
 * that an earlier question made, and of whom that was asked is told by the moment at which both end.
 */
function entriesOf(hearings: readonly Hearing[]): readonly (readonly Hearing[])[] {
  const held = hearings.flatMap(one =>
    one.denial === null ? [] : [{ one, ...one.denial, end: endOf(one.denial) }],
  );
  const isWhole = ({ ttl, full }: Remembered): boolean => ttl >= full - 1;
  const counted = held.filter(one => !isWhole(one));
  if (counted.length === 0) return [];
  return held.filter(isWhole).map(maker => [
    maker.one,
    ...counted
      .filter(({ name }) => name === maker.name)
      .filter(later => later.at - maker.at >= apartMs && Math.abs(later.end - maker.end) <= blurMs)
      .map(({ one }) => one),
  ]);
}

const endOf = ({ at, ttl }: Remembered): Instant => at + ttl * 1000;

/** What that means, and what helps. */
export const distrustTexts: Readonly<Record<Distrust, { why: string; remedy: string }>> = {
  intercepted: {
    why: 'Something on this network answers DNS in the place of the resolvers',
    remedy:
      'watch from another network, or ask resolvers over TLS or HTTPS, or those within this network',
  },
  'one cache': {
    why: 'Resolvers of different operators all name the same machine: from here they are one cache',
    remedy: 'watch from another network, or ask resolvers over TLS or HTTPS',
  },
  'everybody rewrites': {
    why: 'Every resolver answers for a name that does not exist: answers are made up on the way',
    remedy: 'watch from another network, or ask resolvers over TLS or HTTPS',
  },
  'nobody passed': {
    why: 'No resolver passed the questions that show whether one can be believed',
    remedy: 'see why with `dns-cutover resolvers test`, and name other resolvers',
  },
};
